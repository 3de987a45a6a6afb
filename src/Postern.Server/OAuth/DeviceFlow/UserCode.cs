using System.Globalization;
using System.Security.Cryptography;

namespace Postern.OAuth.DeviceFlow;

/// <summary>The short code that a device shows and its user types (RFC 8628, §6.1): eight consonants, shown as <c>BCDF-GHJK</c>. It spells no
/// words, and has no letter that looks like a digit or like another. There are 2.56 · 10^10.</summary>
public static class UserCode
{
    private const string Alphabet = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;
    private const int LongestTyped = 64;

    /// <summary>A new one, without its hyphen.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>As users see it.</summary>
    public static string Shown(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";

    /// <summary>The code that somebody typed, in any case, with blanks and hyphens anywhere, in letters of full width, too; null where it can be
    /// none.</summary>
    public static string? Read(string typed)
    {
        if (typed.Length > LongestTyped)
            return null;
        Span<char> code = stackalloc char[Length];
        var length = 0;
        foreach (var given in typed)
        {
            var letter = char.ToUpperInvariant(given is >= '\uff01' and <= '\uff5e' ? (char)(given - 0xfee0) : given);
            if (char.IsWhiteSpace(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.DashPunctuation)
                continue;
            if (length == Length || !Alphabet.Contains(letter, StringComparison.Ordinal))
                return null;
            code[length++] = letter;
        }
        return length == Length ? new(code) : null;
    }
}
