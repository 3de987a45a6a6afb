using System.Buffers.Binary;
using System.Text;
using Postern.UserPools.Sessions;

namespace Postern.OAuth.Authorize;

/// <summary>A browser's sign-in at a domain, as its cookie carries it.</summary>
/// <param name="Id">Names the session.</param>
/// <param name="AuthTime">Of the last interactive sign-in: cookies do not prolong it.</param>
/// <param name="Level">The level of authentication that was reached, 1 to 4.</param>
/// <param name="IsTracked">Whether the pool tracked sessions when it began: then a record of it must be there.</param>
/// <param name="Provider">Where the user signed in: <c>COGNITO</c>, or the upstream provider's name.</param>
public sealed record BrowserSession(Guid Id, Guid Sub, DateTimeOffset AuthTime, int Level, bool IsTracked, string Provider)
{
    private const int Length = 16 + 16 + 8 + 1 + 1;

    /// <summary>As ListUserSessions shows it; null where it is not tracked.</summary>
    public string? SsoId => IsTracked ? SessionId.OfSso(Id) : null;

    /// <summary>As ID tokens name it (<c>sid</c>), tracked or not: nobody can guess it, and it signs nobody in.</summary>
    public string Sid => SessionId.OfSso(Id);

    public byte[] ToBytes()
    {
        var bytes = new byte[Length + Encoding.UTF8.GetByteCount(Provider)];
        Id.TryWriteBytes(bytes, bigEndian: true, out _);
        Sub.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(32), AuthTime.ToUnixTimeMilliseconds());
        bytes[40] = (byte)Level;
        bytes[41] = IsTracked ? (byte)1 : (byte)0;
        Encoding.UTF8.GetBytes(Provider, bytes.AsSpan(Length));
        return bytes;
    }

    public static BrowserSession? Read(ReadOnlySpan<byte> bytes) => bytes.Length < Length ? null : new(
        new(bytes[..16], bigEndian: true), new(bytes[16..32], bigEndian: true),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[32..])), bytes[40], bytes[41] != 0,
        Encoding.UTF8.GetString(bytes[Length..]));
}
