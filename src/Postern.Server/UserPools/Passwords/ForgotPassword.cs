using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passwords;

/// <summary>Sends a code to reset a forgotten password to a verified contact, by the pool's AccountRecoverySetting.</summary>
/// <remarks>User pools sheet, "Passwords and recovery". Where the client hides users, names that nobody has, disabled users and users without
/// a verified contact are told of a code that nobody gets.</remarks>
public sealed class ForgotPassword(NamedUsers namedUsers, UnknownUsers unknownUsers, CodeDelivery delivery, Outbox outbox)
    : IOperation<ForgotPasswordRequest, ForgotPasswordResponse>
{
    public async ValueTask<ForgotPasswordResponse> Run(ForgotPasswordRequest request, Caller caller, CancellationToken stop)
    {
        var named = await namedUsers.Find(request.ClientId, request.SecretHash, request.Username, LimitedAction.ForgotPassword, stop);
        var code = Code(named);
        await outbox.Save(new([.. code.Writes]), stop);
        return new() { CodeDeliveryDetails = code.Details };
    }

    private PreparedCode Code(NamedUser named)
    {
        var (pool, user) = (named.Pool, named.User);
        var likely = CodeDelivery.LikelyRecoveryOrder(pool);
        if (!named.IsHidden)
        {
            if (user.Status is UserStatus.FORCE_CHANGE_PASSWORD or UserStatus.EXTERNAL_PROVIDER)
                throw new NotAuthorizedException("User password cannot be reset in the current state.");
            if (CodeDelivery.RecoveryContact(pool, user) is { } contact)
                return delivery.Prepare(pool, user, CodePurpose.ForgotPassword, MessageKind.ForgotPassword, contact, user.Attribute(contact)!);
        }
        if (!named.Client.HidesUsers)
            throw new InvalidParameterException("Cannot reset password for the user as there is no registered/verified email or phone_number");
        var (attribute, address) = unknownUsers.Contact(pool, named.Name, likely);
        return delivery.Simulate(pool, user, CodePurpose.ForgotPassword, MessageKind.ForgotPassword, attribute, address);
    }
}
