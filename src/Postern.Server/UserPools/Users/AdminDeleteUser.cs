using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.BackChannel;

namespace Postern.UserPools.Users;

/// <summary>Deletes a user at once: names and aliases are free again, and tokens are of no use.</summary>
public sealed class AdminDeleteUser(Pools.Pools pools, Users users, LogoutNotices logouts) : IOperation<AdminDeleteUserRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(AdminDeleteUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = await users.Get(pool, request.Username, stop);
        await logouts.OfUser(pool, user.Sub, () => users.Delete(pool, user, stop), stop);
        return NoOutput.Instance;
    }
}
