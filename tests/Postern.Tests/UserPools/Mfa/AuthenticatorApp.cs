using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Postern.Tests.UserPools.Mfa;

/// <summary>An authenticator app, written from RFC 6238. Each code that it shows is of a later step than the one before: the service takes
/// each once, and one step ahead of the time.</summary>
internal sealed class AuthenticatorApp(string secret, Func<DateTimeOffset>? now = null)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly byte[] key = Decode(secret);
    private long last;

    /// <summary>A code that was not shown yet; twice without moving the clock.</summary>
    public string Next()
    {
        last = Math.Max(Step(), last + 1);
        return Code(last);
    }

    /// <summary>The code shown last.</summary>
    public string Again() => Code(last);

    /// <summary>The code of a step some steps away from now.</summary>
    public string Off(int steps) => Code(Step() + steps);

    /// <summary>No code of the steps around now.</summary>
    public string Wrong()
    {
        for (var guess = 0; ; guess++)
        {
            var code = guess.ToString("D6", CultureInfo.InvariantCulture);
            if (Enumerable.Range(-3, 7).All(steps => Off(steps) != code))
                return code;
        }
    }

    public static string Code(byte[] key, long step)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var offset = hash[^1] & 0xf;
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    public static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(static letter => Convert.ToString(Alphabet.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    private long Step() => (now?.Invoke() ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds() / 30;

    private string Code(long step) => Code(key, step);
}
