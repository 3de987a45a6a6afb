using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Devices;

/// <summary>Confirms the device that the token's sign-in named: its client keeps a password from now on, and the server the verifier of it.</summary>
public sealed class ConfirmDevice(AccessTokens accessTokens, Devices devices) : IOperation<ConfirmDeviceRequest, ConfirmDeviceResponse>
{
    public async ValueTask<ConfirmDeviceResponse> Run(ConfirmDeviceRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        if (holder.Claims.DeviceKey != request.DeviceKey || DeviceKeys.Read(pool, request.DeviceKey) is null)
            throw Devices.Missing();
        return new()
        {
            UserConfirmationNecessary = await devices.Confirm(
                pool, holder.User.Sub, request.DeviceKey, request.DeviceSecretVerifierConfig, request.DeviceName, caller.Address, stop),
        };
    }
}
