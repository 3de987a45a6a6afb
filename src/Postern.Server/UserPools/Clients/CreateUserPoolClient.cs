using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>Makes an app client, with a secret where one is asked for or given.</summary>
public sealed class CreateUserPoolClient(Pools.Pools pools, IResourceStore resources, NewClients clients, ChosenIds chosenIds)
    : IOperation<CreateUserPoolClientRequest, CreateUserPoolClientResponse>
{
    public async ValueTask<CreateUserPoolClientResponse> Run(CreateUserPoolClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        if (request.GenerateSecret is true && request.ClientSecret is not null)
            throw new InvalidParameterException("GenerateSecret and ClientSecret can not be used together.");
        var chosen = chosenIds.Client(pool, request.ClientName);
        var isByName = chosenIds.IsByName(request.ClientName);
        if (!isByName)
            ClientNames.Check(request.ClientName);
        var hasSecret = request.GenerateSecret is true || request.ClientSecret is not null;
        var settings = await new RequestedClient(pool, isNew: true, hasSecret).Settings(request, resources, stop);
        var secret = hasSecret ? request.ClientSecret ?? chosenIds.ClientSecret(pool) ?? "" : null;
        return new() { UserPoolClient = (await clients.Make(pool, settings, secret, stop, chosen, isByName)).ToUserPoolClientType() };
    }
}
