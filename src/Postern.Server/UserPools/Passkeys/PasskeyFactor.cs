using System.Security.Cryptography;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;

namespace Postern.UserPools.Passkeys;

/// <summary>WEB_AUTHN: the user signs in by a passkey. The challenge travels in the session; what the authenticator counts is saved with the
/// sign-in's last step.</summary>
/// <remarks>User pools sheet, "Passkeys"; security sheet, "Passkeys configuration". A passkey can't be guessed: refusals are logged, not counted.</remarks>
public sealed class PasskeyFactor(UserPasskeys passkeys, RelyingParties parties, SignInSessions sessions, TimeProvider time, ILogger logger) : IChallenge
{
    private const int ChallengeLength = 32;

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.WEB_AUTHN];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.Password;

    /// <summary>The options for the browser; null where the user has no passkey for the pool's relying party as it is now.</summary>
    public async ValueTask<SignInOutcome?> Challenge(SignInProgress progress, CancellationToken stop)
    {
        if (await parties.Find(progress.Pool, stop) is not { } party)
            return null;
        var all = await passkeys.List(progress.Pool, progress.Stored.Sub, stop);
        List<Passkey> usable = [.. all.Select(static one => one.Passkey).Where(passkey => passkey.RelyingPartyId == party.Id)];
        if (usable.Count == 0)
            return null;
        var challenge = RandomNumberGenerator.GetBytes(ChallengeLength);
        var verification = MustVerify(progress) ? UserVerificationType.required : UserPasskeys.Verification(progress.Pool);
        return new()
        {
            ChallengeName = ChallengeNameType.WEB_AUTHN,
            Session = sessions.Seal(progress, ChallengeNameType.WEB_AUTHN, challenge),
            ChallengeParameters = new Dictionary<string, string>
            {
                ["CREDENTIAL_REQUEST_OPTIONS"] = CeremonyOptions.Request(party, verification, challenge, progress.SessionLifetime, usable),
            },
        };
    }

    /// <exception cref="InvalidParameterException">CREDENTIAL is missing, or is none.</exception>
    /// <exception cref="NotAuthorizedException">The passkey is not the user's, or something about its answer is wrong; or the pool or the user
    /// asks for another factor meanwhile.</exception>
    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var used = UsedCredential.Read(progress.Call.Given.Require("CREDENTIAL"));
        var (pool, user) = (progress.Pool, progress.Stored);
        if (!FirstFactorChoice.Available(pool, user).Contains(ChallengeNameType.WEB_AUTHN))
            throw SignInSessions.Invalid();
        if (await parties.Find(pool, stop) is not { } party || await passkeys.Find(pool, user.Sub, used.Id, stop) is not { } row)
            throw PasswordFactor.Wrong();
        var passkey = Passkey.Read(row);
        if (used.Check(passkey, user.Sub, progress.Session.State.Span, party, MustVerify(progress)) is { } refusal)
        {
            if (refusal is Refusal.Counter)
                logger.PasskeyMayBeCopied(user.Sub, pool.Id);
            else
                logger.PasskeyRefused(user.Sub, pool.Id, refusal);
            throw PasswordFactor.Wrong();
        }
        var proved = used.Data.Has(AuthenticatorFlags.UserVerified) ? Factors.Passkey | Factors.UserVerification : Factors.Passkey;
        return progress.Pass(proved, Used(row, passkey, used));
    }

    /// <summary>What changed of the passkey by its use: for most, which do not count, nothing.</summary>
    private IReadOnlyList<Write> Used(UserPart row, Passkey passkey, UsedCredential used)
    {
        var now = passkey with { Counter = used.Data.Counter, IsBackedUp = used.Data.Has(AuthenticatorFlags.IsBackedUp) };
        return now == passkey ? [] : [new PutUserPart(row with { Data = now.ToData(), Modified = time.GetUtcNow() })];
    }

    /// <summary>Where the passkey stands for two factors, its authenticator has to verify the user whatever the pool prefers.</summary>
    private static bool MustVerify(SignInProgress progress) =>
        UserPasskeys.MustVerify(progress.Pool) || FirstFactorChoice.NeedsSecond(progress.Pool, progress.Stored);
}
