namespace Postern.Storage.Sqlite;

/// <summary>The order of texts by their UTF-8 bytes, as SQLite has it: that of code points, where .NET's ordinal order puts the pairs of
/// UTF-16 before the last 8,192 characters.</summary>
internal static class Utf8Order
{
    public static int Compare(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        return same == one.Length || same == other.Length ? one.Length - other.Length : Rank(one[same]) - Rank(other[same]);
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
