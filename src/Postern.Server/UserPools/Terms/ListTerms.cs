using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Terms;

/// <summary>Lists a pool's documents by client and name, without their links.</summary>
public sealed class ListTerms(Pools.Pools pools, TermsDocuments documents, Paging paging) : IOperation<ListTermsRequest, ListTermsResponse>
{
    private const string List = "ListTerms";

    public async ValueTask<ListTermsResponse> Run(ListTermsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var after = await paging.Position(pool.Number, List, request.NextToken, stop);
        var page = await documents.List(pool, after, Paging.Limit(request.MaxResults), stop);
        return new()
        {
            Terms = [.. page.Items.Select(TermsDocuments.Read).Select(static terms => new TermsDescriptionType
            {
                TermsId = terms.TermsId,
                TermsName = terms.TermsName,
                Enforcement = terms.Enforcement,
                CreationDate = terms.CreationDate,
                LastModifiedDate = terms.LastModifiedDate,
            })],
            NextToken = page.HasMore ? paging.Next(pool.Number, List, page.Items[^1].Name) : null,
        };
    }
}
