using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;

namespace Postern.IdentityPools.Tags;

/// <summary>Sets tags of an identity pool; others stay.</summary>
public sealed class TagResource(ConfiguredPools pools) : IOperation<TagResourceInput, TagResourceResponse>
{
    public async ValueTask<TagResourceResponse> Run(TagResourceInput request, Caller caller, CancellationToken stop)
    {
        await pools.Change(PoolTags.PoolId(request.ResourceArn), caller, Decide, stop);
        return new();

        IdentityPool Decide(ConfiguredPool pool)
        {
            var tags = new Dictionary<string, string>(pool.Settings.IdentityPoolTags ?? new Dictionary<string, string>(), StringComparer.Ordinal);
            foreach (var (key, value) in request.Tags)
                tags[key] = value;
            return pool.Settings with { IdentityPoolTags = PoolTags.Check(tags) };
        }
    }
}
