using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.ResourceServers;

/// <summary>Replaces a resource server's name and scopes; scopes left out are gone. App clients keep the names of scopes that are gone.</summary>
public sealed class UpdateResourceServer(Pools.Pools pools, IResourceStore resources, IChanges changes, TimeProvider time)
    : IOperation<UpdateResourceServerRequest, UpdateResourceServerResponse>
{
    private const int Tries = 3;

    public async ValueTask<UpdateResourceServerResponse> Run(UpdateResourceServerRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        RegistrationServer.Refuse(request.Identifier);
        for (var tried = 0; tried < Tries; tried++)
        {
            var row = await ResourceServerSettings.Get(resources, pool, request.Identifier, stop);
            var settings = ResourceServerSettings.Of(pool, request.Identifier, request.Name, request.Scopes) with { ManagedBy = ResourceServerSettings.Read(row).ManagedBy };
            var changed = row with { Settings = ResourceServerSettings.ToJson(settings), Modified = time.GetUtcNow() };
            if ((await changes.Save(new(new PutResource(changed)), stop)).IsSaved)
                return new() { ResourceServer = settings };
        }
        throw new TooManyRequestsException("Too many changes of this resource server at once; try again.");
    }
}
