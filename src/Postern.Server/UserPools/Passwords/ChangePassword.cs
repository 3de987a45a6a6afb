using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Passwords;

/// <summary>A user's own new password. Tokens and other sessions live on; five tries an hour.</summary>
/// <remarks>A user without a password has no previous one to show. The policy is checked first: a password that breaks it costs no try.</remarks>
public sealed class ChangePassword(AccessTokens accessTokens, Users.Users users, Codes.Codes codes, Passwords passwords)
    : IOperation<ChangePasswordRequest, ChangePasswordResponse>
{
    public async ValueTask<ChangePasswordResponse> Run(ChangePasswordRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        pool.PasswordPolicy.Check(request.ProposedPassword);
        if (!holder.User.Verifier.IsEmpty && request.PreviousPassword is null)
            throw new InvalidParameterException("1 validation error detected: Value null at 'previousPassword' failed to satisfy constraint: Member must not be null");
        await codes.Count(pool, holder.User, holder.User.Username, LimitedAction.ChangePassword, stop);
        await users.Change(pool, holder.User, async user =>
            user.Verifier.IsEmpty || await passwords.Check(pool, user, request.PreviousPassword ?? "", stop)
                ? new(await passwords.Set(pool, user, request.ProposedPassword, stop))
                : throw new NotAuthorizedException("Incorrect username or password."), stop);
        return new();
    }
}
