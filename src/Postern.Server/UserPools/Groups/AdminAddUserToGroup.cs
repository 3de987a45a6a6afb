using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>Makes a user a member of a group; who is one already stays one.</summary>
/// <remarks>A user is in at most 100 groups (quotas sheet). The error beyond them is unverified against the service: the model knows no
/// LimitExceededException here.</remarks>
public sealed class AdminAddUserToGroup(Pools.Pools pools, Users.Users users, IGroupStore groups, IChanges changes, TimeProvider time)
    : IOperation<AdminAddUserToGroupRequest, NoOutput>
{
    private const int MostGroups = 100;

    public async ValueTask<NoOutput> Run(AdminAddUserToGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        var memberships = await groups.ListForUser(pool.Number, user.Sub, stop);
        foreach (var membership in memberships)
        {
            if (membership.Name == request.GroupName)
                return NoOutput.Instance;
        }
        await groups.Get(pool, request.GroupName, stop);
        if (memberships.Count >= MostGroups)
            throw new InvalidParameterException($"A user can be a member of at most {MostGroups} groups.");
        if (!(await changes.Save(new(new AddMember(pool.Number, request.GroupName, user.Sub, time.GetUtcNow())), stop)).IsSaved)
            throw GroupShapes.NotFound();
        return NoOutput.Instance;
    }
}
