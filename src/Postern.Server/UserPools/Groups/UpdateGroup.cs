using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>Changes a group. What the request leaves out stays; the name can't change.</summary>
public sealed class UpdateGroup(Pools.Pools pools, IGroupStore groups, IChanges changes, TimeProvider time) : IOperation<UpdateGroupRequest, UpdateGroupResponse>
{
    private const int Tries = 3;

    public async ValueTask<UpdateGroupResponse> Run(UpdateGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await groups.Get(pool, request.GroupName, stop);
            var after = before with
            {
                Description = request.Description ?? before.Description,
                RoleArn = request.RoleArn ?? before.RoleArn,
                Precedence = request.Precedence ?? before.Precedence,
                Modified = time.GetUtcNow(),
            };
            if ((await changes.Save(new(new PutGroup(after)), stop)).IsSaved)
                return new() { Group = after.ToWire(pool) };
        }
        throw new TooManyRequestsException("Too many changes of this group at once; try again.");
    }
}
