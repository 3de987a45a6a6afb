using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Terms;

/// <summary>Shows a document with its links, by the client that it belongs to and its name.</summary>
/// <remarks>The text for a document that is not there is unverified against the service.</remarks>
public sealed class DescribeTermsByClient(Pools.Pools pools, TermsDocuments documents) : IOperation<DescribeTermsByClientRequest, DescribeTermsByClientResponse>
{
    public async ValueTask<DescribeTermsByClientResponse> Run(DescribeTermsByClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var client = await pools.ReadClient(pool, request.ClientId, stop);
        return await documents.FindByName(pool.Number, client.Id, request.TermsName, stop) is { } row
            ? new() { Terms = TermsDocuments.Read(row) }
            : throw new ResourceNotFoundException($"Terms {request.TermsName} for client {client.Id} does not exist.");
    }
}
