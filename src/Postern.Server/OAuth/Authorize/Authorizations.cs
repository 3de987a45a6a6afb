using Postern.Storage;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>Answers an authorization request for a user who signed in: with a code, or with tokens.</summary>
public sealed class Authorizations(AuthorizationCodes codes, TokenMaker tokens, TimeProvider time)
{
    /// <summary>Where the browser goes with the answer.</summary>
    /// <param name="origin">The SSO session behind it; null where there is none.</param>
    public async ValueTask<string> Grant(
        AuthorizationRequest request, User user, IReadOnlyList<StoredGroup> groups, SignInFacts facts, string? origin, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        facts = facts with { OriginJti = Guid.NewGuid(), EventId = Guid.NewGuid(), Grant = request.Grant, RefreshExpires = now + request.Client.RefreshTokenLifetime };
        if (request.ResponseType is ResponseType.Token)
        {
            var made = await tokens.Make(request.Client, user, groups, facts, withRefreshToken: false, stop, request.Nonce);
            return AuthorizationAnswers.Tokens(request.RedirectUri, made, request.Parameters.RawState);
        }
        var code = new AuthorizationCode(
            user.Sub, facts, user.SignOuts, request.RedirectUri, request.CodeChallenge, request.Nonce, origin, now + AuthorizationCodes.Lifetime);
        return AuthorizationAnswers.Code(request.RedirectUri, codes.Seal(request.Client, code), request.Parameters.RawState);
    }
}
