using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>Shows the style of an app client, as DescribeManagedLoginBranding does.</summary>
public sealed class DescribeManagedLoginBrandingByClient(Pools.Pools pools, Brandings brandings)
    : IOperation<DescribeManagedLoginBrandingByClientRequest, DescribeManagedLoginBrandingByClientResponse>
{
    public async ValueTask<DescribeManagedLoginBrandingByClientResponse> Run(DescribeManagedLoginBrandingByClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var client = await pools.ReadClient(pool, request.ClientId, stop);
        var style = await brandings.Find(pool.Number, client.Id, stop)
            ?? throw new ResourceNotFoundException($"ManagedLoginBranding for client {client.Id} does not exist.");
        return new() { ManagedLoginBranding = await brandings.Describe(pool, style, request.ReturnMergedResources is true, stop) };
    }
}
