using Postern.Cryptography;
using Postern.OAuth.Authorize.Checks;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Sessions;
using Postern.UserPools.SignIn;

namespace Postern.OAuth.Authorize;

/// <summary>The sign-in cookie of a domain: an hour from the last interactive sign-in, for all clients of the pool; where the pool tracks
/// sessions, as long as each client wants.</summary>
/// <remarks>OAuth sheet, "The session"; newest operations, "Sessions". It ends with the domain, with a change of its pages' version, and for a
/// user who is disabled or gone; changed passwords and attributes do not end it, nor does GlobalSignOut where sessions are not tracked.</remarks>
public sealed class BrowserSessions(Sealer sealer, IUserStore users, SsoSessions ssoSessions, IChanges changes, TimeProvider time)
{
    public const string CookieName = "cognito";

    private static readonly TimeSpan ownRequest = TimeSpan.FromHours(1);

    /// <summary>The browser's session and its user, where they are good for a client; null where somebody must sign in.</summary>
    /// <param name="begun">A session that was begun for this same request: it is good for an hour, whatever the client says of earlier sign-ins.</param>
    public async ValueTask<(BrowserSession Session, User User)?> Live(DomainRequest request, AppClient client, Guid? begun = null)
    {
        if (await Find(request) is not { } session
            || session.AuthTime + (session.Id == begun ? ownRequest : SsoSessions.LongestOf(client)) <= time.GetUtcNow()
            || client.Settings.SupportedIdentityProviders?.Contains(session.Provider) is not true)
            return null;
        if (await users.FindForToken(request.Pool.Number, session.Sub, session.Id, request.Stop) is not { IsRevoked: false, User: { Enabled: true } user })
            return null;
        return await ssoSessions.Allows(request.Pool, user, session.SsoId, request.Stop) ? (session, user) : null;
    }

    /// <summary>Begins a session in the browser that the answer goes to, in the place of the one that it has.</summary>
    /// <param name="provider">Where the user signed in.</param>
    public async ValueTask<BrowserSession> Begin(DomainRequest request, AppClient client, SignedIn signedIn, string provider = ChosenProvider.Cognito)
    {
        var before = await Find(request);
        var (user, facts) = (signedIn.User, signedIn.Facts);
        var session = new BrowserSession(Guid.NewGuid(), user.Sub, facts.AuthTime, facts.Level, request.Pool.Sessions.AreTracked, provider);
        var lifetime = SsoSessions.LongestOf(request.Pool);
        if (session.SsoId is { } id)
            await ssoSessions.Begin(client, user, id, facts.AuthTime + lifetime, (before?.Sub ?? default, before?.SsoId), request.Caller, request.Stop);
        DomainCookies.Set(request, CookieName, sealer.SealText(SealPurpose.Cookie, Binding(request), session.ToBytes()), lifetime);
        return session;
    }

    /// <summary>Ends the browser's session: also for who kept a copy of the cookie.</summary>
    public async ValueTask End(DomainRequest request)
    {
        DomainCookies.Clear(request, CookieName);
        if (await Find(request) is not { } session)
            return;
        var pool = request.Pool;
        var end = session.AuthTime + SsoSessions.LongestOf(pool);
        if (end <= time.GetUtcNow())
            return;
        var change = new Change(new Revoke(pool.Number, session.Id, end));
        if (session.SsoId is { } id)
            change.Add(SsoSessions.End(pool, session.Sub, id));
        await changes.Save(change, request.Stop);
    }

    /// <summary>What the cookie says; null where it is none of this domain's.</summary>
    private async ValueTask<BrowserSession?> Find(DomainRequest request) =>
        request.Context.Request.Cookies[CookieName] is { Length: > 0 } text
        && await sealer.OpenText(SealPurpose.Cookie, Binding(request), text, request.Stop) is { } bytes
            ? BrowserSession.Read(bytes)
            : null;

    // Of one life of one domain, and one version of its pages: a change of either ends sessions.
    private static byte[] Binding(DomainRequest request) =>
        Sealer.Binding(request.Pool.Number, CookieName, request.Domain.Key, request.Domain.IsManagedLogin ? "2" : "1");
}
