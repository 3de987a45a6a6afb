using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Devices;

/// <summary>A device of an access token's user.</summary>
public sealed class GetDevice(AccessTokens accessTokens, Devices devices) : IOperation<GetDeviceRequest, GetDeviceResponse>
{
    public async ValueTask<GetDeviceResponse> Run(GetDeviceRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.CheckOptional(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        return new() { Device = (await devices.Get(pool.Number, holder.User.Sub, request.DeviceKey, stop)).ToWire(pool, holder.User) };
    }
}
