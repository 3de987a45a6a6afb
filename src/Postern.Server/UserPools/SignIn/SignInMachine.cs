using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Devices;
using Postern.UserPools.Mfa;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>The one sign-in machine: factors in; challenge, tokens or refusal out. InitiateAuth, RespondToAuthChallenge and their Admin
/// twins stand before it, the challenges behind it. What a pool demands is decided in one place, <see cref="Proceed"/>: no step hands out
/// tokens by itself.</summary>
/// <remarks>The order of checks: user pools sheet, "Order of checks".</remarks>
public sealed class SignInMachine(
    SignInUsers signInUsers, PasswordFactor password, FirstFactorChoice choice, CustomChallenges custom, NewPasswordChallenge newPassword, MfaChoice mfa,
    DeviceFactor devices, IReadOnlyList<IChallenge> challenges, Refreshing refreshing, SignInSessions sessions, Users.Users users, TokenMaker tokens,
    TokenSessions tokenSessions, TimeProvider time)
{
    private readonly Dictionary<string, IChallenge> challenges =
        challenges.SelectMany(static challenge => challenge.Names, static (challenge, name) => (name, challenge)).ToDictionary();

    /// <summary>InitiateAuth and AdminInitiateAuth.</summary>
    public async ValueTask<SignInOutcome> Start(SignInCall call, string flow, CancellationToken stop)
    {
        if (!call.IsOfPages)
            AuthFlows.Check(call.Client, flow, call.IsAdmin);
        switch (flow)
        {
            case AuthFlowType.REFRESH_TOKEN_AUTH or AuthFlowType.REFRESH_TOKEN:
                return await refreshing.Start(call.Client, call.Given, call.Caller, stop);
            case AuthFlowType.USER_SRP_AUTH:
                call.Given.Require("SRP_A");
                return await password.Begin(await signInUsers.ByName(call, SignInFlow.Srp, Codes.LimitedAction.Password, stop), withSession: false, stop);
            case AuthFlowType.USER_AUTH:
                return await Go(await choice.Start(call, stop), stop);
            case AuthFlowType.CUSTOM_AUTH:
                return await Go(await custom.Start(call, stop), stop);
            default:
                call.Given.Require("USERNAME");
                call.Given.Require("PASSWORD");
                var progress = await signInUsers.ByName(call, SignInFlow.Password, Codes.LimitedAction.Password, stop);
                return await Proceed(await password.Check(progress, stop), stop);
        }
    }

    /// <summary>RespondToAuthChallenge and AdminRespondToAuthChallenge.</summary>
    public async ValueTask<SignInOutcome> Answer(SignInCall call, string name, CancellationToken stop)
    {
        if (name is ChallengeNameType.PASSWORD_VERIFIER)
            return await Proceed(await password.Verify(call, stop), stop);
        if (!challenges.TryGetValue(name, out var challenge))
            throw SignInSessions.Invalid();
        call.Given.Require("USERNAME");
        call = await devices.WithSession(call, name, stop);
        var session = await sessions.Open(call.Client, call.Session, name, stop);
        var progress = await signInUsers.BySession(call, session, challenge.Counts(call, session), stop);
        return await Go(await challenge.Answer(progress, stop), stop);
    }

    private ValueTask<SignInOutcome> Go(ChallengeAnswer answer, CancellationToken stop) =>
        answer.Next is { } next ? new(next) : Proceed(answer.Passed!, stop);

    /// <summary>What follows a proof: the next thing that the user's status or the pool demands, or the tokens.</summary>
    private async ValueTask<SignInOutcome> Proceed(SignInProgress progress, CancellationToken stop)
    {
        if (progress.IsNobody)
            throw PasswordFactor.Wrong();
        switch (progress.Stored.Status)
        {
            case UserStatus.UNCONFIRMED when progress.Call.IsOfPages:
                // The code lives longer than any challenge, and mail may be slow.
                return new() { Unconfirmed = sessions.SignUp(progress.Client, progress.Stored, Codes.Codes.Lifetime(CodePurpose.SignUp)) };
            case UserStatus.UNCONFIRMED:
                throw new UserNotConfirmedException("User is not confirmed.");
            case UserStatus.RESET_REQUIRED:
                throw new PasswordResetRequiredException("Password reset required for the user");
            case UserStatus.FORCE_CHANGE_PASSWORD when progress.User.Status is UserStatus.FORCE_CHANGE_PASSWORD:
                return await Continue(progress, newPassword.Challenge(progress), stop);
        }
        progress = await devices.Vouch(await devices.Identify(progress, stop), stop);
        if ((await devices.Next(progress, stop) ?? await mfa.Next(progress, stop)) is { } second)
            return await Continue(progress, second, stop);
        if (progress.Session is { Flow: SignInFlow.Custom, Passed: var passed } && !passed.HasFlag(Factors.Custom))
            return await Go(await custom.Next(await Settle(progress, stop), stop), stop);
        return await Tokens(progress, stop);
    }

    /// <summary>A further challenge: what was used up by then (a software token's code) is used up now, the session is not.</summary>
    private async ValueTask<SignInOutcome> Continue(SignInProgress progress, SignInOutcome next, CancellationToken stop)
    {
        if (progress.Writes.Count > 0 || progress.Change is not null)
            await Save(progress, [], stop);
        return next;
    }

    /// <summary>Saves what was proved up to now: functions run for nothing else, and read the user as he is.</summary>
    private async ValueTask<SignInProgress> Settle(SignInProgress progress, CancellationToken stop)
    {
        if (progress.Writes.Count == 0 && progress.Change is null)
            return progress;
        var user = await Save(progress, [], stop);
        return progress with { Stored = user, Change = null, Writes = [], Session = progress.Session with { PasswordSet = user.PasswordSet } };
    }

    private async ValueTask<SignInOutcome> Tokens(SignInProgress progress, CancellationToken stop)
    {
        var device = await devices.Shown(progress, stop);
        var facts = SignInFacts.New(time.GetUtcNow(), progress.Client.RefreshTokenLifetime) with
        {
            Device = device is not null || !progress.Pool.TracksDevices || progress.Call.IsOfPages ? progress.Session.Device : Guid.NewGuid(),
            Level = progress.Session.Passed.Level(),
        };
        var user = progress.Stored;
        if (progress.IsShown || progress.Writes.Count > 0 || progress.Change is not null || (progress.Pool.Sessions.AreTracked && !progress.Call.IsOfPages))
            user = await Save(progress, progress.IsShown ? [sessions.Use(progress.Session)] : [], stop, facts);
        if (progress.Call.IsOfPages)
            return new() { SignedIn = new(user, progress.Groups, facts) };
        var made = await tokens.Make(progress.Client, user, progress.Groups, facts, withRefreshToken: true, stop);
        return new() { AuthenticationResult = devices.Complete(made, progress, device, facts.Device) };
    }

    /// <summary>Saves what the sign-in writes, all or nothing.</summary>
    /// <param name="facts">Of a sign-in that succeeds: its session begins.</param>
    private ValueTask<User> Save(SignInProgress progress, IReadOnlyList<Write> more, CancellationToken stop, SignInFacts? facts = null)
    {
        return users.Change(progress.Pool, progress.Stored, Decide, stop, refused => refused switch
        {
            RequireAttempts guard => LockOut.Exceeded(guard),
            UseSession use when use.SignIn != progress.Session.SignIn => SoftwareTokens.Used(),
            _ => SignInSessions.Used(),
        });

        async ValueTask<Decision> Decide(User user)
        {
            var changed = progress.Change is null ? user : progress.Change(user);
            var session = facts is null || progress.Call.IsOfPages ? [] : await tokenSessions.Begin(progress.Client, changed, facts, progress.Call.Caller, stop);
            return new(changed, [.. more, .. progress.Writes, .. session]);
        }
    }
}
