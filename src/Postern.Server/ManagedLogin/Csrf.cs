using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Cryptography;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Double submit: the field <c>_csrf</c> must equal the cookie <c>XSRF-TOKEN</c>.</summary>
/// <remarks>OAuth sheet, "/login and the form posts": scripts invent a pair and are let in; that is kept where it is switched on, for they are
/// many. Else the cookie must be one that this server gave out for the domain: it ends in a keyed hash of itself.</remarks>
/// <param name="acceptsInvented">Whether any equal pair is good.</param>
public sealed class Csrf(InstallationSecret secret, bool acceptsInvented)
{
    public const string CookieName = DomainCookies.FormToken;
    public const string FieldName = "_csrf";

    private const int LongestToken = 128;
    private const int HashLength = 16;

    private static readonly SearchValues<char> plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The browser's token; a new one where it has none that is good. The answer brings it to the browser, with every page.</summary>
    public string Token(DomainRequest request)
    {
        var token = request.Context.Request.Cookies[CookieName] is { } known && !known.AsSpan().ContainsAnyExcept(plain) && IsGood(request, known) ? known : New(request);
        DomainCookies.Set(request, CookieName, token);
        return token;
    }

    /// <summary>Whether a form came from a page that this browser was shown.</summary>
    public bool IsRight(DomainRequest request, IFormCollection form) => IsRight(request, form[FieldName].ToString());

    /// <inheritdoc cref="IsRight(DomainRequest, IFormCollection)"/>
    /// <param name="given">What the form holds.</param>
    public bool IsRight(DomainRequest request, string given) =>
        request.Context.Request.Cookies[CookieName] is { } cookie && IsGood(request, cookie)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(given));

    private bool IsGood(DomainRequest request, string token)
    {
        if (token.Length is 0 or > LongestToken)
            return false;
        return acceptsInvented
            || (token.LastIndexOf('.') is > 0 and var dot
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token[(dot + 1)..]), Encoding.UTF8.GetBytes(Hash(request, token[..dot]))));
    }

    private string New(DomainRequest request)
    {
        var random = Guid.NewGuid().ToString();
        return acceptsInvented ? random : $"{random}.{Hash(request, random)}";
    }

    private string Hash(DomainRequest request, string random) =>
        Base64Url.EncodeToString(secret.PoolHash(request.Pool.Number, "csrf"u8, $"{request.Domain.Key} {random}").AsSpan(0, HashLength));
}
