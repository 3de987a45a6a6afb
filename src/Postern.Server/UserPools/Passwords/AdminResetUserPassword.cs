using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passwords;

/// <summary>Takes a user's password out of use, and sends the code that a new one can be set with.</summary>
/// <remarks>User pools sheet, "Passwords and recovery". That disabled users are refused is unverified against the service. Tokens stay valid.</remarks>
public sealed class AdminResetUserPassword(Pools.Pools pools, Users.Users users, CodeDelivery delivery)
    : IOperation<AdminResetUserPasswordRequest, AdminResetUserPasswordResponse>
{
    public async ValueTask<AdminResetUserPasswordResponse> Run(AdminResetUserPasswordRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        await users.Change(pool, request.Username, user =>
        {
            if (!user.Enabled)
                throw new NotAuthorizedException("User is disabled.");
            if (user.Status is not (UserStatus.CONFIRMED or UserStatus.RESET_REQUIRED))
                throw new NotAuthorizedException("User password cannot be reset in the current state.");
            var contact = CodeDelivery.RecoveryContact(pool, user) ?? throw new InvalidParameterException(
                "Cannot reset password for the user as there is no registered/verified email or phone_number");
            var code = delivery.Prepare(pool, user, CodePurpose.ForgotPassword, MessageKind.ForgotPassword, contact, user.Attribute(contact)!);
            return new Decision(user with { Status = UserStatus.RESET_REQUIRED }, code.Writes);
        }, stop);
        return new();
    }
}
