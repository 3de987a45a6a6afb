using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passwords;

/// <summary>Sets a user's password for good, which confirms the user whatever the status was, or until the next sign-in. Nothing is sent.</summary>
public sealed class AdminSetUserPassword(Pools.Pools pools, Users.Users users, Passwords passwords)
    : IOperation<AdminSetUserPasswordRequest, AdminSetUserPasswordResponse>
{
    public async ValueTask<AdminSetUserPasswordResponse> Run(AdminSetUserPasswordRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var found = await users.Get(pool, request.Username, stop);
        pool.PasswordPolicy.Check(request.Password, PasswordPolicy.Reset);
        var status = request.Permanent is true ? UserStatus.CONFIRMED : UserStatus.FORCE_CHANGE_PASSWORD;
        await users.Change(pool, found, async user => new Decision(await passwords.Set(pool, user with { Status = status }, request.Password, stop)), stop);
        return new();
    }
}
