using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.OAuth.Logout;

/// <summary>Which client an <c>id_token_hint</c> is from: an ID token of the pool, whose end does not matter.</summary>
/// <remarks>OpenID Connect RP-Initiated Logout 1.0, §2.</remarks>
public sealed class IdTokenHints(Pools pools, SigningKeys keys)
{
    /// <summary>The client; null where there is no hint.</summary>
    /// <exception cref="OAuthException">The hint is no ID token of this pool, or of another client than the one that is named.</exception>
    public async ValueTask<AppClient?> Client(DomainRequest request, AuthorizationParameters parameters)
    {
        if (parameters.Find("id_token_hint") is not { } hint)
            return null;
        if (!JwtReader.TryRead(hint, out var token) || token.Text("token_use") is not "id" || token.Text("aud") is not { } id
            || (parameters.ClientId ?? id) != id
            || (await keys.Get(request.Pool.Number, request.Stop)).Find(token.Kid) is not { } key || !token.IsSignedBy(key)
            || await pools.FindClient(id, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number)
            throw new OAuthException("invalid_request", "id_token_hint is no ID token of this client");
        return client;
    }
}
