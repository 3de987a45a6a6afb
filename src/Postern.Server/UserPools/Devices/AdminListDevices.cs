using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Devices;

/// <summary>The devices of a user by key, in pages.</summary>
public sealed class AdminListDevices(Pools.Pools pools, Users.Users users, Devices devices) : IOperation<AdminListDevicesRequest, AdminListDevicesResponse>
{
    public async ValueTask<AdminListDevicesResponse> Run(AdminListDevicesRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        var (page, next) = await devices.List(pool.Number, user.Sub, nameof(AdminListDevices), request.Limit, request.PaginationToken, stop);
        return new() { Devices = page.ToWire(pool, user), PaginationToken = next };
    }
}
