using Postern.Contract;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Tokens;

/// <summary>Revokes all refresh and access tokens of a user, in all clients.</summary>
public sealed class AdminUserGlobalSignOut(Pools.Pools pools, Users.Users users) : IOperation<AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse>
{
    public async ValueTask<AdminUserGlobalSignOutResponse> Run(AdminUserGlobalSignOutRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, static user => new(user with { SignOuts = user.SignOuts + 1 }), stop);
        return new();
    }
}
