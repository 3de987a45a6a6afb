using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>PKCE (RFC 7636): S256 alone, never <c>plain</c>; challenge and method come together.</summary>
/// <remarks>The texts are ours.</remarks>
public static class CodeChallenges
{
    /// <exception cref="OAuthException">One is missing or unknown, or the pool requires what a public client did not send.</exception>
    public static void Check(AppClient client, ResponseType type, AuthorizationParameters parameters)
    {
        if (parameters.CodeChallengeMethod is not (null or "S256"))
            throw new OAuthException("invalid_request", "code_challenge_method must be S256");
        if ((parameters.CodeChallenge is null) != (parameters.CodeChallengeMethod is null))
            throw new OAuthException("invalid_request", "code_challenge and code_challenge_method are sent together");
        if (parameters.CodeChallenge is null && type is ResponseType.Code && !client.HasSecret && PoolSwitch.RequirePkce.IsOn(client.Pool, client.Id))
            throw new OAuthException("invalid_request", "code_challenge is required");
    }
}
