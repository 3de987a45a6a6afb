using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Mfa;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>Whether a sign-in needs a second factor, and which; SELECT_MFA_TYPE where the user has to choose.</summary>
/// <remarks>Security sheet, "MFA decision tree"; user pools sheet, "Challenges after the first factor". A factor that the user enabled counts
/// even where its address is also the pool's first means of recovery: only what was never enabled is left out then.</remarks>
public sealed class MfaChoice(SignInSessions sessions, CodeFactor codes, SoftwareTokenFactor softwareToken, MfaSetup setUp) : IChallenge
{
    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.SELECT_MFA_TYPE];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.MfaCode;

    /// <summary>The challenge of a second factor; null where none is needed any more.</summary>
    /// <exception cref="MFAMethodNotFoundException">One is required, and the user neither has one nor can set one up.</exception>
    public async ValueTask<SignInOutcome?> Next(SignInProgress progress, CancellationToken stop)
    {
        var (pool, user, passed) = (progress.Pool, progress.User, progress.Session.Passed);
        if (!IsNeeded(progress))
            return null;
        var state = user.Factors();
        var candidates = Candidates(pool, user, state);
        if (candidates.Count == 0 && pool.Mfa.MfaConfiguration is UserPoolMfaType.OPTIONAL)
            return null;
        // A code or a passkey began this sign-in before the pool or the user asked for two factors: it can't be made up for.
        if (!CanBeSecond(passed))
            throw SignInSessions.Invalid();
        if (candidates.Count == 0)
            return setUp.Challenge(progress);
        if (state.Preferred is { } preferred && candidates.Contains(preferred))
            return await Challenge(progress, preferred, stop);
        return candidates.Count == 1 ? await Challenge(progress, candidates[0], stop) : Choose(progress, candidates);
    }

    /// <summary>Whether a second factor will be asked for that the user has.</summary>
    public static bool Asks(SignInProgress progress) => IsNeeded(progress) && CanBeSecond(progress.Session.Passed)
        && Candidates(progress.Pool, progress.User, progress.User.Factors()).Count > 0;

    /// <exception cref="InvalidParameterException">The answer is none of the factors that may be chosen (text unverified against the service).</exception>
    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        // The API's documentation speaks of EMAIL_MFA.
        var answer = progress.Call.Given.Require("ANSWER") is var given && given == "EMAIL_MFA" ? ChallengeNameType.EMAIL_OTP : given;
        if (!Candidates(progress.Pool, progress.Stored, progress.Stored.Factors()).Contains(answer))
            throw new InvalidParameterException("Invalid MFA type selected: choose one of MFAS_CAN_CHOOSE.");
        return await Challenge(progress, answer, stop);
    }

    /// <summary>The second factors that the user can answer now, in Cognito's order.</summary>
    public static IReadOnlyList<string> Candidates(UserPool pool, User user, UserState state)
    {
        var isRequired = pool.Mfa.MfaConfiguration is UserPoolMfaType.ON;
        var recovery = MfaSettings.FirstRecovery(pool);
        var found = new List<string>(3);
        if (pool.Mfa.SmsMfaConfiguration?.SmsConfiguration is not null && user.Attribute("phone_number") is not null
            && (state.HasSms || (isRequired && recovery != "phone_number")))
            found.Add(ChallengeNameType.SMS_MFA);
        // Who has a software token keeps it where the pool stops offering them.
        if (state.Token is { } token && (token.IsEnabled ?? isRequired))
            found.Add(ChallengeNameType.SOFTWARE_TOKEN_MFA);
        if (pool.Mfa.EmailMfaConfiguration is not null && user.Attribute("email") is not null
            && (state.HasEmail || (isRequired && recovery != "email")))
            found.Add(ChallengeNameType.EMAIL_OTP);
        return found;
    }

    private static bool IsNeeded(SignInProgress progress) =>
        progress.Pool.Mfa.MfaConfiguration is UserPoolMfaType.ON or UserPoolMfaType.OPTIONAL && progress.User.Status is not UserStatus.EXTERNAL_PROVIDER
        && !progress.Session.Passed.AreTwo() && !IsExempt(progress.Pool, progress.Session);

    private static bool CanBeSecond(Factors passed) => (passed & (Factors.Password | Factors.SignUp)) != 0;

    // Custom authentication asks for a second factor only after a password.
    private static bool IsExempt(UserPool pool, SignInSession session) =>
        (session.Flow is SignInFlow.Custom && !session.Passed.HasFlag(Factors.Password))
        || (session.Passed is Factors.Passkey or Factors.EmailCode or Factors.SmsCode && pool.Mfa.MfaConfiguration is UserPoolMfaType.OPTIONAL);

    private ValueTask<SignInOutcome> Challenge(SignInProgress progress, string name, CancellationToken stop) =>
        name is ChallengeNameType.SOFTWARE_TOKEN_MFA ? new(softwareToken.Challenge(progress)) : codes.Challenge(progress, name, stop);

    private SignInOutcome Choose(SignInProgress progress, IReadOnlyList<string> candidates) => new()
    {
        ChallengeName = ChallengeNameType.SELECT_MFA_TYPE,
        Session = sessions.Seal(progress, ChallengeNameType.SELECT_MFA_TYPE),
        ChallengeParameters = new Dictionary<string, string>
        {
            ["MFAS_CAN_CHOOSE"] = ParameterJson.Array(candidates),
            ["USER_ID_FOR_SRP"] = progress.Stored.Username,
        },
    };
}
