using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Domains;

namespace Postern.UserPools.Pools;

/// <summary>Shows a pool as it stands, with its domains and about how many users it has.</summary>
public sealed class DescribeUserPool(Pools pools, IPoolStore poolStore, IResourceStore resources) : IOperation<DescribeUserPoolRequest, DescribeUserPoolResponse>
{
    public async ValueTask<DescribeUserPoolResponse> Run(DescribeUserPoolRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        var users = await poolStore.EstimatedNumberOfUsers(pool.Number, stop);
        var domains = await resources.List(pool.Number, ResourceKind.Domain, null, 10, stop);
        return new()
        {
            UserPool = pool.ToUserPoolType(users) with
            {
                Domain = domains.Items.FirstOrDefault(static domain => !DomainNames.IsCustom(domain.Name))?.Name,
                CustomDomain = domains.Items.FirstOrDefault(static domain => DomainNames.IsCustom(domain.Name))?.Name,
            },
        };
    }
}
