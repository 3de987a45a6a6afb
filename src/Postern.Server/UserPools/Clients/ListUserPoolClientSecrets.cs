using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>Lists an app client's secrets by id and date, all at once and without their values.</summary>
public sealed class ListUserPoolClientSecrets(Pools.Pools pools) : IOperation<ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse>
{
    public async ValueTask<ListUserPoolClientSecretsResponse> Run(ListUserPoolClientSecretsRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.ReadClient(await pools.Get(request.UserPoolId, caller, stop), request.ClientId, stop);
        client.RequireSecretOperations();
        return new()
        {
            ClientSecrets = [.. client.Secrets.Select(static secret => new ClientSecretDescriptorType { ClientSecretId = secret.Id, ClientSecretCreateDate = secret.Created })],
        };
    }
}
