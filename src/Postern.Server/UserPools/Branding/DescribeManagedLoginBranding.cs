using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>Shows a style by its id: what was set, or with every default filled in. Images are those that were set, either way: Postern's pages draw
/// without any.</summary>
public sealed class DescribeManagedLoginBranding(Pools.Pools pools, Brandings brandings)
    : IOperation<DescribeManagedLoginBrandingRequest, DescribeManagedLoginBrandingResponse>
{
    public async ValueTask<DescribeManagedLoginBrandingResponse> Run(DescribeManagedLoginBrandingRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var style = await brandings.Get(pool, request.ManagedLoginBrandingId, stop);
        return new() { ManagedLoginBranding = await brandings.Describe(pool, style, request.ReturnMergedResources is true, stop) };
    }
}
