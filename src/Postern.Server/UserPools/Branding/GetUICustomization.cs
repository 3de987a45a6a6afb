using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Domains;

namespace Postern.UserPools.Branding;

/// <summary>Shows the CSS and the logo of the classic pages that are in effect for a client, or for all.</summary>
/// <remarks>The CSS comes back as it was sent: public acceptance tests of the Terraform provider find it so at the service. They also find that a pool
/// without a domain is refused here as it is by SetUICustomization.</remarks>
public sealed class GetUICustomization(Pools.Pools pools, PoolDomains domains, UICustomizations customizations)
    : IOperation<GetUICustomizationRequest, GetUICustomizationResponse>
{
    public async ValueTask<GetUICustomizationResponse> Run(GetUICustomizationRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        var owner = request.ClientId ?? UICustomizations.All;
        if (owner != UICustomizations.All)
            await pools.ReadClient(pool, owner, stop);
        await domains.Require(pool, stop);
        return new() { UICustomization = customizations.Describe(pool, owner, await customizations.For(pool, owner, stop)) };
    }
}
