using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Federation;
using Postern.Storage;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Replaces the members of an identity provider that are given; others stay, and so do name and type.</summary>
public sealed class UpdateIdentityProvider(
    Pools.Pools pools, IResourceStore resources, IChanges changes, UpstreamProviders providers, ProviderAddresses addresses, TimeProvider time)
    : IOperation<UpdateIdentityProviderRequest, UpdateIdentityProviderResponse>
{
    private const int Tries = 3;

    public async ValueTask<UpdateIdentityProviderResponse> Run(UpdateIdentityProviderRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await providers.Get(pool, request.ProviderName, stop);
            var now = time.GetUtcNow();
            var decided = RequestedProvider.Apply(before, addresses, request.ProviderDetails, request.AttributeMapping, request.IdpIdentifiers, request.AcrMapping);
            var after = decided with { Row = before.Row with { Modified = now } };
            var change = new Change(new PutResource(providers.Seal(after)));
            var (old, current) = (before.Settings.IdpIdentifiers ?? [], after.Settings.IdpIdentifiers ?? []);
            foreach (var identifier in old.Except(current))
            {
                if (await resources.Find(pool.Number, ResourceKind.IdentityProviderIdentifier, identifier, stop) is { } row)
                    change.Add(new DeleteResource(row));
            }
            change.Add(current.Except(old).Select(identifier => UpstreamProviders.TakeIdentifier(pool, identifier, before.Name, now)));
            var saved = await changes.Save(change, stop);
            if (saved.IsSaved)
                return new() { IdentityProvider = after.ToIdentityProviderType() };
            if (saved is { Outcome: SaveOutcome.NameTaken, Refused: PutResource { Resource.Name: var taken } })
                throw new InvalidParameterException($"The identifier {taken} belongs to another identity provider of the user pool.");
        }
        throw new TooManyRequestsException("Too many changes of this identity provider at once; try again.");
    }
}
