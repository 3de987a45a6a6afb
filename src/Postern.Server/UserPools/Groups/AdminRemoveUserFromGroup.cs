using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>Ends a user's membership of a group, if there is one.</summary>
public sealed class AdminRemoveUserFromGroup(Pools.Pools pools, Users.Users users, IGroupStore groups, IChanges changes)
    : IOperation<AdminRemoveUserFromGroupRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(AdminRemoveUserFromGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        await groups.Get(pool, request.GroupName, stop);
        await changes.Save(new(new RemoveMember(pool.Number, request.GroupName, user.Sub)), stop);
        return NoOutput.Instance;
    }
}
