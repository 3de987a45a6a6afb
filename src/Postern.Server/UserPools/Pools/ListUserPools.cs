using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Pools;

/// <summary>Lists the pools of the caller's account in the caller's region.</summary>
public sealed class ListUserPools(IPoolStore poolStore, Paging paging) : IOperation<ListUserPoolsRequest, ListUserPoolsResponse>
{
    public async ValueTask<ListUserPoolsResponse> Run(ListUserPoolsRequest request, Caller caller, CancellationToken stop)
    {
        var list = $"ListUserPools {caller.Account} {caller.Region}";
        var after = await paging.Position(pool: 0, list, request.NextToken, stop);
        var page = await poolStore.List(PoolKind.UserPool, caller.Account, caller.Region, after, request.MaxResults, stop);
        return new()
        {
            UserPools = [.. page.Items.Select(PoolShapes.ToDescription)],
            NextToken = page.HasMore ? paging.Next(pool: 0, list, page.Items[^1].Id) : null,
        };
    }
}
