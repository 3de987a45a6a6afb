using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.Passkeys;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>USER_AUTH: the user begins with one of the first factors that the pool allows and he has. SELECT_CHALLENGE, PASSWORD and
/// PASSWORD_SRP are its own challenges.</summary>
/// <remarks>User pools sheet, "USER_AUTH". Where the client hides users, a name that nobody has, or whose user has no factor, is answered as a
/// typical user of the pool would be.</remarks>
public sealed class FirstFactorChoice(SignInUsers users, PasswordFactor password, CodeFactor codes, PasskeyFactor passkeys, SignInSessions sessions)
    : IChallenge
{
    /// <summary>The session between SignUp and ConfirmSignUp: not a challenge, and never shown.</summary>
    public const string SigningUp = "SIGNING_UP";

    /// <summary>The session between ConfirmSignUp and the first sign-in.</summary>
    public const string SignedUp = "SIGNED_UP";

    private const string PasswordSrp = ChallengeNameType.PASSWORD_SRP;

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.SELECT_CHALLENGE, ChallengeNameType.PASSWORD, PasswordSrp];

    public LimitedAction Counts(SignInCall call, SignInSession session) =>
        session.Challenge is ChallengeNameType.SELECT_CHALLENGE && call.Given.Find("ANSWER") is ChallengeNameType.EMAIL_OTP or ChallengeNameType.SMS_OTP
            ? LimitedAction.SignInCode
            : LimitedAction.Password;

    /// <summary>InitiateAuth with USER_AUTH.</summary>
    public async ValueTask<ChallengeAnswer> Start(SignInCall call, CancellationToken stop)
    {
        if (!string.IsNullOrEmpty(call.Session))
        {
            // Who confirmed a sign-up a moment ago proved it there.
            var session = await sessions.Open(call.Client, call.Session, SignedUp, stop);
            return (await users.BySession(call, session, LimitedAction.Password, stop)).Pass(Factors.SignUp);
        }
        var progress = await users.ByName(call, SignInFlow.Choice, LimitedAction.Password, stop);
        SignInUsers.RefuseDisabled(progress.Stored);
        var available = Available(progress.Pool, progress.Stored);
        if (progress.IsNobody || (available.Count == 0 && progress.Client.HidesUsers))
        {
            progress = progress.IsNobody ? progress : users.AsNobody(progress);
            available = Typical(progress.Pool);
        }
        if (available.Count == 0)
        {
            throw progress.Stored.Status is UserStatus.UNCONFIRMED
                ? new UserNotConfirmedException("User is not confirmed.")
                : PasswordFactor.Wrong();
        }
        var preferred = call.Given.Find("PREFERRED_CHALLENGE");
        return preferred is not null && available.Contains(preferred)
            ? await Begin(progress, preferred, available, stop)
            : Choose(progress, available);
    }

    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var available = progress.IsNobody ? Typical(progress.Pool) : Available(progress.Pool, progress.Stored);
        var chosen = progress.Session.Challenge;
        if (chosen is not (ChallengeNameType.PASSWORD or PasswordSrp))
            chosen = progress.Call.Given.Require("ANSWER");
        // The text is unverified against the service.
        if (!available.Contains(chosen))
            throw new InvalidParameterException("Invalid challenge selected: choose one of AvailableChallenges.");
        return await Begin(progress, chosen, available, stop);
    }

    /// <summary>The first factors that the pool allows and the user has, as AvailableChallenges shows them.</summary>
    public static IReadOnlyList<string> Available(UserPool pool, User user)
    {
        var state = user.Factors();
        var isTemporary = user.Status is UserStatus.FORCE_CHANGE_PASSWORD;
        var needsSecond = NeedsSecond(pool, user);
        var found = new List<string>(5);
        if (pool.OffersFirstFactor(AuthFactorType.WEB_AUTHN) && state.Passkeys > 0 && !isTemporary && (!needsSecond || PasskeyIsTwo(pool, state)))
            found.Add(ChallengeNameType.WEB_AUTHN);
        if (pool.OffersFirstFactor(AuthFactorType.EMAIL_OTP) && HasContact(user, "email") && !isTemporary && !needsSecond)
            found.Add(ChallengeNameType.EMAIL_OTP);
        if (pool.OffersFirstFactor(AuthFactorType.SMS_OTP) && HasContact(user, "phone_number") && !isTemporary && !needsSecond)
            found.Add(ChallengeNameType.SMS_OTP);
        if (OffersPassword(pool) && !user.Verifier.IsEmpty)
            found.AddRange([PasswordSrp, ChallengeNameType.PASSWORD]);
        return found;
    }

    /// <summary>The same as AuthFactorType names them.</summary>
    public static IReadOnlyList<string> Configured(UserPool pool, User user)
    {
        var available = Available(pool, user);
        return [.. available.Where(static name => name is not PasswordSrp).Select(static name => name is ChallengeNameType.PASSWORD ? AuthFactorType.PASSWORD : name)];
    }

    /// <summary>Whether the pool or the user asks for two factors.</summary>
    public static bool NeedsSecond(UserPool pool, User user) => pool.Mfa.MfaConfiguration is UserPoolMfaType.ON
        || (pool.Mfa.MfaConfiguration is UserPoolMfaType.OPTIONAL && MfaChoice.Candidates(pool, user, user.Factors()).Count > 0);

    /// <summary>Whether a passkey that verifies its user counts as both factors.</summary>
    public static bool PasskeyIsTwo(UserPool pool, UserState state) =>
        state.HasPasskey && pool.Mfa.WebAuthnConfiguration?.FactorConfiguration is WebAuthnFactorConfigurationType.MULTI_FACTOR_WITH_USER_VERIFICATION;

    private static bool OffersPassword(UserPool pool) =>
        pool.OffersFirstFactor(AuthFactorType.PASSWORD) || pool.Settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors is not { Count: > 0 };

    // A contact that nobody verified is of use only to users who have nothing else (unverified against the service).
    private static bool HasContact(User user, string attribute) =>
        user.HasVerified(attribute) || (user.Attribute(attribute) is not null && user.Verifier.IsEmpty && user.Status is UserStatus.CONFIRMED);

    /// <summary>What most users of the pool have.</summary>
    private static List<string> Typical(UserPool pool)
    {
        var found = new List<string>(4);
        var needsSecond = pool.Mfa.MfaConfiguration is UserPoolMfaType.ON;
        if (pool.OffersFirstFactor(AuthFactorType.EMAIL_OTP) && !needsSecond)
            found.Add(ChallengeNameType.EMAIL_OTP);
        if (pool.OffersFirstFactor(AuthFactorType.SMS_OTP) && !needsSecond && (found.Count == 0 || pool.AutoVerifiedAttributes.Contains("phone_number")))
            found.Add(ChallengeNameType.SMS_OTP);
        if (OffersPassword(pool))
            found.AddRange([PasswordSrp, ChallengeNameType.PASSWORD]);
        return found;
    }

    private async ValueTask<ChallengeAnswer> Begin(SignInProgress progress, string chosen, IReadOnlyList<string> available, CancellationToken stop)
    {
        var given = progress.Call.Given;
        switch (chosen)
        {
            case ChallengeNameType.PASSWORD when given.Find("PASSWORD") is { Length: > 0 }:
                return await password.Check(progress, stop);
            case PasswordSrp when given.Find("SRP_A") is { Length: > 0 }:
                return (await password.Begin(progress, withSession: true, stop)) with { AvailableChallenges = available };
            case ChallengeNameType.EMAIL_OTP or ChallengeNameType.SMS_OTP:
                return (await codes.Challenge(progress, chosen, stop)) with { AvailableChallenges = available };
            case ChallengeNameType.WEB_AUTHN:
                return await UsePasskey(progress, available, stop);
            default:
                // Answering PASSWORD without the password, or PASSWORD_SRP without SRP_A, asks for it.
                if (progress.Session.Challenge == chosen)
                    given.Require(chosen is ChallengeNameType.PASSWORD ? "PASSWORD" : "SRP_A");
                return Challenge(progress, chosen) with { AvailableChallenges = available };
        }
    }

    private async ValueTask<ChallengeAnswer> UsePasskey(SignInProgress progress, IReadOnlyList<string> available, CancellationToken stop)
    {
        if (progress.Session.Challenge is ChallengeNameType.WEB_AUTHN && progress.Call.Given.Find("CREDENTIAL") is { Length: > 0 })
            return await passkeys.Answer(progress, stop);
        if (await passkeys.Challenge(progress, stop) is { } challenge)
            return challenge with { AvailableChallenges = available };
        // What passkeys the user has are for a relying party that the pool no longer names.
        IReadOnlyList<string> others = [.. available.Where(static name => name is not ChallengeNameType.WEB_AUTHN)];
        return others.Count > 0 ? Choose(progress, others) : throw PasswordFactor.Wrong();
    }

    private SignInOutcome Choose(SignInProgress progress, IReadOnlyList<string> available) =>
        Challenge(progress, ChallengeNameType.SELECT_CHALLENGE) with { AvailableChallenges = available };

    private SignInOutcome Challenge(SignInProgress progress, string name) => new()
    {
        ChallengeName = name,
        Session = sessions.Seal(progress, name),
    };
}
