using Postern.Contract;
using Postern.Contract.IdentityPools;

namespace Postern.IdentityPools.Pools;

/// <summary>Shows an identity pool: only what was set, and its tags.</summary>
public sealed class DescribeIdentityPool(ConfiguredPools pools) : IOperation<DescribeIdentityPoolInput, IdentityPool>
{
    public async ValueTask<IdentityPool> Run(DescribeIdentityPoolInput request, Caller caller, CancellationToken stop) =>
        (await pools.Get(request.IdentityPoolId, caller, stop)).Settings;
}
