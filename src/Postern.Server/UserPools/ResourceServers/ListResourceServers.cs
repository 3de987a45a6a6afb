using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.ResourceServers;

/// <summary>Lists a pool's resource servers with their scopes.</summary>
public sealed class ListResourceServers(Pools.Pools pools, IResourceStore resources, Paging paging) : IOperation<ListResourceServersRequest, ListResourceServersResponse>
{
    private const string List = "ListResourceServers";
    private const int LargestPage = 50;

    public async ValueTask<ListResourceServersResponse> Run(ListResourceServersRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var after = await paging.Position(pool.Number, List, request.NextToken, stop);
        var page = await resources.List(pool.Number, ResourceKind.ResourceServer, after, request.MaxResults ?? LargestPage, stop);
        return new()
        {
            ResourceServers = [.. page.Items.Select(ResourceServerSettings.Read)],
            NextToken = page.HasMore ? paging.Next(pool.Number, List, page.Items[^1].Name) : null,
        };
    }
}
