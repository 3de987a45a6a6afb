using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Tags;

/// <summary>Removes tags of a user pool; unknown keys are ignored.</summary>
public sealed class UntagResource(PoolChanges poolChanges) : IOperation<UntagResourceRequest, UntagResourceResponse>
{
    public async ValueTask<UntagResourceResponse> Run(UntagResourceRequest request, Caller caller, CancellationToken stop)
    {
        await poolChanges.Change(PoolArn.PoolId(request.ResourceArn), caller, Decide, stop);
        return new();

        PoolSettings Decide(UserPool pool)
        {
            var tags = new Dictionary<string, string>(pool.Settings.UserPoolTags ?? new Dictionary<string, string>(), StringComparer.Ordinal);
            foreach (var key in request.TagKeys)
                tags.Remove(key);
            return pool.AllSettings with { Pool = pool.Settings with { UserPoolTags = tags } };
        }
    }
}
