using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Devices;

/// <summary>Says whether a device of a user is remembered.</summary>
public sealed class AdminUpdateDeviceStatus(Pools.Pools pools, Users.Users users, Devices devices) : IOperation<AdminUpdateDeviceStatusRequest, AdminUpdateDeviceStatusResponse>
{
    public async ValueTask<AdminUpdateDeviceStatusResponse> Run(AdminUpdateDeviceStatusRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        await devices.SetRemembered(pool.Number, user.Sub, request.DeviceKey, request.DeviceRememberedStatus, stop);
        return new();
    }
}
