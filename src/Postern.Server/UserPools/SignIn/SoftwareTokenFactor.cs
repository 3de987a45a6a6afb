using Postern.Contract.UserPools;
using Postern.UserPools.Codes;
using Postern.UserPools.Mfa;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>SOFTWARE_TOKEN_MFA: the code of an authenticator app.</summary>
public sealed class SoftwareTokenFactor(SignInSessions sessions, SoftwareTokens tokens) : IChallenge
{
    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.SOFTWARE_TOKEN_MFA];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.MfaCode;

    public SignInOutcome Challenge(SignInProgress progress)
    {
        var parameters = new Dictionary<string, string>(2) { ["USER_ID_FOR_SRP"] = progress.Stored.Username };
        if (progress.User.Factors().Token?.Name is { } name)
            parameters["FRIENDLY_DEVICE_NAME"] = name;
        return new()
        {
            ChallengeName = ChallengeNameType.SOFTWARE_TOKEN_MFA,
            Session = sessions.Seal(progress, ChallengeNameType.SOFTWARE_TOKEN_MFA),
            ChallengeParameters = parameters,
        };
    }

    /// <exception cref="SoftwareTokenMFANotFoundException">The user has none.</exception>
    /// <exception cref="CodeMismatchException">The code is wrong.</exception>
    /// <exception cref="NotAuthorizedException">Too many codes were wrong.</exception>
    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var code = progress.Call.Given.Require("SOFTWARE_TOKEN_MFA_CODE");
        if (progress.Stored.Factors().Token is not { } token)
            throw new SoftwareTokenMFANotFoundException("Software Token MFA does not exist for the user.");
        return progress.Pass(Factors.SoftwareToken, await tokens.Prove(
            progress.Pool, progress.Stored, progress.Failed, token.Seed, code, static () => new CodeMismatchException("Invalid code received for user"), stop));
    }
}
