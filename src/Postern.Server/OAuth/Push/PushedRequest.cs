using System.Buffers.Binary;
using System.Text;

namespace Postern.OAuth.Push;

/// <summary>An authorization request that a client pushed, as its <c>request_uri</c> holds it.</summary>
/// <param name="Id">By which it is used up.</param>
/// <param name="IsBegun">Whether a browser came with it already: pages carry it from then on.</param>
/// <param name="Query">Its parameters, with a question mark.</param>
public sealed record PushedRequest(Guid Id, bool IsBegun, DateTimeOffset Expires, string Query)
{
    private const int Head = 16 + 1 + 8;

    /// <summary>By which it is used up by one browser: that one may send a page's form again. Null where the browser has no form's token.</summary>
    public Guid? Browser { get; init; }

    public byte[] ToBytes()
    {
        var bytes = new byte[Head + Encoding.UTF8.GetByteCount(Query)];
        Id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[16] = IsBegun ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), Expires.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(Query, bytes.AsSpan(Head));
        return bytes;
    }

    public static PushedRequest Read(ReadOnlySpan<byte> bytes) => new(
        new(bytes[..16], bigEndian: true), bytes[16] is 1, DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[17..])),
        Encoding.UTF8.GetString(bytes[Head..]));
}
