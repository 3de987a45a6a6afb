using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;

namespace Postern.IdentityPools.Tags;

/// <summary>Removes tags of an identity pool; unknown keys are ignored.</summary>
public sealed class UntagResource(ConfiguredPools pools) : IOperation<UntagResourceInput, UntagResourceResponse>
{
    public async ValueTask<UntagResourceResponse> Run(UntagResourceInput request, Caller caller, CancellationToken stop)
    {
        await pools.Change(PoolTags.PoolId(request.ResourceArn), caller, Decide, stop);
        return new();

        IdentityPool Decide(ConfiguredPool pool)
        {
            var tags = new Dictionary<string, string>(pool.Settings.IdentityPoolTags ?? new Dictionary<string, string>(), StringComparer.Ordinal);
            foreach (var key in request.TagKeys)
                tags.Remove(key);
            return pool.Settings with { IdentityPoolTags = tags };
        }
    }
}
