using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Sessions;

/// <summary>Shows whether a pool tracks sign-ins: not before it was told to.</summary>
public sealed class GetUserPoolSessionConfiguration(Pools.Pools pools)
    : IOperation<GetUserPoolSessionConfigurationRequest, GetUserPoolSessionConfigurationResponse>
{
    public async ValueTask<GetUserPoolSessionConfigurationResponse> Run(
        GetUserPoolSessionConfigurationRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Read(request.UserPoolId, caller, stop);
        return new()
        {
            UserPoolId = pool.Id,
            UserSessionTracking = pool.Sessions.Tracking,
            TokenSession = new() { MaxPerUser = pool.Sessions.MostOfUser },
        };
    }
}
