using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Postern.Cryptography;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Double submit: the field <c>_csrf</c> must equal the cookie <c>XSRF-TOKEN</c>, and be one that this server gave out.</summary>
/// <remarks>OAuth sheet, "/login and the form posts": scripts invent a pair and are let in by the service; Postern lets them in in development
/// alone.</remarks>
/// <param name="acceptsInvented">Whether any equal pair is taken.</param>
public sealed class Csrf(InstallationSecret secret, bool acceptsInvented)
{
    public const string CookieName = "XSRF-TOKEN";
    public const string FieldName = "_csrf";

    private const int HashLength = 16;

    /// <summary>The browser's token; a new one where it has none of ours.</summary>
    public string Token(DomainRequest request)
    {
        if (request.Context.Request.Cookies[CookieName] is { Length: > 0 and <= 128 } known && (acceptsInvented || IsOurs(request, known)))
            return known;
        var id = Guid.NewGuid().ToString();
        var token = $"{id}.{Hash(request, id)}";
        request.Context.Response.Cookies.Append(
            CookieName, token, new() { Path = request.CookiePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsSecure });
        return token;
    }

    /// <summary>Whether a form came from a page that this browser was shown.</summary>
    public bool IsRight(DomainRequest request, IFormCollection form)
    {
        var cookie = request.Context.Request.Cookies[CookieName];
        return !string.IsNullOrEmpty(cookie)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(form[FieldName].ToString()))
            && (acceptsInvented || IsOurs(request, cookie));
    }

    private bool IsOurs(DomainRequest request, string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Hash(request, token[..dot])), Encoding.UTF8.GetBytes(token[(dot + 1)..]));
    }

    private string Hash(DomainRequest request, string id) => Base64Url.EncodeToString(secret.PoolHash(request.Pool.Number, "csrf"u8, id).AsSpan(0, HashLength));
}
