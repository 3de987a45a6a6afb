using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Devices;

/// <summary>Forgets a device of an access token's user: refresh tokens that are bound to it are of no use any more.</summary>
public sealed class ForgetDevice(AccessTokens accessTokens, Devices devices) : IOperation<ForgetDeviceRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(ForgetDeviceRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.CheckOptional(request.AccessToken, caller, stop);
        await devices.Forget(holder.Client.Pool.Number, holder.User.Sub, request.DeviceKey, stop);
        return NoOutput.Instance;
    }
}
