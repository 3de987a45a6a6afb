using System.Buffers;
using System.Text;

namespace Postern.Storage.Postgres;

/// <summary>Text as PostgreSQL keeps it. It has no character zero: zero is written as two ones, and one as one and two, which keeps the order
/// and the beginnings of texts. A half of a surrogate pair, which is no character, becomes U+FFFD, as in SQLite.</summary>
internal static class StoredText
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create('\0', '\u0001');

    public static string Of(string text)
    {
        var span = text.AsSpan();
        if (span.ContainsAnyInRange('\ud800', '\udfff'))
            span = text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        return span.ContainsAny(Escaped)
            ? text.Replace("\u0001", "\u0001\u0002", StringComparison.Ordinal).Replace("\0", "\u0001\u0001", StringComparison.Ordinal)
            : text;
    }

    public static string Read(string stored) => stored.Contains('\u0001', StringComparison.Ordinal)
        ? stored.Replace("\u0001\u0001", "\0", StringComparison.Ordinal).Replace("\u0001\u0002", "\u0001", StringComparison.Ordinal)
        : stored;

    /// <summary>The first text after all those that begin with this one, both as they are kept; null where none comes after.</summary>
    public static string? EndOf(string prefix)
    {
        var rest = prefix;
        while (rest.Length > 0)
        {
            Rune.DecodeLastFromUtf16(rest, out var last, out var length);
            rest = rest[..^length];
            if (last.Value < 0x10ffff)
                return rest + new Rune(last.Value == 0xd7ff ? 0xe000 : last.Value + 1);
        }
        return null;
    }
}
