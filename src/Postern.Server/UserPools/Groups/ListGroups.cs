using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Groups;

/// <summary>The pool's groups by name, in pages.</summary>
public sealed class ListGroups(Pools.Pools pools, IGroupStore groups, Paging paging) : IOperation<ListGroupsRequest, ListGroupsResponse>
{
    public async ValueTask<ListGroupsResponse> Run(ListGroupsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var after = await paging.Position(pool.Number, nameof(ListGroups), request.NextToken, stop);
        var page = await groups.List(pool.Number, after, Paging.Limit(request.Limit), stop);
        return new()
        {
            Groups = page.Items.ToWire(pool),
            NextToken = page.HasMore ? paging.Next(pool.Number, nameof(ListGroups), page.Items[^1].Name) : null,
        };
    }
}
