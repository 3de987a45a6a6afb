using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>Creates a group of the pool, whose name is free.</summary>
/// <remarks>The role is not looked up: whether it exists shows when credentials are asked for.</remarks>
public sealed class CreateGroup(Pools.Pools pools, IChanges changes, TimeProvider time) : IOperation<CreateGroupRequest, CreateGroupResponse>
{
    public async ValueTask<CreateGroupResponse> Run(CreateGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var now = time.GetUtcNow();
        var group = new StoredGroup(pool.Number, request.GroupName, request.Description, request.RoleArn, request.Precedence, now, now, 0);
        if (!(await changes.Save(new(new PutGroup(group)), stop)).IsSaved)
            throw new GroupExistsException("A group with the name already exists.");
        return new() { Group = group.ToWire(pool) };
    }
}
