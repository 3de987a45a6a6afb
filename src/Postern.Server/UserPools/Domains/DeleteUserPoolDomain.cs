using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Domains;

/// <summary>Takes a domain from its pool: pages and OAuth endpoints are gone at once, and the name is free.</summary>
public sealed class DeleteUserPoolDomain(PoolDomains domains, IChanges changes) : IOperation<DeleteUserPoolDomainRequest, DeleteUserPoolDomainResponse>
{
    private const int Tries = 3;

    public async ValueTask<DeleteUserPoolDomainResponse> Run(DeleteUserPoolDomainRequest request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var (pool, row) = await domains.Get(request.UserPoolId, request.Domain, caller, stop);
            if ((await changes.Save(new(new DeleteResource(row), new ReleaseName(DirectoryKind.Domain, row.Name, pool.Number)), stop)).IsSaved)
                return new();
        }
        throw new TooManyRequestsException("Too many changes of this domain at once; try again.");
    }
}
