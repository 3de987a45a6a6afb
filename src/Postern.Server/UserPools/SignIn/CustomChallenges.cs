using Postern.Contract.UserPools;
using Postern.Triggers;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>CUSTOM_AUTH: the pool's own functions say which challenge comes next, make it, and check its answer.</summary>
/// <remarks>User pools sheet, "CUSTOM_AUTH"; trigger sheet, "Custom authentication". A session of CUSTOM_CHALLENGE is good for one answer, right or
/// wrong: a function counts guesses by the history that the session carries. Where nobody has the name the functions run all the same; tokens
/// are never issued then.</remarks>
public sealed class CustomChallenges(
    Functions functions, SignInUsers users, PasswordFactor password, CodeFactor codes, SoftwareTokenFactor softwareToken, SignInSessions sessions,
    CustomStates states) : IChallenge
{
    private const string SrpA = "SRP_A";

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.CUSTOM_CHALLENGE];

    /// <exception cref="InvalidParameterException">The pool lacks one of the three functions.</exception>
    public static void RequireFunctions(UserPool pool)
    {
        var given = pool.Settings.LambdaConfig;
        _ = Arn(given?.DefineAuthChallenge);
        _ = Arn(given?.CreateAuthChallenge);
        _ = Arn(given?.VerifyAuthChallengeResponse);
    }

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.Password;

    /// <summary>InitiateAuth with CUSTOM_AUTH; with SRP first where CHALLENGE_NAME says so. Its ClientMetadata reaches no function.</summary>
    public async ValueTask<ChallengeAnswer> Start(SignInCall call, CancellationToken stop)
    {
        var begins = call.Given.Find("CHALLENGE_NAME") is SrpA;
        if (begins)
            call.Given.Require(SrpA);
        var progress = await users.ByName(call, SignInFlow.Custom, LimitedAction.Password, stop);
        SignInUsers.RefuseDisabled(progress.Stored);
        var state = new CustomState(begins ? [new(SrpA, true, null)] : [], Factors.None);
        return await Define(progress, state, null, stop);
    }

    /// <summary>What the functions say after another proof: the password, or a second factor.</summary>
    public async ValueTask<ChallengeAnswer> Next(SignInProgress progress, CancellationToken stop)
    {
        var state = await states.Read(progress.Session, stop);
        var after = state.After(progress.Session.Passed);
        if (after.History.Count == state.History.Count && progress.Session.Challenge.Length > 0)
            after = after.After(new PastChallenge(progress.Session.Challenge, true, null));
        return await Define(progress, after, progress.Call.Metadata, stop);
    }

    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var given = progress.Call.Given.Require("ANSWER");
        var state = await states.Read(progress.Session, stop);
        await states.Use(progress.Session, stop);
        var metadata = progress.Call.Metadata;
        var isRight = await functions.Call(
            Arn(progress.Pool.Settings.LambdaConfig?.VerifyAuthChallengeResponse), Subject(progress),
            new VerifyAuthChallengeResponse(About(progress, metadata), state.Private, given), stop);
        return await Define(progress, state.After(new PastChallenge(ChallengeNameType.CUSTOM_CHALLENGE, isRight, state.Metadata)), metadata, stop);
    }

    private async ValueTask<ChallengeAnswer> Define(
        SignInProgress progress, CustomState state, IReadOnlyDictionary<string, string>? metadata, CancellationToken stop)
    {
        var next = await functions.Call(
            Arn(progress.Pool.Settings.LambdaConfig?.DefineAuthChallenge), Subject(progress),
            new DefineAuthChallenge(About(progress, metadata), state.History), stop);
        if (next.FailsAuthentication || (next.IssuesTokens && progress.IsNobody))
            throw PasswordFactor.Wrong();
        if (next.IssuesTokens)
            return (await users.Again(progress, LimitedAction.Password, stop)).Pass(Factors.Custom);
        if (next.Challenge is ChallengeNameType.CUSTOM_CHALLENGE)
            return await Create(progress, state, metadata, stop);
        return await BuiltIn(progress with { Session = await states.Keep(progress.Session, state, stop) }, state, next.Challenge!, stop);
    }

    private async ValueTask<SignInOutcome> Create(
        SignInProgress progress, CustomState state, IReadOnlyDictionary<string, string>? metadata, CancellationToken stop)
    {
        var created = await functions.Call(
            Arn(progress.Pool.Settings.LambdaConfig?.CreateAuthChallenge), Subject(progress),
            new CreateAuthChallenge(About(progress, metadata), state.History), stop);
        var session = await states.Keep(progress.Session, state with { Private = created.Private, Metadata = created.Metadata }, stop);
        return new()
        {
            ChallengeName = ChallengeNameType.CUSTOM_CHALLENGE,
            Session = sessions.Seal(progress with { Session = session }, ChallengeNameType.CUSTOM_CHALLENGE),
            ChallengeParameters = new Dictionary<string, string>(created.Public) { ["USERNAME"] = progress.Stored.Username },
        };
    }

    /// <summary>A challenge of the service's own that DefineAuthChallenge asked for.</summary>
    private async ValueTask<SignInOutcome> BuiltIn(SignInProgress progress, CustomState state, string name, CancellationToken stop)
    {
        switch (name)
        {
            case ChallengeNameType.PASSWORD_VERIFIER when state.History is [{ Name: SrpA }]:
                return await password.Begin(progress, withSession: true, stop);
            case ChallengeNameType.SMS_MFA or ChallengeNameType.EMAIL_OTP when Has(progress, CodeFactor.Attribute(name)):
                return await codes.Challenge(progress, name, stop);
            case ChallengeNameType.SOFTWARE_TOKEN_MFA when progress.User.Factors().Token is not null && !progress.IsNobody:
                return softwareToken.Challenge(progress);
            case ChallengeNameType.SMS_MFA or ChallengeNameType.EMAIL_OTP or ChallengeNameType.SOFTWARE_TOKEN_MFA:
                // Who lacks the factor looks like nobody (unverified against the service).
                throw PasswordFactor.Wrong();
            default:
                throw TriggerResponse.Unrecognizable();
        }
    }

    private static bool Has(SignInProgress progress, string attribute) => !progress.IsNobody && progress.Stored.Attribute(attribute) is not null;

    private static AuthChallenge About(SignInProgress progress, IReadOnlyDictionary<string, string>? metadata) => new(
        progress.IsNobody ? [] : EventAttributes.Of(progress.Pool, progress.Stored), metadata, progress.Client.HidesUsers ? progress.IsNobody : null);

    private static EventSubject Subject(SignInProgress progress) => new(progress.Pool.Region, progress.Pool.Id, progress.Name, progress.Client.Id);

    private static string Arn(string? given) =>
        given ?? throw new InvalidParameterException("Custom auth lambda trigger is not configured for the user pool.");
}
