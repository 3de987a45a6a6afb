using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>Shows how long an app client uses a browser's sign-in again; also while the pool does not track sign-ins, and it has no effect.</summary>
public sealed class GetUserPoolClientSessionConfiguration(Pools.Pools pools)
    : IOperation<GetUserPoolClientSessionConfigurationRequest, GetUserPoolClientSessionConfigurationResponse>
{
    /// <summary>What a client has that was never told.</summary>
    public const int DefaultMinutes = SessionSettings.LeastSso;

    public async ValueTask<GetUserPoolClientSessionConfigurationResponse> Run(
        GetUserPoolClientSessionConfigurationRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        var client = await pools.ReadClient(pool, request.ClientId, stop);
        return new() { UserPoolId = pool.Id, ClientId = client.Id, SSOSession = new() { MaxValidityMinutes = client.SsoMinutes ?? DefaultMinutes } };
    }
}
