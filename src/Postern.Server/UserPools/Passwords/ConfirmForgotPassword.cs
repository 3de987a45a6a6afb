using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.Users;

namespace Postern.UserPools.Passwords;

/// <summary>Sets a new password with the code that was sent to the user, who is confirmed by it. A code lives one hour.</summary>
/// <remarks>The policy is checked first: a password that breaks it costs no try. A code that went to a contact proves it; an alias that the
/// user no longer holds is not claimed by that (unverified against the service).</remarks>
public sealed class ConfirmForgotPassword(NamedUsers namedUsers, Users.Users users, Codes.Codes codes, Passwords passwords)
    : IOperation<ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse>
{
    public async ValueTask<ConfirmForgotPasswordResponse> Run(ConfirmForgotPasswordRequest request, Caller caller, CancellationToken stop)
    {
        var named = await namedUsers.Find(
            request.ClientId, request.SecretHash, request.Username, LimitedAction.ForgotPassword, stop,
            client => client.Pool.PasswordPolicy.Check(request.Password));
        var pool = named.Pool;
        await users.Change(pool, named.User, async user =>
        {
            var code = await codes.Check(pool, user, CodePurpose.ForgotPassword, request.ConfirmationCode, stop);
            // Here, not before: an exception takes its time from frame to frame.
            if (named.IsHidden)
                throw Codes.Codes.Mismatch();
            var changed = (await passwords.Set(pool, user, request.Password, stop)) with { Status = UserStatus.CONFIRMED };
            if (user.Attribute(code.AttributeName) == code.Value && !pool.AliasAttributes.Contains(code.AttributeName))
                changed = changed.WithAttributes([new(code.AttributeName + "_verified", "true")]);
            return new(changed, new UseCode(code));
        }, stop);
        return new();
    }
}
