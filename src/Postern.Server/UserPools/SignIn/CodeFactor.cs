using System.Security.Cryptography;
using System.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignIn;

/// <summary>EMAIL_OTP, SMS_OTP and SMS_MFA: a code to an e-mail address or phone number, as a first or second factor. Its hash travels in the
/// session, and it lives as long.</summary>
/// <remarks>User pools sheet, "USER_AUTH" and "Challenges after the first factor". A wrong code does not consume the session; wrong ones count by
/// user: 15 an hour as a first factor, the lock-out as a second one (security sheet, "Pool MFA configuration").</remarks>
public sealed class CodeFactor(
    SignInSessions sessions, CodeDelivery delivery, Outbox outbox, Codes.Codes codes, LockOut lockOut, UnknownUsers unknownUsers, Users.Users users,
    InstallationSecret secret, TimeProvider time) : IChallenge
{
    private const int HashAt = 1;
    private const int AddressAt = HashAt + HMACSHA256.HashSizeInBytes;

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.EMAIL_OTP, ChallengeNameType.SMS_OTP, ChallengeNameType.SMS_MFA];

    /// <summary>Sends a code and returns its challenge.</summary>
    /// <param name="challenge">EMAIL_OTP, SMS_OTP or SMS_MFA.</param>
    /// <param name="address">Where to, where it is not yet the user's: a second factor that is being set up.</param>
    /// <exception cref="CodeDeliveryFailureException">Development: a transport refused.</exception>
    /// <exception cref="LimitExceededException">Too many codes were sent to addresses that are not yet the user's.</exception>
    public async ValueTask<SignInOutcome> Challenge(SignInProgress progress, string challenge, CancellationToken stop, string? address = null)
    {
        // They may be anybody's: such codes are counted as those that are sent again.
        if (address is not null)
            await codes.Count(progress.Pool, progress.Stored, progress.Name, LimitedAction.ResendSignInCode, stop);
        return await Send(progress, challenge, address is not null, address ?? Address(progress, Attribute(challenge)), stop);
    }

    public LimitedAction Counts(SignInCall call, SignInSession session) =>
        IsFirst(session) ? LimitedAction.SignInCode : LimitedAction.MfaCode;

    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var (challenge, state) = (progress.Session.Challenge, progress.Session.State);
        var address = Encoding.UTF8.GetString(state.Span[AddressAt..]);
        var isSetUp = state.Span[0] != 0;
        if (progress.Call.AsksToResend)
        {
            await codes.Count(progress.Pool, progress.Known, progress.Name, LimitedAction.ResendSignInCode, stop);
            return await Send(progress, challenge, isSetUp, address, stop);
        }
        var given = progress.Call.Given.Require(challenge + "_CODE").Trim();
        var counted = Counts(progress.Call, progress.Session);
        lockOut.Check(progress.Failed, counted);
        if (!CryptographicOperations.FixedTimeEquals(state.Span[HashAt..AddressAt], Hash(progress, challenge, given)) || progress.IsNobody)
        {
            await lockOut.Failed(progress, counted, stop);
            throw new CodeMismatchException("Invalid code or auth state for the user.");
        }
        if (isSetUp)
            MfaSetup.RefuseWhoHasOne(progress.Pool, progress.Stored);
        var attribute = Attribute(challenge);
        var passed = progress.Pass(attribute is "email" ? Factors.EmailCode : Factors.SmsCode, lockOut.Right(progress, counted));
        return isSetUp || await MayClaim(progress, attribute, address, stop) ? passed.With(user => Proved(user, attribute, address, isSetUp)) : passed;
    }

    /// <summary>The attribute that a challenge's codes go to.</summary>
    public static string Attribute(string challenge) => challenge is ChallengeNameType.EMAIL_OTP ? "email" : "phone_number";

    /// <summary>A code is the first factor until one was proved.</summary>
    private static bool IsFirst(SignInSession session) => session.Passed is Factors.None;

    /// <summary>Whether a proved address becomes verified: where that makes it an alias, it must not be somebody else's. The factor is good all the same.</summary>
    private async ValueTask<bool> MayClaim(SignInProgress progress, string attribute, string address, CancellationToken stop) =>
        !progress.Pool.AliasAttributes.Contains(attribute) || progress.Stored.HasVerified(attribute)
        || await users.Find(progress.Pool, address, stop) is not { } owner || owner.Sub == progress.Stored.Sub;

    /// <summary>The address is proved by the code; one that the user gave for his second factor is his from now on.</summary>
    private static User Proved(User user, string attribute, string address, bool isSetUp)
    {
        if (isSetUp)
        {
            return user.WithAttributes([new(attribute, address), new(attribute + "_verified", "true")])
                .With(user.Factors() with { HasEmail = attribute is "email" || user.Factors().HasEmail, HasSms = attribute is not "email" || user.Factors().HasSms });
        }
        return user.Attribute(attribute) == address && !user.HasVerified(attribute) ? user.WithAttributes([new(attribute + "_verified", "true")]) : user;
    }

    private async ValueTask<SignInOutcome> Send(SignInProgress progress, string challenge, bool isSetUp, string address, CancellationToken stop)
    {
        var attribute = Attribute(challenge);
        var digits = RandomText.Code(challenge is ChallengeNameType.EMAIL_OTP && IsFirst(progress.Session) ? 8 : 6);
        var state = new byte[AddressAt + Encoding.UTF8.GetByteCount(address)];
        state[0] = isSetUp ? (byte)1 : (byte)0;
        Hash(progress, challenge, digits).CopyTo(state, HashAt);
        Encoding.UTF8.GetBytes(address, state.AsSpan(AddressAt));
        var medium = CodeDelivery.Medium(attribute);
        await outbox.Save(new(delivery.Message(
            progress.Pool, progress.Stored, MessageKind.Authentication, medium, address, digits, time.GetUtcNow() + progress.SessionLifetime, isDecoy: progress.IsNobody)), stop);
        var parameters = new Dictionary<string, string>
        {
            ["CODE_DELIVERY_DELIVERY_MEDIUM"] = medium,
            ["CODE_DELIVERY_DESTINATION"] = CodeDelivery.Mask(attribute, address),
        };
        if (!IsFirst(progress.Session))
            parameters["USER_ID_FOR_SRP"] = progress.Stored.Username;
        return new() { ChallengeName = challenge, Session = sessions.Seal(progress, challenge, state), ChallengeParameters = parameters };
    }

    private string Address(SignInProgress progress, string attribute) => progress.IsNobody
        ? unknownUsers.Contact(progress.Pool, progress.Session.Nobody, [attribute]).Address
        : progress.Stored.Attribute(attribute) ?? throw new InvalidParameterException($"The user has no {attribute} to send a code to.");

    private byte[] Hash(SignInProgress progress, string challenge, string digits) =>
        secret.PoolHash(progress.Pool.Number, "sign-in-code"u8, $"{progress.Session.SignIn:N}{challenge}:{digits}");
}
