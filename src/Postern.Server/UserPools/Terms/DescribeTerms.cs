using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Terms;

/// <summary>Shows a document with its links, by its id.</summary>
public sealed class DescribeTerms(Pools.Pools pools, TermsDocuments documents) : IOperation<DescribeTermsRequest, DescribeTermsResponse>
{
    public async ValueTask<DescribeTermsResponse> Run(DescribeTermsRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        return new() { Terms = (await documents.Get(pool, request.TermsId, stop)).Terms };
    }
}
