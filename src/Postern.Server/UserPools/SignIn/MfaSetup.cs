using System.Text;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.Mfa;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>MFA_SETUP: the pool requires a second factor, and the user has none. A software token is set up through AssociateSoftwareToken and
/// VerifySoftwareToken with the challenge's session; an address by answering with it (EMAIL, PHONE_NUMBER), to which a code then goes.</summary>
/// <remarks>User pools sheet, "Challenges after the first factor"; security sheet, "MFA decision tree".</remarks>
public sealed class MfaSetup(
    Pools.Pools pools, SignInSessions sessions, CodeFactor codes, SoftwareTokens tokens, SignInUsers signInUsers, Users.Users users) : IChallenge
{
    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.MFA_SETUP];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.MfaCode;

    /// <exception cref="MFAMethodNotFoundException">There is nothing that the user could set up (text unverified against the service).</exception>
    public SignInOutcome Challenge(SignInProgress progress)
    {
        var methods = Methods(progress.Pool, progress.User);
        if (methods.Count == 0)
            throw new MFAMethodNotFoundException("No MFA method is available for the user: an administrator must add a phone number or e-mail address.");
        return new()
        {
            ChallengeName = ChallengeNameType.MFA_SETUP,
            Session = Seal(progress, default),
            ChallengeParameters = new Dictionary<string, string>
            {
                ["MFAS_CAN_SETUP"] = ParameterJson.Array(methods),
                ["USER_ID_FOR_SRP"] = progress.Stored.Username,
            },
        };
    }

    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        if (progress.Session.Passed.HasFlag(Factors.SoftwareToken))
            return progress;
        RefuseWhoHasOne(progress.Pool, progress.Stored);
        var given = progress.Call.Given;
        var methods = Methods(progress.Pool, progress.Stored);
        if ((given.Find("EMAIL") ?? given.Find("email")) is { Length: > 0 } email && methods.Contains(ChallengeNameType.EMAIL_OTP))
        {
            if (!Schema.IsEmail(email))
                throw new InvalidParameterException("Invalid email address format.");
            return await codes.Challenge(progress, ChallengeNameType.EMAIL_OTP, stop, email);
        }
        if ((given.Find("PHONE_NUMBER") ?? given.Find("phone_number")) is { Length: > 0 } number && methods.Contains(ChallengeNameType.SMS_MFA))
        {
            if (!Schema.IsPhoneNumber(number))
                throw new InvalidParameterException("Invalid phone number format.");
            return await codes.Challenge(progress, ChallengeNameType.SMS_MFA, stop, number);
        }
        throw SignInSessions.Invalid();
    }

    /// <summary>A new secret for the user of a session, which the new session carries until it is verified: nothing is written.</summary>
    public async ValueTask<(string Secret, string Session)> Associate(string text, CancellationToken stop, bool isOfPages = false)
    {
        var progress = await Open(text, isOfPages, stop);
        var seed = SoftwareTokens.NewSeed();
        return (tokens.Secret(progress.Pool, progress.Stored, seed), Seal(progress, Encoding.ASCII.GetBytes(seed)));
    }

    /// <summary>The user gets the software token, and the new session counts its code as proved.</summary>
    /// <exception cref="EnableSoftwareTokenMFAException">The code is wrong.</exception>
    /// <exception cref="ExpiredCodeException">The code was used already.</exception>
    /// <exception cref="InvalidParameterException">No secret was asked for with this session.</exception>
    public async ValueTask<string> Verify(string text, string code, string? name, CancellationToken stop, bool isOfPages = false)
    {
        var progress = await Open(text, isOfPages, stop);
        var session = progress.Session;
        if (session.State.IsEmpty)
            throw SoftwareTokens.NoneAssociated();
        var seed = Encoding.ASCII.GetString(session.State.Span);
        var proved = await tokens.Prove(progress.Pool, progress.Stored, progress.Failed, seed, code, SoftwareTokens.Mismatch, stop);
        await users.Change(progress.Pool, progress.Stored, user =>
        {
            RefuseWhoHasOne(progress.Pool, user);
            return new(new Decision(user.With(user.Factors() with { Token = new(seed, name, true) }), proved));
        }, stop, SoftwareTokens.Refused);
        return Seal(progress with { Session = session with { Passed = session.Passed | Factors.SoftwareToken } }, default);
    }

    /// <summary>Who got a second factor since the challenge was made is asked for that one: its session must not put another in its place.</summary>
    /// <exception cref="NotAuthorizedException">The user has one.</exception>
    public static void RefuseWhoHasOne(UserPool pool, User user)
    {
        if (MfaChoice.Candidates(pool, user, user.Factors()).Count > 0)
            throw SignInSessions.Invalid();
    }

    /// <summary>What the user can set up: a software token, or an address that he has not, unless it is the pool's means of recovery.</summary>
    private static List<string> Methods(UserPool pool, User user)
    {
        var recovery = MfaSettings.FirstRecovery(pool);
        var methods = new List<string>(3);
        if (pool.Mfa.SmsMfaConfiguration?.SmsConfiguration is not null && recovery != "phone_number" && user.Attribute("phone_number") is null)
            methods.Add(ChallengeNameType.SMS_MFA);
        if (pool.Mfa.SoftwareTokenMfaConfiguration?.Enabled is true)
            methods.Add(ChallengeNameType.SOFTWARE_TOKEN_MFA);
        if (pool.Mfa.EmailMfaConfiguration is not null && recovery != "email" && user.Attribute("email") is null)
            methods.Add(ChallengeNameType.EMAIL_OTP);
        return methods;
    }

    private async ValueTask<SignInProgress> Open(string text, bool isOfPages, CancellationToken stop)
    {
        var session = await sessions.Open(text, ChallengeNameType.MFA_SETUP, stop);
        var client = await pools.Client(session.ClientId, stop);
        SoftwareTokens.RefuseUnlessOffered(client.Pool);
        var progress = await signInUsers.BySession(client, session, LimitedAction.MfaCode, stop);
        RefuseWhoHasOne(progress.Pool, progress.Stored);
        return progress with { Call = progress.Call with { IsOfPages = isOfPages } };
    }

    private string Seal(SignInProgress progress, ReadOnlyMemory<byte> state) => sessions.Seal(progress, ChallengeNameType.MFA_SETUP, state);
}
