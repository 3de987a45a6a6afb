using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.ResourceServers;

/// <summary>Deletes a resource server. App clients keep the names of its scopes, and get no tokens with them.</summary>
public sealed class DeleteResourceServer(Pools.Pools pools, IResourceStore resources, IChanges changes) : IOperation<DeleteResourceServerRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteResourceServerRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        RegistrationServer.Refuse(request.Identifier);
        for (var tried = 0; tried < Tries; tried++)
        {
            var row = await ResourceServerSettings.Get(resources, pool, request.Identifier, stop);
            if ((await changes.Save(new(new DeleteResource(row)), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new TooManyRequestsException("Too many changes of this resource server at once; try again.");
    }
}
