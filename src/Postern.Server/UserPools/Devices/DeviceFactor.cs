using System.Buffers.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;

namespace Postern.UserPools.Devices;

/// <summary>Devices in a sign-in: which one the client shows, and DEVICE_SRP_AUTH with DEVICE_PASSWORD_VERIFIER, by which a remembered one
/// stands for a second factor. A pool that does not track devices pays nothing.</summary>
/// <remarks>User pools sheet, "Devices". Where no second factor is asked for, no device is either.</remarks>
public sealed class DeviceFactor(
    Devices devices, DeviceKeys keys, Users.Users users, SignInSessions sessions, LockOut lockOut, Srp srp, SignInGate gate, SeenBlocks seen) : IChallenge
{
    private const string BlockName = "PASSWORD_CLAIM_SECRET_BLOCK";

    /// <summary>Bytes of an exchange's id, in front of its state.</summary>
    private const int IdLength = 16;

    /// <summary>Those of a longest session string, in base64.</summary>
    private const int LongestBlock = SignInSessions.LongestText + 4;

    public IReadOnlyList<string> Names { get; } = [ChallengeNameType.DEVICE_SRP_AUTH, ChallengeNameType.DEVICE_PASSWORD_VERIFIER];

    public LimitedAction Counts(SignInCall call, SignInSession session) => LimitedAction.MfaCode;

    /// <summary>Takes up the device whose DEVICE_KEY the call has; to be called once the password was right.</summary>
    /// <exception cref="ResourceNotFoundException">The user has no such device.</exception>
    public async ValueTask<SignInProgress> Identify(SignInProgress progress, CancellationToken stop)
    {
        var pool = progress.Pool;
        if (!pool.TracksDevices || progress.IsNobody || progress.Session.Device != Guid.Empty || progress.Call.Given.Find("DEVICE_KEY") is not { Length: > 0 } key)
            return progress;
        if (DeviceKeys.Read(pool, key) is not { } id)
            throw Devices.Missing();
        var device = await devices.Get(pool.Number, progress.Stored.Sub, key, stop);
        return progress with { Session = progress.Session with { Device = id }, Device = device };
    }

    /// <summary>The same sign-in with a remembered device proved, where the pages found the user's own in the browser's cookie and it may stand for
    /// the second factor that is asked for.</summary>
    public async ValueTask<SignInProgress> Vouch(SignInProgress progress, CancellationToken stop)
    {
        if (progress.Call.Device is not { } vouched || vouched.Sub != progress.Stored.Sub || progress.IsNobody || !progress.Pool.TracksDevices
            || progress.Pool.Settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice is not true || !MfaChoice.Asks(progress)
            || await devices.Find(progress.Pool.Number, vouched.Sub, vouched.Key, stop) is not { Facts.IsRemembered: true } device)
            return progress;
        devices.Seen(device, progress.Call.Caller.Address);
        return progress.Pass(Factors.Device);
    }

    /// <summary>The challenge of a remembered device in the place of a second factor; null where there is no place for it.</summary>
    /// <inheritdoc cref="Identify"/>
    public async ValueTask<SignInOutcome?> Next(SignInProgress progress, CancellationToken stop)
    {
        if (progress.Pool.Settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice is not true || !MfaChoice.Asks(progress)
            || await Shown(progress, stop) is not { Facts.IsRemembered: true } device)
            return null;
        var session = sessions.Seal(progress, ChallengeNameType.DEVICE_SRP_AUTH);
        await devices.Await(device, progress.Client.Id, session, progress.Client.SessionLifetime, stop);
        return new() { ChallengeName = ChallengeNameType.DEVICE_SRP_AUTH, Session = session };
    }

    /// <summary>The device that the client showed, as it stands now; null where it showed none, or the pool does not track them.</summary>
    /// <exception cref="ResourceNotFoundException">It was forgotten meanwhile.</exception>
    public async ValueTask<Device?> Shown(SignInProgress progress, CancellationToken stop)
    {
        var pool = progress.Pool;
        if (!pool.TracksDevices || progress.Session.Device == Guid.Empty)
            return null;
        return progress.Device ?? await devices.Get(pool.Number, progress.Stored.Sub, DeviceKeys.Of(pool, progress.Session.Device), stop);
    }

    /// <summary>Completes the tokens of a sign-in: a device that showed itself is noted, and where there was none, a new one is offered.</summary>
    /// <param name="id">Of the device in the tokens.</param>
    public AuthenticationResultType Complete(AuthenticationResultType tokens, SignInProgress progress, Device? shown, Guid id)
    {
        if (shown is not null)
            devices.Seen(shown, progress.Call.Caller.Address);
        else if (id != Guid.Empty)
            return tokens with { NewDeviceMetadata = new() { DeviceKey = DeviceKeys.Of(progress.Pool, id), DeviceGroupKey = keys.GroupOf(progress.Pool.Number, progress.Stored.Sub) } };
        return tokens;
    }

    /// <summary>An answer to the device steps with its session, which some clients leave out: of DEVICE_PASSWORD_VERIFIER the block is the
    /// session, and of DEVICE_SRP_AUTH it is that of the client's newest sign-in with the device.</summary>
    public async ValueTask<SignInCall> WithSession(SignInCall call, string challenge, CancellationToken stop)
    {
        if (!string.IsNullOrEmpty(call.Session))
            return call;
        return challenge switch
        {
            ChallengeNameType.DEVICE_PASSWORD_VERIFIER when Block(call.Given.Require(BlockName)) is { } block => call with { Session = Base64Url.EncodeToString(block) },
            ChallengeNameType.DEVICE_SRP_AUTH when call.Client.Pool.TracksDevices => call with { Session = await Awaited(call, stop) },
            _ => call,
        };
    }

    /// <exception cref="ResourceNotFoundException">The key is not that of the device shown before, or it was forgotten.</exception>
    /// <exception cref="InvalidParameterException">SRP_A is no usable number.</exception>
    /// <exception cref="NotAuthorizedException">The proof is wrong or was given before, or too many were wrong.</exception>
    public async ValueTask<ChallengeAnswer> Answer(SignInProgress progress, CancellationToken stop)
    {
        var key = progress.Call.Given.Require("DEVICE_KEY");
        if (DeviceKeys.Read(progress.Pool, key) != progress.Session.Device || await Shown(progress, stop) is not { } device)
            throw Devices.Missing();
        lockOut.Check(progress.Failed, LimitedAction.MfaCode);
        return progress.Session.Challenge is ChallengeNameType.DEVICE_SRP_AUTH
            ? await Begin(progress, device, stop)
            : await Verify(progress with { Device = device }, device, stop);
    }

    private async ValueTask<string?> Awaited(SignInCall call, CancellationToken stop)
    {
        var pool = call.Client.Pool;
        return await users.Find(pool, call.Given.Require("USERNAME"), stop) is { } user
            ? await devices.Awaited(pool.Number, user.Sub, call.Given.Require("DEVICE_KEY"), call.Client.Id, stop) : null;
    }

    private async ValueTask<SignInOutcome> Begin(SignInProgress progress, Device device, CancellationToken stop)
    {
        var srpA = progress.Call.Given.Require("SRP_A");
        var verifier = devices.Verifier(device);
        using var turn = await gate.Turn(stop);
        var exchange = srp.Begin(verifier, srpA) ?? throw new InvalidParameterException("Invalid SRP_A value.");
        var session = sessions.Seal(
            progress, ChallengeNameType.DEVICE_PASSWORD_VERIFIER, (byte[])[.. Guid.NewGuid().ToByteArray(), .. exchange.State.Span]);
        return new()
        {
            ChallengeName = ChallengeNameType.DEVICE_PASSWORD_VERIFIER,
            Session = session,
            ChallengeParameters = new Dictionary<string, string>
            {
                ["SALT"] = device.Facts.Salt,
                ["SECRET_BLOCK"] = Convert.ToBase64String(Base64Url.DecodeFromChars(session)),
                ["SRP_B"] = exchange.PublicValue,
                ["DEVICE_KEY"] = device.Key,
                ["USERNAME"] = progress.Stored.Username,
            },
        };
    }

    private async ValueTask<SignInProgress> Verify(SignInProgress progress, Device device, CancellationToken stop)
    {
        var given = progress.Call.Given;
        var secretBlock = given.Require(BlockName);
        var signature = given.Require("PASSWORD_CLAIM_SIGNATURE");
        var timestamp = given.Require("TIMESTAMP");
        SrpFactor.CheckTimestamp(timestamp);
        var state = progress.Session.State;
        if (Block(secretBlock) is not { } block || Base64Url.EncodeToString(block) != progress.Call.Session
            || !seen.IsFirst(new(state.Span[..IdLength]), TimeSpan.FromMinutes(15)))
            throw PasswordFactor.Wrong();
        var claim = new byte[64];
        if (signature.Length > 64 || !Convert.TryFromBase64String(signature, claim, out var length))
            length = 0;
        if (!await IsRight(claim.AsMemory(0, length)))
        {
            await lockOut.Failed(progress, LimitedAction.MfaCode, stop);
            throw PasswordFactor.Wrong();
        }
        return progress.Pass(Factors.Device, lockOut.Right(progress, LimitedAction.MfaCode));

        async ValueTask<bool> IsRight(ReadOnlyMemory<byte> proof)
        {
            var verifier = devices.Verifier(device);
            using var turn = await gate.Turn(stop);
            var group = keys.GroupOf(progress.Pool.Number, progress.Stored.Sub);
            return srp.Verify(state.Span[IdLength..], verifier, group, device.Key, block, timestamp, proof.Span);
        }
    }

    private static byte[]? Block(string text)
    {
        var bytes = new byte[Math.Min(text.Length, LongestBlock)];
        return text.Length <= LongestBlock && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
