using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignUp;

/// <summary>Confirms a sign-up with the code that was sent to the user.</summary>
/// <remarks>A code lives 24 hours; a user has 15 tries an hour. Confirming verifies the attribute that the code went to, and claims it as an
/// alias where the pool uses it as one: from another owner only where the call forces it, who then has it unverified. All that is one
/// change. With the session of SignUp the answer has one that signs the user in, if the first is still alive; without, too, where the pool
/// takes such a code for a sign-in anyway: Amplify for JavaScript sends none, and relies on one in the answer.</remarks>
public sealed class ConfirmSignUp(NamedUsers namedUsers, Users.Users users, Codes.Codes codes, SignInSessions sessions) : IOperation<ConfirmSignUpRequest, ConfirmSignUpResponse>
{
    public async ValueTask<ConfirmSignUpResponse> Run(ConfirmSignUpRequest request, Caller caller, CancellationToken stop)
    {
        var named = await namedUsers.Find(request.ClientId, request.SecretHash, request.Username, LimitedAction.ConfirmSignUp, stop);
        var pool = named.Pool;
        var next = await sessions.Confirmed(named.Client, named.User, request.Session, stop);
        await users.Change(pool, named.User, async user =>
        {
            // Here, not before: an exception takes its time from frame to frame.
            if (named.IsHidden)
            {
                await codes.Check(pool, named.User, CodePurpose.SignUp, request.ConfirmationCode, stop);
                throw Codes.Codes.Mismatch();
            }
            if (user.Status is not UserStatus.UNCONFIRMED)
                throw new NotAuthorizedException($"User cannot be confirmed. Current status is {user.Status}");
            var code = await codes.Check(pool, user, CodePurpose.SignUp, request.ConfirmationCode, stop);
            var confirmed = user with { Status = UserStatus.CONFIRMED };
            // The attribute may have been changed since the code was sent: then the code proves nothing of the new value.
            if (user.Attribute(code.AttributeName) == code.Value)
                confirmed = confirmed.WithAttributes([new(code.AttributeName + "_verified", "true")]);
            var others = request.ForceAliasCreation is true ? await users.WithoutAliases(pool, confirmed, [code.AttributeName], stop) : [];
            return new Decision(confirmed, [new UseCode(code), .. others]);
        }, stop);
        return new() { Session = next };
    }
}
