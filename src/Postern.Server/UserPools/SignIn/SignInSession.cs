using System.Buffers.Binary;
using System.Text;

namespace Postern.UserPools.SignIn;

/// <summary>What a challenge's <c>Session</c> says, once opened.</summary>
public sealed record SignInSession
{
    private const int TextsAt = 16 + 16 + 8 + 8 + 16 + 4 + 1 + 8;

    /// <summary>Bytes of everything but the texts and states, whose lengths are among them.</summary>
    private const int Fixed = TextsAt + (5 * 2);

    /// <summary>The pool's number.</summary>
    public required long Pool { get; init; }

    /// <summary>The app client: no other may answer.</summary>
    public required string ClientId { get; init; }

    /// <summary>Names the sign-in: all its sessions carry it, and the last step uses them up.</summary>
    public required Guid SignIn { get; init; }

    public required Guid Sub { get; init; }

    /// <summary>When the user's password was set: sessions die with a new one.</summary>
    public required DateTimeOffset PasswordSet { get; init; }

    public required SignInFlow Flow { get; init; }

    /// <summary>The challenge that it answers.</summary>
    public string Challenge { get; init; } = "";

    public DateTimeOffset Expires { get; init; }

    /// <summary>What was proved up to now.</summary>
    public Factors Passed { get; init; }

    /// <summary>The confirmed device that the client showed; empty for none.</summary>
    public Guid Device { get; init; }

    /// <summary>The name that was typed where nobody has it, and the client must not learn that; else empty.</summary>
    public string Nobody { get; init; } = "";

    /// <summary>What the challenge keeps for its answer.</summary>
    public ReadOnlyMemory<byte> State { get; init; }

    /// <summary>What custom authentication carries through all challenges.</summary>
    public ReadOnlyMemory<byte> Custom { get; init; }

    public byte[] ToBytes()
    {
        var length = Fixed + Encoding.UTF8.GetByteCount(ClientId) + Encoding.UTF8.GetByteCount(Challenge)
            + Encoding.UTF8.GetByteCount(Nobody) + State.Length + Custom.Length;
        var bytes = new byte[length];
        var target = bytes.AsSpan();
        SignIn.TryWriteBytes(target, bigEndian: true, out _);
        Sub.TryWriteBytes(target[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(target[32..], Expires.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(target[40..], PasswordSet.ToUnixTimeMilliseconds());
        Device.TryWriteBytes(target[48..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(target[64..], (int)Passed);
        target[68] = (byte)Flow;
        BinaryPrimitives.WriteInt64BigEndian(target[69..], Pool);
        target = target[TextsAt..];
        Text(ref target, ClientId);
        Text(ref target, Challenge);
        Text(ref target, Nobody);
        Bytes(ref target, State.Span);
        Bytes(ref target, Custom.Span);
        return bytes;
    }

    /// <summary>The session; null where the bytes are none.</summary>
    public static SignInSession? Read(byte[] bytes)
    {
        if (bytes.Length < Fixed)
            return null;
        var source = bytes.AsMemory(TextsAt);
        var span = bytes.AsSpan();
        return new()
        {
            SignIn = new(span[..16], bigEndian: true),
            Sub = new(span.Slice(16, 16), bigEndian: true),
            Expires = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(span[32..])),
            PasswordSet = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(span[40..])),
            Device = new(span.Slice(48, 16), bigEndian: true),
            Passed = (Factors)BinaryPrimitives.ReadInt32BigEndian(span[64..]),
            Flow = (SignInFlow)span[68],
            Pool = BinaryPrimitives.ReadInt64BigEndian(span[69..]),
            ClientId = Encoding.UTF8.GetString(Next(ref source).Span),
            Challenge = Encoding.UTF8.GetString(Next(ref source).Span),
            Nobody = Encoding.UTF8.GetString(Next(ref source).Span),
            State = Next(ref source),
            Custom = Next(ref source),
        };
    }

    private static void Text(ref Span<byte> target, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, target[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)length);
        target = target[(2 + length)..];
    }

    private static void Bytes(ref Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)bytes.Length);
        bytes.CopyTo(target[2..]);
        target = target[(2 + bytes.Length)..];
    }

    private static ReadOnlyMemory<byte> Next(ref Memory<byte> source)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(source.Span);
        var bytes = source.Slice(2, length);
        source = source[(2 + length)..];
        return bytes;
    }
}
