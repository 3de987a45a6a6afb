using Postern.Cryptography;

namespace Postern.OAuth.Authorize;

/// <summary>The sign-in cookie of a domain: an hour from the last interactive sign-in, for all clients of the pool.</summary>
/// <remarks>OAuth sheet, "The session". Host-only, HttpOnly, Lax: a link from another site must find it.</remarks>
public sealed class BrowserSessions(Sealer sealer, TimeProvider time)
{
    public const string CookieName = "cognito";

    private static readonly TimeSpan lifetime = TimeSpan.FromHours(1);

    /// <summary>The browser's live session at the domain; null where it has none.</summary>
    public async ValueTask<BrowserSession?> Find(DomainRequest request)
    {
        if (request.Context.Request.Cookies[CookieName] is not { Length: > 0 } text
            || await sealer.OpenText(SealPurpose.Cookie, Binding(request), text, request.Stop) is not { } bytes || BrowserSession.Read(bytes) is not { } session)
            return null;
        return session.AuthTime + lifetime > time.GetUtcNow() ? session : null;
    }

    /// <summary>Begins a session in the browser that the answer goes to.</summary>
    public void Begin(DomainRequest request, BrowserSession session) =>
        request.Context.Response.Cookies.Append(CookieName, sealer.SealText(SealPurpose.Cookie, Binding(request), session.ToBytes()), Options(request));

    /// <summary>Ends the browser's session.</summary>
    public void End(DomainRequest request) => request.Context.Response.Cookies.Delete(CookieName, Options(request));

    // Of one domain and one version of its pages: a change of it ends sessions.
    private static byte[] Binding(DomainRequest request) =>
        Sealer.Binding(request.Pool.Number, CookieName, request.Domain.Name, request.Domain.IsManagedLogin ? "2" : "1");

    private static CookieOptions Options(DomainRequest request) =>
        new() { Path = request.CookiePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsSecure };
}
