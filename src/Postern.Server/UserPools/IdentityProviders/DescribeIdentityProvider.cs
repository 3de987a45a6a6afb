using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Shows an identity provider, with its client secret in clear.</summary>
public sealed class DescribeIdentityProvider(Pools.Pools pools, UpstreamProviders providers) : IOperation<DescribeIdentityProviderRequest, DescribeIdentityProviderResponse>
{
    public async ValueTask<DescribeIdentityProviderResponse> Run(DescribeIdentityProviderRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        return new() { IdentityProvider = (await providers.Get(pool, request.ProviderName, stop)).ToIdentityProviderType() };
    }
}
