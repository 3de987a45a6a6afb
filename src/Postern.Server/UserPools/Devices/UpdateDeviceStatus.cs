using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Devices;

/// <summary>Says whether a device of an access token's user is remembered.</summary>
public sealed class UpdateDeviceStatus(AccessTokens accessTokens, Devices devices) : IOperation<UpdateDeviceStatusRequest, UpdateDeviceStatusResponse>
{
    public async ValueTask<UpdateDeviceStatusResponse> Run(UpdateDeviceStatusRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        await devices.SetRemembered(holder.Client.Pool.Number, holder.User.Sub, request.DeviceKey, request.DeviceRememberedStatus, stop);
        return new();
    }
}
