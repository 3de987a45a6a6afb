using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>Shows an app client as it stands, with its secret in clear.</summary>
public sealed class DescribeUserPoolClient(Pools.Pools pools) : IOperation<DescribeUserPoolClientRequest, DescribeUserPoolClientResponse>
{
    public async ValueTask<DescribeUserPoolClientResponse> Run(DescribeUserPoolClientRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        return new() { UserPoolClient = (await pools.ReadClient(pool, request.ClientId, stop)).ToUserPoolClientType() };
    }
}
