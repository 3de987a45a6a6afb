using Postern.UserPools.Domains;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Passkeys;

/// <summary>Which domain a pool's passkeys are for: the one that is configured, else the pool's own domain, else its prefix.</summary>
/// <remarks>Security sheet, "Passkeys configuration".</remarks>
/// <param name="publicHost">The host below which prefix domains live.</param>
/// <param name="allowsLocalHttp">Whether pages without TLS on this machine may use passkeys.</param>
public sealed class RelyingParties(PoolDomains domains, string publicHost, bool allowsLocalHttp)
{
    /// <summary>A pool's relying party; null where it has none.</summary>
    public async ValueTask<RelyingParty?> Find(UserPool pool, CancellationToken stop)
    {
        var id = pool.Mfa.WebAuthnConfiguration?.RelyingPartyId ?? await Host(pool, stop);
        return id is null ? null : new(id.ToLowerInvariant(), allowsLocalHttp);
    }

    private async ValueTask<string?> Host(UserPool pool, CancellationToken stop) =>
        await domains.First(pool, stop) is not { } domain ? null
        : DomainNames.IsCustom(domain) ? domain
        : $"{domain}.auth.{publicHost}";
}
