using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;

namespace Postern.IdentityPools.Tags;

/// <summary>Lists an identity pool's tags, all at once.</summary>
public sealed class ListTagsForResource(ConfiguredPools pools) : IOperation<ListTagsForResourceInput, ListTagsForResourceResponse>
{
    public async ValueTask<ListTagsForResourceResponse> Run(ListTagsForResourceInput request, Caller caller, CancellationToken stop) => new()
    {
        Tags = (await pools.Get(PoolTags.PoolId(request.ResourceArn), caller, stop)).Settings.IdentityPoolTags ?? new Dictionary<string, string>(),
    };
}
