using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Mfa;

/// <summary>Shows a pool's second factors: only what is configured, and whether one is required.</summary>
public sealed class GetUserPoolMfaConfig(Pools.Pools pools) : IOperation<GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse>
{
    public async ValueTask<GetUserPoolMfaConfigResponse> Run(GetUserPoolMfaConfigRequest request, Caller caller, CancellationToken stop) =>
        (await pools.Read(request.UserPoolId, caller, stop)).Mfa;
}
