using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Domains;

/// <summary>Shows a domain of the caller's; for any other the description is empty, and that is no error.</summary>
public sealed class DescribeUserPoolDomain(PoolDomains domains) : IOperation<DescribeUserPoolDomainRequest, DescribeUserPoolDomainResponse>
{
    public async ValueTask<DescribeUserPoolDomainResponse> Run(DescribeUserPoolDomainRequest request, Caller caller, CancellationToken stop) => new()
    {
        DomainDescription = await domains.Find(request.Domain, stop) is var (pool, domain) && pool.Row.Account == caller.Account && pool.Region == caller.Region
            ? domain
            : new(),
    };
}
