using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools.Clients;

/// <summary>Gives a confidential client a second secret, so that it can change secrets without a pause. Both are good at once.</summary>
/// <remarks>Operations sheet, "App clients and secrets"; texts are unverified against the service. The answer shows the secret only where it
/// was generated.</remarks>
public sealed class AddUserPoolClientSecret(ClientChanges clientChanges, TimeProvider time) : IOperation<AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse>
{
    private const int Most = 2;

    public async ValueTask<AddUserPoolClientSecretResponse> Run(AddUserPoolClientSecretRequest request, Caller caller, CancellationToken stop)
    {
        var client = await clientChanges.Change(request.UserPoolId, request.ClientId, caller, Decide, stop);
        var added = client.Secrets[^1];
        return new()
        {
            ClientSecretDescriptor = new()
            {
                ClientSecretId = added.Id,
                ClientSecretValue = request.ClientSecret is null ? added.Value : null,
                ClientSecretCreateDate = added.Created,
            },
        };

        AppClient Decide(AppClient client)
        {
            client.RequireSecretOperations();
            if (!client.HasSecret)
                throw new InvalidParameterException("The app client has no client secret: a secret can only be added to a confidential client.");
            if (client.Secrets.Count >= Most)
                throw new LimitExceededException($"An app client can have at most {Most} client secrets.");
            // The id names the second of creation: two secrets of one second must still differ.
            var now = time.GetUtcNow();
            var named = now;
            while (client.Secrets.Any(secret => secret.Id == ClientSecret.NewId(client.Id, named)))
                named += TimeSpan.FromSeconds(1);
            return client with { Secrets = [.. client.Secrets, new(ClientSecret.NewId(client.Id, named), request.ClientSecret ?? RandomText.ClientSecret(), now)] };
        }
    }
}
