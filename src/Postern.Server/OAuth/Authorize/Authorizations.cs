using Postern.Contract;
using Postern.OAuth.Push;
using Postern.Storage;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>Answers an authorization request for a user who signed in: with a code, or with tokens.</summary>
public sealed class Authorizations(
    AuthorizationCodes codes, PushedRequests pushedRequests, TokenMaker tokens, TokenSessions tokenSessions, IChanges changes, TimeProvider time)
{
    /// <summary>Where the browser goes with the answer.</summary>
    /// <param name="origin">The SSO session behind it; null where there is none.</param>
    /// <exception cref="OAuthException">It was pushed, and answered already; told on a page.</exception>
    public async ValueTask<string> Grant(
        AuthorizationRequest request, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, string? origin, Caller caller, CancellationToken stop)
    {
        var (client, now) = (request.Client, time.GetUtcNow());
        facts = facts with { OriginJti = Guid.NewGuid(), EventId = Guid.NewGuid(), Grant = request.Grant, RefreshExpires = now + client.RefreshTokenLifetime };
        if (request.Parameters.Pushed is { } pushed)
            await pushedRequests.Use(client.Pool, pushed, stop);
        if (request.ResponseType is ResponseType.Code)
        {
            var code = new AuthorizationCode(
                request.Domain.Key, user.Sub, facts, user.SignOuts, request.RedirectUri, request.CodeChallenge, request.Nonce, origin, now + AuthorizationCodes.Lifetime,
                request.Key);
            return request.Answers.Code(codes.Seal(client, code));
        }
        // No refresh token comes of it: the session is over with the access token.
        facts = facts with { RefreshExpires = now + client.AccessTokenLifetime };
        var session = await tokenSessions.Begin(client, user, facts, caller, stop, origin);
        if (session.Count > 0)
            await changes.Save(new Change().Add(session), stop);
        return request.Answers.Tokens(await tokens.Make(client, user, groups, facts, withRefreshToken: false, stop, request.Nonce));
    }
}
