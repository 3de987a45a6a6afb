using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Federation;
using Postern.Storage;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Makes an upstream identity provider of a pool.</summary>
/// <remarks>Texts for what exists are unverified against the service.</remarks>
public sealed class CreateIdentityProvider(
    Pools.Pools pools, IResourceStore resources, IChanges changes, UpstreamProviders providers, ProviderAddresses addresses, TimeProvider time)
    : IOperation<CreateIdentityProviderRequest, CreateIdentityProviderResponse>
{
    private const int Most = 300;

    public async ValueTask<CreateIdentityProviderResponse> Run(CreateIdentityProviderRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        RequestedProvider.CheckName(request.ProviderName, request.ProviderType);
        var now = time.GetUtcNow();
        var row = new StoredResource(pool.Number, ResourceKind.IdentityProvider, request.ProviderName, default, default, now, now, Version: 0);
        var provider = RequestedProvider.Apply(
            new(pool, row, new() { ProviderType = request.ProviderType }, new Dictionary<string, string>()), addresses,
            request.ProviderDetails, request.AttributeMapping, request.IdpIdentifiers, request.AcrMapping);
        if ((await resources.List(pool.Number, ResourceKind.IdentityProvider, null, Most, stop)).Items.Count >= Most)
            throw new LimitExceededException($"A user pool can have at most {Most} identity providers.");

        var change = new Change(new PutResource(providers.Seal(provider)))
            .Add((provider.Settings.IdpIdentifiers ?? []).Select(identifier => UpstreamProviders.TakeIdentifier(pool, identifier, request.ProviderName, now)));
        var saved = await changes.Save(change, stop);
        if (saved.IsSaved)
            return new() { IdentityProvider = provider.ToIdentityProviderType() };
        if (saved.Refused is PutResource { Resource: { Kind: ResourceKind.IdentityProviderIdentifier, Name: var taken } })
            throw new InvalidParameterException($"The identifier {taken} belongs to another identity provider of the user pool.");
        throw new DuplicateProviderException("A provider with the name already exists.");
    }
}
