using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Possession;

namespace Postern.UserPools.Tokens;

/// <summary>An access token that is good now.</summary>
/// <param name="Client">To whom it was issued.</param>
/// <param name="User">Who stands behind it; null where the client has it for itself.</param>
public sealed record LiveAccessToken(JwtReader Jwt, AppClient Client, User? User)
{
    /// <summary>The thumbprint of the key that it is bound to: no use without a proof of it. Null where anybody may use it.</summary>
    public string? Key => ProvenKey.Of(Jwt);
}

/// <summary>Tells whether an access token of a pool is good, of any scope and of anybody: users', and those that clients have for themselves.</summary>
public sealed class LiveAccessTokens(Pools.Pools pools, SigningKeys keys, IUserStore users, TimeProvider time)
{
    /// <summary>The token; null where it is none of the pool, has ended or was revoked, its client or user is gone, or the user may not act: is
    /// disabled, signed out everywhere, not confirmed, or must reset the password.</summary>
    public async ValueTask<LiveAccessToken?> Find(UserPool pool, string token, CancellationToken stop)
    {
        if (!JwtReader.TryRead(token, out var jwt) || jwt.Text("token_use") is not "access" || jwt.Text("client_id") is not { } clientId
            || (await keys.Get(pool.Number, stop)).Find(jwt.Kid) is not { } key || !jwt.IsSignedBy(key)
            || !(jwt.Time("exp") > time.GetUtcNow())
            || await pools.FindClient(clientId, stop) is not { } client || client.Pool.Number != pool.Number)
            return null;
        // A client's own token names it twice.
        if (jwt.Text("sub") == clientId)
            return new(jwt, client, null);
        return await Holder(pool, jwt, stop) is { } user ? new(jwt, client, user) : null;
    }

    private async ValueTask<User?> Holder(UserPool pool, JwtReader jwt, CancellationToken stop)
    {
        if (!Guid.TryParseExact(jwt.Text("sub"), "D", out var sub) || !Guid.TryParseExact(jwt.Text("jti"), "D", out var jti))
            return null;
        var origin = Guid.TryParseExact(jwt.Text("origin_jti"), "D", out var id) ? id : Guid.Empty;
        return await users.FindForToken(pool.Number, sub, origin, stop) is { } view && AccessTokens.Refusal(view, jti) is null ? view.User : null;
    }
}
