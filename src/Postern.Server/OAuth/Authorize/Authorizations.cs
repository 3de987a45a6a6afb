using Postern.Contract;
using Postern.OAuth.Push;
using Postern.Storage;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>Answers an authorization request for a user who signed in: with a code, or with tokens.</summary>
public sealed class Authorizations(
    AuthorizationCodes codes, PushedRequests pushedRequests, TokenMaker tokens, TokenSessions tokenSessions, LogoutParties parties, IChanges changes,
    TimeProvider time)
{
    /// <summary>Where the browser goes with the answer.</summary>
    /// <param name="browser">The session behind it.</param>
    /// <exception cref="OAuthException">It was pushed, and answered already; told on a page.</exception>
    public async ValueTask<string> Grant(
        AuthorizationRequest request, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, BrowserSession browser, Caller caller, CancellationToken stop)
    {
        // A device gets its tokens itself; its user is asked first.
        if (request.Device is not null)
            return request.RedirectUri;
        var (client, now) = (request.Client, time.GetUtcNow());
        var grant = request.Grant.IsOpenId && PoolSwitch.BackChannelLogout.IsOn(client.Pool, client.Id) ? request.Grant with { Sid = browser.Sid } : request.Grant;
        facts = facts with { OriginJti = Guid.NewGuid(), EventId = Guid.NewGuid(), Grant = grant, RefreshExpires = now + client.RefreshTokenLifetime };
        if (request.Parameters.Pushed is { } pushed)
            await pushedRequests.Use(client.Pool, pushed, stop);
        var change = grant.Sid is { } sid ? new Change().Add(parties.Join(client, user.Sub, sid, facts.RefreshExpires)) : new Change();
        if (request.ResponseType is ResponseType.Code)
        {
            var code = new AuthorizationCode(
                request.Domain.Key, user.Sub, facts, user.SignOuts, request.RedirectUri, request.CodeChallenge, request.Nonce, browser.SsoId,
                now + AuthorizationCodes.Lifetime, request.Key);
            if (change.Writes.Count > 0)
                await changes.Save(change, stop);
            return request.Answers.Code(codes.Seal(client, code));
        }
        // No refresh token comes of it: the session is over with the access token.
        facts = facts with { RefreshExpires = now + client.AccessTokenLifetime };
        change.Add(await tokenSessions.Begin(client, user, facts, caller, stop, browser.SsoId));
        if (change.Writes.Count > 0)
            await changes.Save(change, stop);
        return request.Answers.Tokens(await tokens.Make(client, user, groups, facts, withRefreshToken: false, stop, request.Nonce));
    }
}
