using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>Takes one of two secrets from an app client; the last one stays.</summary>
/// <remarks>Texts are unverified against the service.</remarks>
public sealed class DeleteUserPoolClientSecret(ClientChanges clientChanges) : IOperation<DeleteUserPoolClientSecretRequest, DeleteUserPoolClientSecretResponse>
{
    public async ValueTask<DeleteUserPoolClientSecretResponse> Run(DeleteUserPoolClientSecretRequest request, Caller caller, CancellationToken stop)
    {
        await clientChanges.Change(request.UserPoolId, request.ClientId, caller, Decide, stop);
        return new();

        AppClient Decide(AppClient client)
        {
            client.RequireSecretOperations();
            var left = client.Secrets.Where(secret => secret.Id != request.ClientSecretId).ToList();
            if (left.Count == client.Secrets.Count)
                throw new ResourceNotFoundException($"Client secret {request.ClientSecretId} does not exist.");
            return left.Count > 0
                ? client with { Secrets = left }
                : throw new InvalidParameterException("The last client secret of an app client can not be deleted.");
        }
    }
}
