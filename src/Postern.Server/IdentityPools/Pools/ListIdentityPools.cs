using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Storage;
using Postern.UserPools;

namespace Postern.IdentityPools.Pools;

/// <summary>Lists the identity pools of the caller's account in the caller's region.</summary>
public sealed class ListIdentityPools(IPoolStore poolStore, Paging paging) : IOperation<ListIdentityPoolsInput, ListIdentityPoolsResponse>
{
    public async ValueTask<ListIdentityPoolsResponse> Run(ListIdentityPoolsInput request, Caller caller, CancellationToken stop)
    {
        var list = $"ListIdentityPools {caller.Account} {caller.Region}";
        var after = await paging.Position(pool: 0, list, request.NextToken, stop);
        var page = await poolStore.List(PoolKind.IdentityPool, caller.Account, caller.Region, after, request.MaxResults, stop);
        return new()
        {
            IdentityPools = [.. page.Items.Select(static row => new IdentityPoolShortDescription { IdentityPoolId = row.Id, IdentityPoolName = row.Name })],
            NextToken = page.HasMore ? paging.Next(pool: 0, list, page.Items[^1].Id) : null,
        };
    }
}
