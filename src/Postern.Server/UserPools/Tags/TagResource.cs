using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Tags;

/// <summary>Sets tags of a user pool; others stay.</summary>
public sealed class TagResource(PoolChanges poolChanges) : IOperation<TagResourceRequest, TagResourceResponse>
{
    public async ValueTask<TagResourceResponse> Run(TagResourceRequest request, Caller caller, CancellationToken stop)
    {
        await poolChanges.Change(PoolArn.PoolId(request.ResourceArn), caller, Decide, stop);
        return new();

        PoolSettings Decide(UserPool pool) => pool.AllSettings with
        {
            Pool = pool.Settings with { UserPoolTags = PoolTags.Merge(pool.Settings.UserPoolTags, request.Tags) },
        };
    }
}
