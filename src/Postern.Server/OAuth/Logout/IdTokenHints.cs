using Postern.Cryptography;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;

namespace Postern.OAuth.Logout;

/// <summary>Which client an <c>id_token_hint</c> is from: an ID token of the pool, whose end does not matter.</summary>
/// <remarks>OpenID Connect RP-Initiated Logout 1.0, §2.</remarks>
public sealed class IdTokenHints(Pools pools, SigningKeys keys)
{
    /// <summary>The browser's session that a hint is of; null where it names none, or is no ID token of this pool.</summary>
    /// <remarks>RP-Initiated Logout, §2: a session that the application has, and the browser had lately.</remarks>
    public async ValueTask<(Guid Sub, Guid Id)?> Session(DomainRequest request, AuthorizationParameters parameters) =>
        PoolSwitch.BackChannelLogout.IsOnForSome(request.Pool) && parameters.Find("id_token_hint") is { } hint && await Read(request, hint) is { } token
            && Guid.TryParseExact(token.Text("sub"), "D", out var sub) && token.Text("sid") is { } sid && SessionId.OfSso(sid) is { } id
            ? (sub, id) : null;

    /// <summary>The client; null where there is no hint.</summary>
    /// <exception cref="OAuthException">The hint is no ID token of this pool, or of another client than the one that is named.</exception>
    public async ValueTask<AppClient?> Client(DomainRequest request, AuthorizationParameters parameters)
    {
        if (parameters.Find("id_token_hint") is not { } hint)
            return null;
        if (await Read(request, hint) is not { } token || token.Text("aud") is not { } id || (parameters.ClientId ?? id) != id
            || await pools.FindClient(id, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number)
            throw new OAuthException("invalid_request", "id_token_hint is no ID token of this client");
        return client;
    }

    private async ValueTask<JwtReader?> Read(DomainRequest request, string hint) =>
        JwtReader.TryRead(hint, out var token) && token.Text("token_use") is "id"
            && (await keys.Get(request.Pool.Number, request.Stop)).Find(token.Kid) is { } key && token.IsSignedBy(key) ? token : null;
}
