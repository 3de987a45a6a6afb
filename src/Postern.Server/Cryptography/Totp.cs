using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>Time-based one-time passwords (RFC 6238) as authenticator apps make them: HMAC-SHA1, 30 seconds, six digits.</summary>
public static class Totp
{
    /// <summary>Seconds of a step.</summary>
    public const int StepSeconds = 30;

    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step that a code belongs to, of the current one and its two neighbours; null for none. All three are computed.</summary>
    public static long? Step(ReadOnlySpan<byte> secret, string code, DateTimeOffset now)
    {
        var current = now.ToUnixTimeSeconds() / StepSeconds;
        long? found = null;
        Span<byte> given = stackalloc byte[6];
        given.Clear();
        for (var i = 0; i < 6 && code.Length == 6; i++)
            given[i] = (byte)code[i];
        Span<byte> expected = stackalloc byte[6];
        for (var step = current - 1; step <= current + 1; step++)
        {
            Code(secret, step, expected);
            if (CryptographicOperations.FixedTimeEquals(expected, given))
                found = step;
        }
        return found;
    }

    /// <summary>The six digits of a step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> digits = stackalloc byte[6];
        Code(secret, step, digits);
        return System.Text.Encoding.ASCII.GetString(digits);
    }

    /// <summary>A secret as authenticator apps take it: base 32 (RFC 4648), without padding.</summary>
    public static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new char[(bytes.Length * 8 + 4) / 5];
        int bits = 0, held = 0, at = 0;
        foreach (var value in bytes)
        {
            held = (held << 8) | value;
            bits += 8;
            for (; bits >= 5; bits -= 5)
                text[at++] = Base32[(held >> (bits - 5)) & 31];
        }
        if (bits > 0)
            text[at] = Base32[(held << (5 - bits)) & 31];
        return new(text);
    }

    private static void Code(ReadOnlySpan<byte> secret, long step, Span<byte> digits)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238 as authenticator apps know it; collisions of SHA-1 do not weaken its HMAC
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var value = (BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 15)..]) & 0x7fff_ffff) % 1_000_000;
        value.TryFormat(digits, out _, "D6", CultureInfo.InvariantCulture);
    }
}
