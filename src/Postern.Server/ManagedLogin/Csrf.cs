using System.Security.Cryptography;
using System.Text;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Double submit: the field <c>_csrf</c> must equal the cookie <c>XSRF-TOKEN</c>.</summary>
/// <remarks>OAuth sheet, "/login and the form posts": scripts invent a pair and are let in; that is kept where it is switched on, for they are
/// many.</remarks>
public sealed class Csrf
{
    public const string CookieName = "XSRF-TOKEN";
    public const string FieldName = "_csrf";

    /// <summary>The browser's token; a new one where it has none.</summary>
    public string Token(DomainRequest request)
    {
        if (request.Context.Request.Cookies[CookieName] is { Length: > 0 and <= 128 } known)
            return known;
        var token = Guid.NewGuid().ToString();
        request.Context.Response.Cookies.Append(
            CookieName, token, new() { Path = request.CookiePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsSecure });
        return token;
    }

    /// <summary>Whether a form came from a page that this browser was shown.</summary>
    public bool IsRight(DomainRequest request, IFormCollection form)
    {
        var cookie = request.Context.Request.Cookies[CookieName];
        return !string.IsNullOrEmpty(cookie)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(form[FieldName].ToString()));
    }
}
