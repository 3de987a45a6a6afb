using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Users;

/// <summary>Keeps a user from signing in, and revokes all tokens. The user stays, and is listed.</summary>
public sealed class AdminDisableUser(Pools.Pools pools, Users users) : IOperation<AdminDisableUserRequest, AdminDisableUserResponse>
{
    public async ValueTask<AdminDisableUserResponse> Run(AdminDisableUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(
            pool, request.Username, static user => new(user.Enabled ? user with { Enabled = false, SignOuts = user.SignOuts + 1 } : user), stop);
        return new();
    }
}
