using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Users;

namespace Postern.UserPools.Tokens;

/// <summary>Revokes all refresh and access tokens of a user, in all clients.</summary>
public sealed class AdminUserGlobalSignOut(Pools.Pools pools, Users.Users users, LogoutNotices logouts)
    : IOperation<AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse>
{
    public async ValueTask<AdminUserGlobalSignOutResponse> Run(AdminUserGlobalSignOutRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        await logouts.OfUser(
            pool, user.Sub, async () => await users.Change(pool, user, static user => new(new Decision(user with { SignOuts = user.SignOuts + 1 })), stop), stop);
        return new();
    }
}
