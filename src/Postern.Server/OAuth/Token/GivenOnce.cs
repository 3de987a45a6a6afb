using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Possession;
using Postern.UserPools.ResourceServers;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Token;

/// <summary>Tokens of a user for what is good once: an authorization code, a device that was allowed.</summary>
/// <remarks>They are signed first, then what gives them is used up, then they leave: of two requests at once the store lets one win, and where signing
/// fails nothing is used up.</remarks>
public sealed class GivenOnce(IUserStore users, IChanges changes, ActiveScopes scopes, TokenMaker tokens, TokenSessions sessions)
{
    /// <param name="signOuts">The user's sign-out count when it was granted.</param>
    /// <param name="facts">Of the sign-in, with what it was granted.</param>
    /// <param name="use">Uses up what gives the tokens.</param>
    /// <param name="origin">The SSO session that it comes from; null where there is none.</param>
    /// <returns>Null where it was used already.</returns>
    /// <exception cref="OAuthException"><c>invalid_grant</c>: the user may not sign in, or signed out since; or the client may not read what a
    /// scope shows.</exception>
    public async ValueTask<TokenAnswer?> Give(
        DomainRequest request, AppClient client, Guid sub, int signOuts, SignInFacts facts, ProvenKey? key, Write use, string? origin, string? nonce = null)
    {
        var grant = facts.Grant! with { Scope = await scopes.Of(client.Pool, facts.Grant!.Scope, request.Stop) };
        if (!GrantedScopes.AreReadable(grant.Scope, client))
            throw new OAuthException("invalid_grant");
        var view = await users.FindForSignIn(client.Pool.Number, "", sub, new((byte)LimitedAction.Password, sub), request.Stop);
        if (view.User is not { Enabled: true } user || user.SignOuts != signOuts)
            throw new OAuthException("invalid_grant");
        facts = facts with { Grant = grant, Key = key?.RefreshKey };
        var made = await tokens.Make(client, user, view.Groups, facts, withRefreshToken: true, request.Stop, nonce, key?.Thumbprint);
        var session = await sessions.Begin(client, user, facts, request.Caller, request.Stop, origin);
        return (await changes.Save(new Change(use).Add(session), request.Stop)).IsSaved ? TokenAnswer.Of(made) : null;
    }
}
