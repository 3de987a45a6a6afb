using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Users;

/// <summary>Deletes a user at once: names and aliases are free again, and tokens are of no use.</summary>
public sealed class AdminDeleteUser(Pools.Pools pools, Users users) : IOperation<AdminDeleteUserRequest, NoOutput>
{
    public async ValueTask<NoOutput> Run(AdminDeleteUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Delete(pool, await users.Get(pool, request.Username, stop), stop);
        return NoOutput.Instance;
    }
}
