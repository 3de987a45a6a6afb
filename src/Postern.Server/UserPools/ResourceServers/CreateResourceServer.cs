using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.ResourceServers;

/// <summary>Makes a resource server, whose scopes app clients may then be allowed.</summary>
public sealed class CreateResourceServer(Pools.Pools pools, IResourceStore resources, IChanges changes, TimeProvider time)
    : IOperation<CreateResourceServerRequest, CreateResourceServerResponse>
{
    public async ValueTask<CreateResourceServerResponse> Run(CreateResourceServerRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        RegistrationServer.Refuse(request.Identifier);
        var settings = ResourceServerSettings.Of(pool, request.Identifier, request.Name, request.Scopes);
        if ((await resources.List(pool.Number, ResourceKind.ResourceServer, null, ResourceServerSettings.Most, stop)).Items.Count >= ResourceServerSettings.Most)
            throw new LimitExceededException($"A user pool can have at most {ResourceServerSettings.Most} resource servers.");
        var now = time.GetUtcNow();
        var row = new StoredResource(
            pool.Number, ResourceKind.ResourceServer, request.Identifier, ResourceServerSettings.ToJson(settings), default, now, now, Version: 0);
        return (await changes.Save(new(new PutResource(row)), stop)).IsSaved
            ? new() { ResourceServer = settings }
            : throw new InvalidParameterException($"{request.Identifier} already exists in user pool {pool.Id}.");
    }
}
