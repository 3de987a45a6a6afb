using Postern.Contract;
using Postern.Contract.IdentityPools;

namespace Postern.IdentityPools.Pools;

/// <summary>Replaces an identity pool: what the request leaves out goes back to its default, but for the tags and the developer provider's
/// name, which can't change once it is set (that it stays where it is left out is unverified against the service).</summary>
public sealed class UpdateIdentityPool(ConfiguredPools pools) : IOperation<IdentityPool, IdentityPool>
{
    public async ValueTask<IdentityPool> Run(IdentityPool request, Caller caller, CancellationToken stop)
    {
        return (await pools.Change(request.IdentityPoolId, caller, Decide, stop)).Settings;

        IdentityPool Decide(ConfiguredPool pool)
        {
            var developer = pool.Settings.DeveloperProviderName;
            if (developer is not null && request.DeveloperProviderName is not null && request.DeveloperProviderName != developer)
                throw new InvalidParameterException("The developer provider name can not be changed once it is set.");
            return RequestedPool.Of(request with
            {
                DeveloperProviderName = request.DeveloperProviderName ?? developer,
                IdentityPoolTags = request.IdentityPoolTags ?? pool.Settings.IdentityPoolTags,
            });
        }
    }
}
