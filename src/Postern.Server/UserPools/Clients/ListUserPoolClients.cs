using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Clients;

/// <summary>Lists a pool's app clients, without secrets; a page may be short where the kind of client is asked for.</summary>
public sealed class ListUserPoolClients(Pools.Pools pools, IResourceStore resources, Paging paging) : IOperation<ListUserPoolClientsRequest, ListUserPoolClientsResponse>
{
    private const int LargestPage = 60;

    public async ValueTask<ListUserPoolClientsResponse> Run(ListUserPoolClientsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var list = $"ListUserPoolClients {request.ClientType}";
        var after = await paging.Position(pool.Number, list, request.NextToken, stop);
        var page = await resources.List(pool.Number, ResourceKind.Client, after, request.MaxResults ?? LargestPage, stop);
        var clients = page.Items.Select(row => (Id: row.Name, Settings: ClientSettings.Read(row.Settings.Span)))
            .Where(client => request.ClientType is not { } type || type == (client.Settings.ClientType ?? ClientTypeType.REGULAR));
        return new()
        {
            UserPoolClients = [.. clients.Select(client => new UserPoolClientDescription { ClientId = client.Id, UserPoolId = pool.Id, ClientName = client.Settings.ClientName })],
            NextToken = page.HasMore ? paging.Next(pool.Number, list, page.Items[^1].Name) : null,
        };
    }
}
