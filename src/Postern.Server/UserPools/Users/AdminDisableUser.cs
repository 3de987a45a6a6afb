using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.BackChannel;

namespace Postern.UserPools.Users;

/// <summary>Keeps a user from signing in, and revokes all tokens. The user stays, and is listed.</summary>
public sealed class AdminDisableUser(Pools.Pools pools, Users users, LogoutNotices logouts) : IOperation<AdminDisableUserRequest, AdminDisableUserResponse>
{
    public async ValueTask<AdminDisableUserResponse> Run(AdminDisableUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        if (user.Enabled)
            await logouts.OfUser(pool, user.Sub, async () => await users.Change(pool, user, Decide, stop), stop);
        return new();

        static ValueTask<Decision> Decide(User user) => new(new Decision(user.Enabled ? user with { Enabled = false, SignOuts = user.SignOuts + 1 } : user));
    }
}
