using Postern.Cryptography;
using Postern.UserPools.Clients;
using Postern.UserPools.Domains;

namespace Postern.OAuth.Authorize;

/// <summary>Authorization codes: sealed, of one client and one domain, five minutes long. That one is used once is known where it is exchanged.</summary>
public sealed class AuthorizationCodes(Sealer sealer, PoolDomains domains, TimeProvider time)
{
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    public string Seal(AppClient client, AuthorizationCode code) =>
        sealer.SealText(SealPurpose.AuthorizationCode, Sealer.Binding(client.Pool.Number, client.Id), code.ToBytes());

    /// <summary>What a code says; null where it is none of this client, too old, or of a domain that is gone. Any domain of the pool exchanges
    /// it.</summary>
    public async ValueTask<AuthorizationCode?> Open(AppClient client, string text, CancellationToken stop)
    {
        if (await sealer.OpenText(SealPurpose.AuthorizationCode, Sealer.Binding(client.Pool.Number, client.Id), text, stop) is not { } bytes)
            return null;
        var code = AuthorizationCode.Read(bytes);
        return code.Expires > time.GetUtcNow() && await domains.Lives(client.Pool, code.Domain, stop) ? code : null;
    }
}
