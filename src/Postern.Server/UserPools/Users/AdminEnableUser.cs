using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Users;

/// <summary>Lets a disabled user sign in again. Tokens from before stay revoked.</summary>
public sealed class AdminEnableUser(Pools.Pools pools, Users users) : IOperation<AdminEnableUserRequest, AdminEnableUserResponse>
{
    public async ValueTask<AdminEnableUserResponse> Run(AdminEnableUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, static user => new(user.Enabled ? user : user with { Enabled = true }), stop);
        return new();
    }
}
