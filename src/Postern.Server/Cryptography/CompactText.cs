using System.Buffers;
using System.Buffers.Text;

namespace Postern.Cryptography;

/// <summary>base64url without padding, as tokens use it, in its one canonical spelling: a token has no second text.</summary>
internal static class CompactText
{
    /// <summary>Longer texts are refused unread.</summary>
    public const int LongestText = 16 * 1024;

    private static readonly SearchValues<char> alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <returns>False for any other character (the framework's reader lets white space and padding pass), a wrong length,
    /// or bits set beyond the last byte.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> target, out int length)
    {
        length = 0;
        if (text.ContainsAnyExcept(alphabet) || text.Length % 4 == 1)
            return false;
        if (Base64Url.DecodeFromChars(text, target, out _, out length) is not OperationStatus.Done)
            return false;
        var rest = length % 3;
        if (rest == 0)
            return true;
        Span<char> last = stackalloc char[4];
        Base64Url.EncodeToChars(target.Slice(length - rest, rest), last, out _, out var written);
        return last[..written].SequenceEqual(text[^written..]);
    }
}
