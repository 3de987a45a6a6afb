namespace Postern.Storage;

/// <summary>The order of texts by their UTF-8 bytes, as SQL has it: that of code points, where .NET's ordinal order puts the pairs of
/// UTF-16 before the last 8,192 characters.</summary>
internal static class Utf8Order
{
    /// <summary>Groups by precedence, none last, then by the name's bytes.</summary>
    public static readonly Comparison<StoredGroup> ByPrecedence = static (one, other) => one.Precedence == other.Precedence
        ? Compare(one.Name, other.Name)
        : (one.Precedence ?? long.MaxValue).CompareTo(other.Precedence ?? long.MaxValue);

    public static int Compare(string one, string other)
    {
        var same = one.AsSpan().CommonPrefixLength(other);
        return same == one.Length || same == other.Length ? one.Length - other.Length : Rank(one[same]) - Rank(other[same]);
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
