using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>The one sign-in machine: factors in; challenge, tokens or refusal out. InitiateAuth, RespondToAuthChallenge and their Admin
/// twins stand before it.</summary>
/// <remarks>The order of checks: user pools sheet, "Order of checks".</remarks>
public sealed class SignInMachine(
    IUserStore users, Passwords.Passwords passwords, SrpFactor srp, LockOut lockOut, NewPasswordChallenge newPassword, Refreshing refreshing,
    SignInSessions sessions, TokenMaker tokens, TimeProvider time)
{
    private const string Wrong = "Incorrect username or password.";

    /// <summary>InitiateAuth and AdminInitiateAuth.</summary>
    public ValueTask<SignInOutcome> Start(AppClient client, string flow, IReadOnlyDictionary<string, string>? given, bool isAdmin, CancellationToken stop)
    {
        AuthFlows.Check(client, flow, isAdmin);
        var parameters = new AuthParameters(given);
        return flow switch
        {
            AuthFlowType.REFRESH_TOKEN_AUTH or AuthFlowType.REFRESH_TOKEN => refreshing.Start(client, parameters, stop),
            AuthFlowType.USER_SRP_AUTH => StartSrp(client, parameters, stop),
            _ => CheckPassword(client, parameters, stop),
        };
    }

    /// <summary>RespondToAuthChallenge and AdminRespondToAuthChallenge.</summary>
    public ValueTask<SignInOutcome> Answer(
        AppClient client, string challenge, string? session, IReadOnlyDictionary<string, string>? given, CancellationToken stop)
    {
        var responses = new AuthParameters(given);
        return challenge switch
        {
            ChallengeNameType.PASSWORD_VERIFIER => VerifyPassword(client, responses, stop),
            ChallengeNameType.NEW_PASSWORD_REQUIRED => SetNewPassword(client, session, responses, stop),
            _ => throw SignInSessions.Invalid(),
        };
    }

    private async ValueTask<SignInOutcome> CheckPassword(AppClient client, AuthParameters parameters, CancellationToken stop)
    {
        var name = parameters.Require("USERNAME");
        var password = parameters.Require("PASSWORD");
        var view = await Find(client, name, null, parameters, stop);
        lockOut.Check(view.FailedAttempts);
        RefuseDisabled(view.User);
        if (!await passwords.Check(client.Pool, view.User, password, stop))
            return await Refuse(client, view.User, name, stop);
        await lockOut.Succeeded(client.Pool, view.User!, view.FailedAttempts, stop);
        return await Proceed(client, view.User!, view.Groups, stop);
    }

    private async ValueTask<SignInOutcome> StartSrp(AppClient client, AuthParameters parameters, CancellationToken stop)
    {
        var name = parameters.Require("USERNAME");
        var srpA = parameters.Require("SRP_A");
        var view = await Find(client, name, null, parameters, stop);
        lockOut.Check(view.FailedAttempts);
        RefuseDisabled(view.User);
        return await srp.Begin(client, view.User, name, srpA, stop);
    }

    private async ValueTask<SignInOutcome> VerifyPassword(AppClient client, AuthParameters responses, CancellationToken stop)
    {
        var name = responses.Require("USERNAME");
        var secretBlock = responses.Require("PASSWORD_CLAIM_SECRET_BLOCK");
        var signature = responses.Require("PASSWORD_CLAIM_SIGNATURE");
        var timestamp = responses.Require("TIMESTAMP");
        SrpFactor.CheckTimestamp(timestamp);
        if (await srp.Open(client, secretBlock, stop) is not var (block, bytes))
        {
            SecretHash.CheckParameter(client, responses.Find("SECRET_HASH"), name);
            throw new NotAuthorizedException(Wrong);
        }
        var view = await Find(client, block.Name, block.Sub, responses, stop, name);
        if (view.User is { } found && !IsNameOf(client, found, name))
            throw new NotAuthorizedException(Wrong);
        lockOut.Check(view.FailedAttempts);
        RefuseDisabled(view.User);
        if (!await srp.Verify(client, view.User, block, bytes, timestamp, signature, stop))
            return await Refuse(client, view.User, block.Name, stop);
        await lockOut.Succeeded(client.Pool, view.User!, view.FailedAttempts, stop);
        return await Proceed(client, view.User!, view.Groups, stop);
    }

    private async ValueTask<SignInOutcome> SetNewPassword(AppClient client, string? sealedSession, AuthParameters responses, CancellationToken stop)
    {
        var name = responses.Require("USERNAME");
        var session = await sessions.Open(client, sealedSession, ChallengeNameType.NEW_PASSWORD_REQUIRED, stop);
        var view = await users.FindForSignIn(client.Pool.Number, "", session.Sub, default, stop);
        if (view.User is not { } user || !IsNameOf(client, user, name) || user.PasswordSet != session.PasswordSet)
            throw SignInSessions.Invalid();
        SecretHash.CheckParameter(client, responses.Find("SECRET_HASH"), name, user.Username);
        RefuseDisabled(user);
        var changed = await newPassword.Answer(client, user, session, responses, stop);
        return await Tokens(client, changed, view.Groups, stop);
    }

    /// <summary>What follows once the password was right.</summary>
    private async ValueTask<SignInOutcome> Proceed(AppClient client, User user, IReadOnlyList<StoredGroup> groups, CancellationToken stop)
    {
        switch (user.Status)
        {
            case UserStatus.UNCONFIRMED:
                throw new UserNotConfirmedException("User is not confirmed.");
            case UserStatus.RESET_REQUIRED:
                throw new PasswordResetRequiredException("Password reset required for the user");
            case UserStatus.FORCE_CHANGE_PASSWORD:
                return newPassword.Challenge(client, user);
            default:
                return await Tokens(client, user, groups, stop);
        }
    }

    private async ValueTask<SignInOutcome> Tokens(AppClient client, User user, IReadOnlyList<StoredGroup> groups, CancellationToken stop)
    {
        var facts = SignInFacts.New(time.GetUtcNow(), client.RefreshTokenLifetime);
        return new() { AuthenticationResult = await tokens.Make(client, user, groups, facts, withRefreshToken: true, stop) };
    }

    private async ValueTask<SignInView> Find(
        AppClient client, string name, Guid? sub, AuthParameters parameters, CancellationToken stop, string? hashedName = null)
    {
        var view = await users.FindForSignIn(client.Pool.Number, sub is null || sub == Guid.Empty ? client.Pool.Fold(name) : "", sub ?? Users.Users.Sub(name), lockOut.KeyOfNobody(client.Pool, name), stop);
        // The hash may be made with the name that was sent or with the stored one: SDKs mix them after an alias sign-in.
        SecretHash.CheckParameter(client, parameters.Find("SECRET_HASH"), hashedName ?? name, view.User?.Username);
        if (view.User is null)
            UnknownUsers.RefuseUnlessHidden(client);
        return view;
    }

    private async ValueTask<SignInOutcome> Refuse(AppClient client, User? user, string name, CancellationToken stop)
    {
        await lockOut.Failed(client.Pool, user, name, stop);
        throw new NotAuthorizedException(Wrong);
    }

    private static void RefuseDisabled(User? user)
    {
        if (user is { Enabled: false })
            throw new NotAuthorizedException("User is disabled.");
    }

    private static bool IsNameOf(AppClient client, User user, string name) =>
        UserNames.Of(client.Pool, user).Contains(client.Pool.Fold(name)) || Users.Users.Sub(name) == user.Sub;
}
