using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Devices;

/// <summary>Forgets a device of a user: refresh tokens that are bound to it are of no use any more.</summary>
public sealed class AdminForgetDevice(Pools.Pools pools, Users.Users users, Devices devices) : IOperation<AdminForgetDeviceRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(AdminForgetDeviceRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        await devices.Forget(pool.Number, user.Sub, request.DeviceKey, stop);
        return NoOutput.Instance;
    }
}
