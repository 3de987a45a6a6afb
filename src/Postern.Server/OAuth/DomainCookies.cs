using System.Globalization;
using System.Text;

namespace Postern.OAuth;

/// <summary>Cookies of a domain, in the form that the service writes: host-only, HttpOnly, and Secure where the browser came by https.</summary>
/// <remarks>OAuth sheet, "The session". Under <c>/_domains/</c> they carry that path, or pools would overwrite each other's.</remarks>
public static class DomainCookies
{
    /// <summary>The cookie that pages' forms repeat in a field: random, and of one browser.</summary>
    public const string FormToken = "XSRF-TOKEN";

    /// <param name="value">Of base64url and the like: nothing is encoded.</param>
    /// <param name="age">How long the browser keeps it; null: until it is closed.</param>
    public static void Set(DomainRequest request, string name, string value, TimeSpan? age = null)
    {
        var lifetime = age is { } known ? string.Create(CultureInfo.InvariantCulture, $"; Max-Age={(long)known.TotalSeconds}") : "";
        Append(request, name, value, lifetime, "Lax");
    }

    /// <summary>Takes a cookie from the browser.</summary>
    /// <param name="sameSite">As it was set; null for the cookie of old browsers, which has none.</param>
    public static void Clear(DomainRequest request, string name, string? sameSite = "Lax") =>
        Append(request, name, "\"\"", "; Expires=Thu, 01-Jan-1970 00:00:10 GMT", sameSite);

    private static void Append(DomainRequest request, string name, string value, string lifetime, string? sameSite)
    {
        var text = new StringBuilder(name).Append('=').Append(value).Append(lifetime).Append("; Path=").Append(request.CookiePath);
        if (request.IsSecure)
            text.Append("; Secure");
        text.Append("; HttpOnly");
        // Browsers take None from secure pages only.
        if (sameSite is not null && (request.IsSecure || sameSite is not "None"))
            text.Append("; SameSite=").Append(sameSite);
        request.Context.Response.Headers.Append("Set-Cookie", text.ToString());
    }
}
