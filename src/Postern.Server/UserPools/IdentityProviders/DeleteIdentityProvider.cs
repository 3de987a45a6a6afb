using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Deletes an identity provider. App clients that name it keep a dead entry, and profiles that came through it stay.</summary>
public sealed class DeleteIdentityProvider(Pools.Pools pools, IResourceStore resources, IChanges changes, UpstreamProviders providers)
    : IOperation<DeleteIdentityProviderRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteIdentityProviderRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var provider = await providers.Get(pool, request.ProviderName, stop);
            var change = new Change(new DeleteResource(provider.Row));
            foreach (var identifier in provider.Settings.IdpIdentifiers ?? [])
            {
                if (await resources.Find(pool.Number, ResourceKind.IdentityProviderIdentifier, identifier, stop) is { } row)
                    change.Add(new DeleteResource(row));
            }
            if ((await changes.Save(change, stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new TooManyRequestsException("Too many changes of this identity provider at once; try again.");
    }
}
