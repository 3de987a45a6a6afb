using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Lists a pool's identity providers by name, type and dates.</summary>
public sealed class ListIdentityProviders(Pools.Pools pools, IResourceStore resources, Paging paging) : IOperation<ListIdentityProvidersRequest, ListIdentityProvidersResponse>
{
    private const string List = "ListIdentityProviders";
    private const int LargestPage = 60;

    public async ValueTask<ListIdentityProvidersResponse> Run(ListIdentityProvidersRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var after = await paging.Position(pool.Number, List, request.NextToken, stop);
        var limit = request.MaxResults is null or 0 ? LargestPage : request.MaxResults.Value;
        var page = await resources.List(pool.Number, ResourceKind.IdentityProvider, after, limit, stop);
        return new()
        {
            Providers = [.. page.Items.Select(static row => new ProviderDescription
            {
                ProviderName = row.Name,
                ProviderType = UpstreamProviders.Read(row).ProviderType,
                LastModifiedDate = row.Modified,
                CreationDate = row.Created,
            })],
            NextToken = page.HasMore ? paging.Next(pool.Number, List, page.Items[^1].Name) : null,
        };
    }
}
