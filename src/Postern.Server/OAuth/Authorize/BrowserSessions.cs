using Postern.Cryptography;
using Postern.OAuth.Authorize.Checks;
using Postern.Storage;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;
using Postern.UserPools.SignIn;

namespace Postern.OAuth.Authorize;

/// <summary>The sign-in cookie of a domain: an hour from the last interactive sign-in, for all clients of the pool; where the pool tracks
/// sessions, as long as each client wants.</summary>
/// <remarks>OAuth sheet, "The session"; newest operations, "Sessions". It ends with the domain, with a change of its pages' version, and for a
/// user who is disabled or gone; changed passwords and attributes do not end it, nor does GlobalSignOut where sessions are not tracked.</remarks>
public sealed class BrowserSessions(Sealer sealer, IUserStore users, SsoSessions ssoSessions, LogoutNotices logouts, TimeProvider time)
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
        var id = await Continued(request, before, user) ?? Guid.NewGuid();
        var session = new BrowserSession(id, user.Sub, facts.AuthTime, facts.Level, request.Pool.Sessions.AreTracked, provider);
        var lifetime = SsoSessions.LongestOf(request.Pool);
        if (session.SsoId is { } sso)
            await ssoSessions.Begin(client, user, sso, facts.AuthTime + lifetime, (before?.Sub ?? default, before?.SsoId), request.Caller, request.Stop);
        DomainCookies.Set(request, CookieName, sealer.SealText(SealPurpose.Cookie, Binding(request), session.ToBytes()), lifetime);
        return session;
    }

    /// <summary>Ends the browser's session: also for who kept a copy of the cookie.</summary>
    /// <param name="hinted">A session that the application names besides, by an ID token: its own may have outlived the cookie.</param>
    public async ValueTask End(DomainRequest request, (Guid Sub, Guid Id)? hinted = null)
    {
        DomainCookies.Clear(request, CookieName);
        var session = await Find(request);
        if (session is not null)
            await End(request, session.Sub, session.Id, session.AuthTime + SsoSessions.LongestOf(request.Pool));
        if (hinted is var (sub, id) && id != session?.Id)
            await End(request, sub, id, time.GetUtcNow() + SsoSessions.LongestOf(request.Pool));
    }

    private async ValueTask End(DomainRequest request, Guid sub, Guid id, DateTimeOffset end)
    {
        var pool = request.Pool;
        if (end <= time.GetUtcNow())
            return;
        var change = new Change(new Revoke(pool.Number, id, end));
        if (pool.Sessions.AreTracked)
            change.Add(SsoSessions.End(pool, sub, SessionId.OfSso(id)));
        await logouts.Save(pool, sub, change, request.Stop, SessionId.OfSso(id));
    }

    /// <summary>The id of a session that goes on when somebody signs in while a browser has one: the same user's, so that an end of it reaches all
    /// clients. Another user's ends. Null where a new one begins, as always where no client hears of ends.</summary>
    private async ValueTask<Guid?> Continued(DomainRequest request, BrowserSession? before, User user)
    {
        var pool = request.Pool;
        if (before is null || !PoolSwitch.BackChannelLogout.IsOnForSome(pool))
            return null;
        var end = before.AuthTime + SsoSessions.LongestOf(pool);
        if (before.Sub != user.Sub)
        {
            await End(request, before.Sub, before.Id, end);
            return null;
        }
        return end > time.GetUtcNow() && await users.FindForToken(pool.Number, user.Sub, before.Id, request.Stop) is { IsRevoked: false }
            && await ssoSessions.Allows(pool, user, before.SsoId, request.Stop) ? before.Id : null;
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
