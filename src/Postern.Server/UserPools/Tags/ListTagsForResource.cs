using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Tags;

/// <summary>Lists a user pool's tags, all at once; an empty object where there are none (unverified against the service).</summary>
public sealed class ListTagsForResource(Pools.Pools pools) : IOperation<ListTagsForResourceRequest, ListTagsForResourceResponse>
{
    public async ValueTask<ListTagsForResourceResponse> Run(ListTagsForResourceRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(PoolArn.PoolId(request.ResourceArn), caller, stop);
        return new() { Tags = pool.Settings.UserPoolTags ?? new Dictionary<string, string>() };
    }
}
