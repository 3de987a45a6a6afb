using System.Buffers.Binary;
using System.Text;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Clients;

namespace Postern.UserPools.SignIn;

/// <summary>What a challenge's <c>Session</c> says, once opened.</summary>
/// <param name="SignIn">Names the sign-in: all its sessions carry it, and the last step uses them up.</param>
/// <param name="PasswordSet">When the user's password was set: sessions die with a new one.</param>
public sealed record SignInSession(Guid SignIn, Guid Sub, string Challenge, DateTimeOffset Expires, DateTimeOffset PasswordSet);

/// <summary>Challenge sessions: sealed, bound to pool and client, readable by any node. A wrong answer does not consume one; success does.</summary>
/// <remarks>User pools sheet, "Session strings".</remarks>
public sealed class SignInSessions(Sealer sealer, ISignInStore signIns, TimeProvider time)
{
    private const int Fixed = 16 + 16 + 8 + 8;

    /// <summary>The session string of a challenge, with a full lifetime of its own.</summary>
    public string Seal(AppClient client, User user, Guid signIn, string challenge)
    {
        Span<byte> plain = stackalloc byte[Fixed + 64];
        signIn.TryWriteBytes(plain, bigEndian: true, out _);
        user.Sub.TryWriteBytes(plain[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(plain[32..], (time.GetUtcNow() + client.SessionLifetime).ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(plain[40..], user.PasswordSet.ToUnixTimeMilliseconds());
        var length = Encoding.ASCII.GetBytes(challenge, plain[Fixed..]);
        return sealer.SealText(SealPurpose.Session, Binding(client), plain[..(Fixed + length)]);
    }

    /// <exception cref="NotAuthorizedException">It is no live session of this client and challenge.</exception>
    public async ValueTask<SignInSession> Open(AppClient client, string? session, string challenge, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(session))
            throw new InvalidParameterException("Missing required parameter Session");
        if (await sealer.OpenText(SealPurpose.Session, Binding(client), session, stop) is not { Length: > Fixed } plain)
            throw Invalid();
        var opened = Read(plain);
        if (opened.Challenge != challenge)
            throw Invalid();
        if (await signIns.IsUsed(client.Pool.Number, opened.SignIn, stop))
            throw Used();
        if (opened.Expires <= time.GetUtcNow())
            throw new NotAuthorizedException("Invalid session for the user, session is expired.");
        return opened;
    }

    /// <summary>The write that uses all sessions of a sign-in up.</summary>
    public UseSession Use(AppClient client, SignInSession session) =>
        // Later sessions of the sign-in may outlive this one, each by a full lifetime.
        new(client.Pool.Number, session.SignIn, time.GetUtcNow() + TimeSpan.FromHours(1));

    public static NotAuthorizedException Invalid() => new("Invalid session for the user.");

    public static NotAuthorizedException Used() => new("Invalid session for the user, session can only be used once.");

    private static SignInSession Read(ReadOnlySpan<byte> plain) => new(
        new(plain[..16], bigEndian: true), new(plain.Slice(16, 16), bigEndian: true), Encoding.ASCII.GetString(plain[Fixed..]),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain[32..])),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain[40..])));

    private static byte[] Binding(AppClient client) => Sealer.Binding(client.Pool.Number, client.Id);
}
