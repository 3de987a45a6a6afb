using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.SignUp;

/// <summary>Confirms a sign-up without a code. It proves nothing, so no attribute is verified.</summary>
public sealed class AdminConfirmSignUp(Pools.Pools pools, Users.Users users) : IOperation<AdminConfirmSignUpRequest, AdminConfirmSignUpResponse>
{
    public async ValueTask<AdminConfirmSignUpResponse> Run(AdminConfirmSignUpRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(
            pool, request.Username,
            static user => user.Status is UserStatus.UNCONFIRMED
                ? new(user with { Status = UserStatus.CONFIRMED })
                : throw new NotAuthorizedException($"User cannot be confirmed. Current status is {user.Status}"),
            stop);
        return new();
    }
}
