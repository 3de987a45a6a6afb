using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>Deletes a group; its members lose it, and are not touched otherwise.</summary>
public sealed class DeleteGroup(Pools.Pools pools, IGroupStore groups, IChanges changes) : IOperation<DeleteGroupRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(DeleteGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var group = await groups.Get(pool, request.GroupName, stop);
        await changes.Save(new(group.Deletion()), stop);
        return NoOutput.Instance;
    }
}
