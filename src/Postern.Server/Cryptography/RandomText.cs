using System.Security.Cryptography;

namespace Postern.Cryptography;

/// <summary>Which kinds of characters a password must have; the flags of Cognito's password policy.</summary>
[Flags]
public enum PasswordCharacters
{
    None = 0,
    Lowercase = 1,
    Uppercase = 2,
    Numbers = 4,
    Symbols = 8,
}

/// <summary>Random ids, codes and passwords from the system's generator, each character equally likely.</summary>
public static class RandomText
{
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // What Cognito counts as symbols, without those that mail templates or HTML would change.
    private const string Symbols = "!@#$%^*()-_+=.?~";

    /// <summary>A numeric code, of 6 or 8 digits; leading zeros are kept.</summary>
    public static string Code(int digits = 6) => RandomNumberGenerator.GetString(Digits, digits);

    /// <summary>What follows the region and <c>_</c> in a user pool's id: 9 of 0-9, A-Z, a-z.</summary>
    public static string PoolSuffix() => RandomNumberGenerator.GetString(Digits + Upper + Lower, 9);

    /// <summary>The internal number of a user pool or identity pool: 48 bits, never 0.</summary>
    public static long PoolNumber() => (RandomNumberGenerator.GetInt32(1, 1 << 24) * (1L << 24)) + RandomNumberGenerator.GetInt32(1 << 24);

    /// <summary>An app client's id: 26 of 0-9, a-z, the first a digit.</summary>
    public static string ClientId() => string.Concat(RandomNumberGenerator.GetString(Digits, 1), RandomNumberGenerator.GetString(Digits + Lower, 25));

    /// <summary>An app client's secret: 51 of 0-9, a-z.</summary>
    public static string ClientSecret() => RandomNumberGenerator.GetString(Digits + Lower, 51);

    /// <summary>A temporary password that satisfies a policy. Letters and digits are used even where they are not required.</summary>
    /// <param name="length">The policy's minimum; the result is never shorter than 8 characters, nor longer than 256.</param>
    public static string TemporaryPassword(PasswordCharacters required, int length)
    {
        var password = new char[Math.Clamp(length, 8, 256)];
        var all = Lower + Upper + Digits + (required.HasFlag(PasswordCharacters.Symbols) ? Symbols : "");
        RandomNumberGenerator.GetItems<char>(all, password);
        var at = 0;
        Require(PasswordCharacters.Lowercase, Lower);
        Require(PasswordCharacters.Uppercase, Upper);
        Require(PasswordCharacters.Numbers, Digits);
        Require(PasswordCharacters.Symbols, Symbols);
        RandomNumberGenerator.Shuffle<char>(password);
        return new(password);

        void Require(PasswordCharacters kind, string alphabet)
        {
            if (required.HasFlag(kind))
                password[at++] = alphabet[RandomNumberGenerator.GetInt32(alphabet.Length)];
        }
    }
}
