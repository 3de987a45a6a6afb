using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Devices;

/// <summary>A device of a user.</summary>
public sealed class AdminGetDevice(Pools.Pools pools, Users.Users users, Devices devices) : IOperation<AdminGetDeviceRequest, AdminGetDeviceResponse>
{
    public async ValueTask<AdminGetDeviceResponse> Run(AdminGetDeviceRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        return new() { Device = (await devices.Get(pool.Number, user.Sub, request.DeviceKey, stop)).ToWire(pool, user) };
    }
}
