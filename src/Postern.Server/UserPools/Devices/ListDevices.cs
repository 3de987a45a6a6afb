using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Devices;

/// <summary>The devices of an access token's user by key, in pages.</summary>
public sealed class ListDevices(AccessTokens accessTokens, Devices devices) : IOperation<ListDevicesRequest, ListDevicesResponse>
{
    public async ValueTask<ListDevicesResponse> Run(ListDevicesRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        var (page, next) = await devices.List(pool.Number, holder.User.Sub, nameof(ListDevices), request.Limit, request.PaginationToken, stop);
        return new() { Devices = page.ToWire(pool, holder.User), PaginationToken = next };
    }
}
