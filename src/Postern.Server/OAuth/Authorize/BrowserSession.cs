using System.Buffers.Binary;

namespace Postern.OAuth.Authorize;

/// <summary>A browser's sign-in at a domain, as its cookie carries it.</summary>
/// <param name="Id">Names the session; of <c>sso…</c> form where it is shown.</param>
/// <param name="AuthTime">Of the last interactive sign-in: cookies do not prolong it.</param>
/// <param name="Level">The level of authentication that was reached, 1 to 4.</param>
public sealed record BrowserSession(Guid Id, Guid Sub, DateTimeOffset AuthTime, int Level)
{
    private const int Length = 16 + 16 + 8 + 1;

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Id.TryWriteBytes(bytes, bigEndian: true, out _);
        Sub.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(32), AuthTime.ToUnixTimeMilliseconds());
        bytes[40] = (byte)Level;
        return bytes;
    }

    public static BrowserSession? Read(ReadOnlySpan<byte> bytes) => bytes.Length != Length ? null : new(
        new(bytes[..16], bigEndian: true), new(bytes[16..32], bigEndian: true),
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[32..])), bytes[40]);
}
