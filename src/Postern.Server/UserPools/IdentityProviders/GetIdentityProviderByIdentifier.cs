using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Shows the identity provider that has an identifier.</summary>
public sealed class GetIdentityProviderByIdentifier(Pools.Pools pools, UpstreamProviders providers)
    : IOperation<GetIdentityProviderByIdentifierRequest, GetIdentityProviderByIdentifierResponse>
{
    public async ValueTask<GetIdentityProviderByIdentifierResponse> Run(GetIdentityProviderByIdentifierRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        return await providers.FindByIdentifier(pool, request.IdpIdentifier, stop) is { } provider
            ? new() { IdentityProvider = provider.ToIdentityProviderType() }
            : throw new ResourceNotFoundException($"Identity provider {request.IdpIdentifier} does not exist.");
    }
}
