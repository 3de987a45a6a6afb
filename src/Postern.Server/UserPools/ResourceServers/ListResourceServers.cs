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
        var most = request.MaxResults ?? LargestPage;
        var servers = new List<ResourceServerType>();
        // The service's own comes before all: the position behind it is that of an empty name.
        if (after is null && RegistrationServer.Of(pool) is { } own)
            servers.Add(own);
        var page = await resources.List(pool.Number, ResourceKind.ResourceServer, after, most - servers.Count, stop);
        servers.AddRange(page.Items.Select(ResourceServerSettings.Read));
        return new()
        {
            ResourceServers = servers,
            NextToken = page.HasMore ? paging.Next(pool.Number, List, page.Items.Count > 0 ? page.Items[^1].Name : "") : null,
        };
    }
}
