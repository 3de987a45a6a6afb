using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Users;

namespace Postern.UserPools.Groups;

/// <summary>The members of a group, in pages; the order is unspecified.</summary>
public sealed class ListUsersInGroup(Pools.Pools pools, IGroupStore groups, Paging paging) : IOperation<ListUsersInGroupRequest, ListUsersInGroupResponse>
{
    public async ValueTask<ListUsersInGroupResponse> Run(ListUsersInGroupRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await groups.Get(pool, request.GroupName, stop);
        var list = $"{nameof(ListUsersInGroup)} {request.GroupName}";
        var after = await paging.Position(pool.Number, list, request.NextToken, stop);
        var page = await groups.ListUsers(pool.Number, request.GroupName, after is null ? null : Guid.Parse(after), Paging.Limit(request.Limit), stop);
        var members = new List<UserType>(page.Items.Count);
        foreach (var member in page.Items)
            members.Add(member.ToUserType());
        return new()
        {
            Users = members,
            NextToken = page.HasMore ? paging.Next(pool.Number, list, page.Items[^1].Sub.ToString("N")) : null,
        };
    }
}
