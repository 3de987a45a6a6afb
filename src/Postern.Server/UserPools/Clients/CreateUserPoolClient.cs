using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>Makes an app client, with a secret where one is asked for or given.</summary>
public sealed class CreateUserPoolClient(
    Pools.Pools pools, IResourceStore resources, IChanges changes, ClientSecrets secrets, ChosenIds chosenIds, TimeProvider time)
    : IOperation<CreateUserPoolClientRequest, CreateUserPoolClientResponse>
{
    private const int Tries = 3;

    public async ValueTask<CreateUserPoolClientResponse> Run(CreateUserPoolClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        if (request.GenerateSecret is true && request.ClientSecret is not null)
            throw new InvalidParameterException("GenerateSecret and ClientSecret can not be used together.");
        var chosen = chosenIds.Client(pool, request.ClientName);
        if (!chosenIds.IsByName(request.ClientName))
            ClientNames.Check(request.ClientName);
        var hasSecret = request.GenerateSecret is true || request.ClientSecret is not null;
        var settings = await new RequestedClient(pool, isNew: true, hasSecret).Settings(request, resources, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var now = time.GetUtcNow();
            var id = chosen ?? RandomText.ClientId();
            IReadOnlyList<ClientSecret> live = hasSecret
                ? [new(ClientSecret.NewId(id, now), request.ClientSecret ?? chosenIds.ClientSecret(pool) ?? RandomText.ClientSecret(), now)]
                : [];
            var row = new StoredResource(
                pool.Number, ResourceKind.Client, id, ClientSettings.ToJson(settings), secrets.Seal(id, live), now, now, Version: 0);
            if ((await changes.Save(new(new ClaimName(DirectoryKind.Client, id, pool.Number), new PutResource(row)), stop)).IsSaved)
                return new() { UserPoolClient = new AppClient(pool, row, settings, live).ToUserPoolClientType() };
            if (chosenIds.IsByName(request.ClientName))
                throw new InvalidParameterException($"The chosen client id '{chosen}' belongs to another app client.");
            chosen = null;
        }
        throw new TooManyRequestsException("No free id was found for the app client; try again.");
    }
}
