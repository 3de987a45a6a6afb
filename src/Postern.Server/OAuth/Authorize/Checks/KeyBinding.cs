using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;

namespace Postern.OAuth.Authorize.Checks;

/// <summary>The key that the code is bound to: <c>dpop_jkt</c> (RFC 9449, §10), where the client may prove keys.</summary>
/// <remarks>The texts are ours.</remarks>
public static class KeyBinding
{
    /// <summary>The key's thumbprint; null where none is asked for.</summary>
    /// <exception cref="OAuthException">It is no thumbprint; or tokens are asked for at once, which can't be bound, of a client whose tokens must be.</exception>
    public static string? Of(AppClient client, ResponseType type, AuthorizationParameters parameters)
    {
        if (!DPoPProofs.AreTaken(client.Pool, client.Id))
            return null;
        if (type is ResponseType.Token && PoolSwitch.RequireDPoP.IsOn(client.Pool, client.Id))
            throw new OAuthException("unauthorized_client", "The client's tokens are bound to a key: response_type must be code");
        if (parameters.IsRepeated("dpop_jkt"))
            throw new OAuthException("invalid_request", "dpop_jkt is given more than once");
        return parameters.Find("dpop_jkt") is not { } thumbprint || ProvenKey.IsThumbprint(thumbprint)
            ? parameters.Find("dpop_jkt")
            : throw new OAuthException("invalid_request", "dpop_jkt must be the SHA-256 thumbprint of a key, in base64url");
    }
}
