using System.Buffers.Binary;
using System.Globalization;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>What a SECRET_BLOCK says, once opened.</summary>
/// <param name="SignIn">The sign-in that it belongs to; a block is answered once.</param>
/// <param name="Name">The name that was given; the key of what is fake about an unknown user.</param>
/// <param name="State">The server's half of the exchange.</param>
public sealed record SrpBlock(
    Guid SignIn, Guid Sub, string Name, DateTimeOffset Expires, DateTimeOffset PasswordSet, SignInFlow Flow, ReadOnlyMemory<byte> State);

/// <summary>The two steps of USER_SRP_AUTH. Between them all state travels in SECRET_BLOCK, sealed.</summary>
/// <remarks>User pools sheet, "USER_SRP_AUTH" and "SRP arithmetic".</remarks>
public sealed class SrpFactor(
    Srp srp, Sealer sealer, Passwords.Passwords passwords, UnknownUsers unknownUsers, SignInGate gate, SeenBlocks seen, TimeProvider time)
{
    // Sign-in, sub, expiry, password stamp, flow, state; then the name.
    private const int StateAt = 16 + 16 + 8 + 8 + 1;
    private const int StateLength = 448;
    private const int NameAt = StateAt + StateLength;
    private const string TimestampFormat = "ddd MMM d HH:mm:ss 'UTC' yyyy";

    /// <summary>Answers SRP_A with a challenge; an unknown user gets one that no proof fits.</summary>
    /// <returns>The challenge, without a session string.</returns>
    /// <exception cref="InvalidParameterException">SRP_A is no usable number.</exception>
    public async ValueTask<SignInOutcome> Begin(SignInProgress progress, CancellationToken stop)
    {
        var (pool, user) = (progress.Pool, progress.Stored);
        var srpA = progress.Call.Given.Require("SRP_A");
        var isReal = !user.Verifier.IsEmpty;
        var verifier = isReal ? passwords.Open(user) : unknownUsers.Verifier(pool, progress.Name);
        var salt = isReal ? user.Salt.ToArray() : unknownUsers.Salt(pool, progress.Name);
        using var turn = await gate.Turn(stop);
        var exchange = srp.Begin(verifier, srpA) ?? throw new InvalidParameterException("Invalid SRP_A value.");
        return new()
        {
            ChallengeName = ChallengeNameType.PASSWORD_VERIFIER,
            ChallengeParameters = new Dictionary<string, string>
            {
                ["SALT"] = Convert.ToHexStringLower(salt).TrimStart('0'),
                ["SECRET_BLOCK"] = Convert.ToBase64String(Seal(progress, exchange)),
                ["SRP_B"] = exchange.PublicValue,
                ["USERNAME"] = user.Username,
                ["USER_ID_FOR_SRP"] = user.Username,
            },
        };
    }

    /// <summary>Opens the block of an answer; null where it is stale, foreign, or was answered before.</summary>
    public async ValueTask<(SrpBlock Block, byte[] Bytes)?> Open(AppClient client, string secretBlock, CancellationToken stop)
    {
        var bytes = new byte[secretBlock.Length];
        if (!Convert.TryFromBase64String(secretBlock, bytes, out var length))
            return null;
        bytes = bytes[..length];
        if (await sealer.Open(SealPurpose.SecretBlock, Binding(client), bytes, stop) is not { Length: >= NameAt } plain)
            return null;
        var block = Read(plain);
        return block.Expires > time.GetUtcNow() && seen.IsFirst(block.SignIn, TimeSpan.FromMinutes(15)) ? (block, bytes) : null;
    }

    /// <summary>Lets a block be answered again: the proof was right, and the answer was refused for another reason.</summary>
    public void Reopen(SrpBlock block) => seen.Forget(block.SignIn);

    /// <summary>Whether the client knew the password; false for an unknown user, at the same cost.</summary>
    public async ValueTask<bool> Verify(SignInProgress progress, SrpBlock block, byte[] blockBytes, CancellationToken stop)
    {
        var (pool, user, given) = (progress.Pool, progress.Stored, progress.Call.Given);
        var signature = given.Require("PASSWORD_CLAIM_SIGNATURE");
        var isReal = !user.Verifier.IsEmpty && user.PasswordSet == block.PasswordSet;
        var verifier = isReal ? passwords.Open(user) : unknownUsers.Verifier(pool, block.Name);
        var claim = new byte[64];
        if (signature.Length > 64 || !Convert.TryFromBase64String(signature, claim, out var length))
            length = 0;
        using var turn = await gate.Turn(stop);
        return srp.Verify(block.State.Span, verifier, pool.NameForSrp, user.Username, blockBytes, given.Require("TIMESTAMP"), claim.AsSpan(0, length)) && isReal;
    }

    /// <exception cref="InvalidParameterException">Not of the form that the protocol hashes.</exception>
    public static void CheckTimestamp(string timestamp)
    {
        if (!DateTime.TryParseExact(timestamp, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            throw new InvalidParameterException("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.");
    }

    private byte[] Seal(SignInProgress progress, SrpExchange exchange)
    {
        var name = progress.Name;
        var session = progress.Session;
        var plain = new byte[NameAt + System.Text.Encoding.UTF8.GetByteCount(name)];
        session.SignIn.TryWriteBytes(plain, bigEndian: true, out _);
        (progress.IsNobody ? Guid.Empty : session.Sub).TryWriteBytes(plain.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(32), (time.GetUtcNow() + progress.Client.SessionLifetime).ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(plain.AsSpan(40), session.PasswordSet.ToUnixTimeMilliseconds());
        plain[48] = (byte)session.Flow;
        exchange.State.Span.CopyTo(plain.AsSpan(StateAt));
        System.Text.Encoding.UTF8.GetBytes(name, plain.AsSpan(NameAt));
        return sealer.Seal(SealPurpose.SecretBlock, Binding(progress.Client), plain);
    }

    private static SrpBlock Read(byte[] plain) => new(
        new(plain.AsSpan(0, 16), bigEndian: true), new(plain.AsSpan(16, 16), bigEndian: true), System.Text.Encoding.UTF8.GetString(plain.AsSpan(NameAt)),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(32))),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(40))),
        (SignInFlow)plain[48], plain.AsMemory(StateAt, StateLength));

    private static byte[] Binding(AppClient client) => Sealer.Binding(client.Pool.Number, client.Id);
}
