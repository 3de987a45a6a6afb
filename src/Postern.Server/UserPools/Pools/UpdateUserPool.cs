using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Domains;

namespace Postern.UserPools.Pools;

/// <summary>Replaces a pool's settings: what the request leaves out goes back to its default.</summary>
/// <remarks>Operations sheet, "Pools". A pool goes down to LITE only when none of its app clients and domains uses what LITE lacks.</remarks>
public sealed class UpdateUserPool(PoolChanges poolChanges, IResourceStore resources) : IOperation<UpdateUserPoolRequest, UpdateUserPoolResponse>
{
    private const int PageOfClients = 500;

    public async ValueTask<UpdateUserPoolResponse> Run(UpdateUserPoolRequest request, Caller caller, CancellationToken stop)
    {
        await poolChanges.Change(request.UserPoolId, caller, Decide, stop);
        return new();

        async ValueTask<PoolSettings> Decide(UserPool pool)
        {
            var settings = RequestedPool.Replace(pool, request);
            if (settings.Pool.UserPoolTier is UserPoolTierType.LITE && pool.Settings.UserPoolTier is not UserPoolTierType.LITE)
            {
                if (pool.Sessions.AreTracked)
                    Tiers.RefuseInLite(UserPoolTierType.LITE, SessionSettings.Feature);
                await CheckClients(pool, stop);
                await CheckDomains(pool, stop);
            }
            return settings;
        }
    }

    private async ValueTask CheckDomains(UserPool pool, CancellationToken stop)
    {
        var domains = await resources.List(pool.Number, ResourceKind.Domain, null, 10, stop);
        if (domains.Items.Any(static domain => PoolDomains.Read(domain).ManagedLoginVersion is 2))
            Tiers.RefuseInLite(UserPoolTierType.LITE, "Managed Login Version 2");
    }

    private async ValueTask CheckClients(UserPool pool, CancellationToken stop)
    {
        string? after = null;
        Page<StoredResource> page;
        do
        {
            page = await resources.List(pool.Number, ResourceKind.Client, after, PageOfClients, stop);
            foreach (var row in page.Items)
            {
                after = row.Name;
                var client = ClientSettings.Read(row.Settings.Span);
                if (client.RefreshTokenRotation?.Feature is FeatureType.ENABLED)
                    Tiers.RefuseInLite(UserPoolTierType.LITE, "Refresh Token Rotation");
                if (client.ExplicitAuthFlows?.Contains(ExplicitAuthFlowsType.ALLOW_USER_AUTH) is true)
                    Tiers.RefuseInLite(UserPoolTierType.LITE, "Passwordless Sign-In");
            }
        }
        while (page.HasMore);
    }
}
