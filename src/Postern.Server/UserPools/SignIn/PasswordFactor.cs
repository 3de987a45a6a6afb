using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Devices;

namespace Postern.UserPools.SignIn;

/// <summary>The password as a factor: given in the call, or proved by SRP. Wrong ones count towards the lock-out.</summary>
public sealed class PasswordFactor(Passwords.Passwords passwords, SrpFactor srp, LockOut lockOut, SignInUsers users, SignInSessions sessions, DeviceFactor devices)
{
    public static NotAuthorizedException Wrong() => new("Incorrect username or password.");

    /// <summary>Checks PASSWORD.</summary>
    /// <exception cref="NotAuthorizedException">It is wrong, or the user is locked out or disabled.</exception>
    public async ValueTask<SignInProgress> Check(SignInProgress progress, CancellationToken stop)
    {
        var password = progress.Call.Given.Require("PASSWORD");
        RefuseLocked(progress);
        var failures = lockOut.Failures;
        if (!await passwords.Check(progress.Pool, progress.Stored, password, stop))
            throw await Refused(progress, stop);
        await lockOut.Succeeded(progress, failures, stop);
        return progress.Pass(Factors.Password);
    }

    /// <summary>Begins an SRP exchange with SRP_A.</summary>
    /// <param name="withSession">Whether the answer is given with a session: all flows but USER_SRP_AUTH.</param>
    /// <exception cref="NotAuthorizedException">The user is locked out or disabled.</exception>
    public async ValueTask<SignInOutcome> Begin(SignInProgress progress, bool withSession, CancellationToken stop)
    {
        RefuseLocked(progress);
        var outcome = await srp.Begin(progress, stop);
        return withSession
            ? outcome with { Session = sessions.Seal(progress, ChallengeNameType.PASSWORD_VERIFIER) }
            : outcome;
    }

    /// <summary>Checks the answer to PASSWORD_VERIFIER.</summary>
    /// <remarks>The state is in SECRET_BLOCK. Of a flow that has sessions, the one given must belong to the same sign-in; it may be missing
    /// (official clients leave it out), except in custom authentication, whose history it carries.</remarks>
    /// <exception cref="NotAuthorizedException">The proof is wrong or stale, or the user is locked out or disabled.</exception>
    public async ValueTask<SignInProgress> Verify(SignInCall call, CancellationToken stop)
    {
        var name = call.Given.Require("USERNAME");
        var secretBlock = call.Given.Require("PASSWORD_CLAIM_SECRET_BLOCK");
        call.Given.Require("PASSWORD_CLAIM_SIGNATURE");
        SrpFactor.CheckTimestamp(call.Given.Require("TIMESTAMP"));
        if (await srp.Open(call.Client, secretBlock, stop) is not var (block, bytes))
        {
            SecretHash.CheckParameter(call.Client, call.Given.Find("SECRET_HASH"), name);
            throw Wrong();
        }
        var progress = await users.ByBlock(call, block, stop);
        if (block.Flow is SignInFlow.Custom || (block.Flow is SignInFlow.Choice && !string.IsNullOrEmpty(call.Session)))
        {
            var session = await sessions.Open(call.Client, call.Session, ChallengeNameType.PASSWORD_VERIFIER, stop);
            if (session.SignIn != block.SignIn)
                throw SignInSessions.Invalid();
            progress = progress with { Session = session, IsShown = true };
        }
        else if (block.Flow is SignInFlow.Choice)
        {
            // Whether it was sent or not, success uses it up.
            progress = progress with { Session = progress.Session with { SignIn = block.SignIn }, IsShown = true };
        }
        RefuseLocked(progress);
        var failures = lockOut.Failures;
        if (!await srp.Verify(progress, block, bytes, stop))
            throw await Refused(progress, stop);
        await lockOut.Succeeded(progress, failures, stop);
        try
        {
            return await devices.Identify(progress.Pass(Factors.Password), stop);
        }
        catch (ResourceNotFoundException)
        {
            // Clients send the same answer again, without the key of a device that was forgotten.
            srp.Reopen(block);
            throw;
        }
    }

    private void RefuseLocked(SignInProgress progress)
    {
        lockOut.Check(progress.Failed, LimitedAction.Password);
        SignInUsers.RefuseDisabled(progress.Stored);
    }

    private async ValueTask<Exception> Refused(SignInProgress progress, CancellationToken stop)
    {
        // Who was imported, or never had one, has no password that could be right (user pools sheet, "PreventUserExistenceErrors").
        if (progress.Stored is { Status: UserStatus.RESET_REQUIRED, Verifier.IsEmpty: true } && !progress.Client.HidesUsers)
            return new PasswordResetRequiredException("Password reset required for the user");
        await lockOut.Failed(progress, LimitedAction.Password, stop);
        return Wrong();
    }
}
