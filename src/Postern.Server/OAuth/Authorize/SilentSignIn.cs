using Postern.Storage;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>Answers an authorization request by the sign-in that the browser has already. It gives fresh tokens and prolongs nothing.</summary>
/// <remarks>OAuth sheet, "The session".</remarks>
public sealed class SilentSignIn(BrowserSessions sessions, IGroupStore groups, SsoSessions ssoSessions, Authorizations authorizations, TimeProvider time)
{
    /// <summary>The answer's address; null where somebody must sign in.</summary>
    public async ValueTask<string?> Answer(DomainRequest request, AuthorizationRequest authorization)
    {
        if (authorization.Prompts("login") || await sessions.Live(request, authorization.Client) is not var (session, user) || IsTooOld(session, authorization.MaxAge))
            return null;
        return await Grant(request, authorization, session, user);
    }

    /// <summary>The answer's address for who is signed in in the browser.</summary>
    /// <param name="session">The browser's, live.</param>
    public async ValueTask<string> Grant(DomainRequest request, AuthorizationRequest authorization, BrowserSession session, User user)
    {
        var memberships = await groups.ListForUser(request.Pool.Number, user.Sub, request.Stop);
        var facts = new SignInFacts(default, default, session.AuthTime, default, Level: session.Level);
        ssoSessions.Used(request.Pool, session.Sub, session.SsoId, request.Caller);
        return await authorizations.Grant(authorization, user, memberships, facts, session, request.Caller, request.Stop);
    }

    private bool IsTooOld(BrowserSession session, TimeSpan? maxAge) => maxAge is { } age && (age == TimeSpan.Zero || session.AuthTime + age < time.GetUtcNow());
}
