using System.Globalization;

namespace Postern.Contract;

/// <summary>A set of code points: a bitmap of ASCII, beyond it ranges and Unicode categories.</summary>
internal sealed class CharacterSet
{
    private const int LastCodePoint = 0x10FFFF;
    private const int AllCategories = (1 << 30) - 1;

    // The two-letter names of UnicodeCategory's values, in their order.
    private static readonly string[] Categories =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
        "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private readonly List<(int First, int Last)> ranges = [];
    private UInt128 ascii;
    private int categories;
    private bool isNegated;

    public static CharacterSet All { get; } = Of((0, LastCodePoint));

    /// <summary>What a dot means without the flag <c>s</c>.</summary>
    public static CharacterSet AllButLineEnds { get; } = Of((0, '\n' - 1), ('\n' + 1, '\r' - 1), ('\r' + 1, 0x84), (0x86, 0x2027), (0x202A, LastCodePoint));

    public bool Contains(int codePoint)
    {
        if (codePoint < 128)
            return ((ascii >> codePoint) & UInt128.One) != UInt128.Zero;
        return ContainsBeyond(codePoint) != isNegated;
    }

    public void Add(int first, int last)
    {
        for (var at = first; at <= Math.Min(last, 127); at++)
            ascii |= UInt128.One << at;
        if (last >= 128)
            ranges.Add((Math.Max(first, 128), last));
    }

    public void Add(CharacterSet other)
    {
        ascii |= other.ascii;
        ranges.AddRange(other.ranges);
        categories |= other.categories;
    }

    /// <summary>Adds a general category, of one letter or two.</summary>
    /// <exception cref="FormatException">There is no such category.</exception>
    public void AddCategory(string name, bool isNegated)
    {
        var added = 0;
        for (var at = 0; at < Categories.Length; at++)
        {
            if (name.Length is 1 or 2 && Categories[at].StartsWith(name, StringComparison.Ordinal))
                added |= 1 << at;
        }
        if (added == 0)
            throw new FormatException($"There is no category {name}.");
        if (isNegated)
            added = AllCategories & ~added;
        categories |= added;
        for (var at = 0; at < 128; at++)
        {
            if ((added & (1 << (int)CharUnicodeInfo.GetUnicodeCategory(at))) != 0)
                ascii |= UInt128.One << at;
        }
    }

    public CharacterSet Negated()
    {
        isNegated = true;
        ascii = ~ascii;
        return this;
    }

    /// <summary><c>w</c>, <c>d</c>, <c>s</c> and, in capitals, all but these: ASCII, as Java has them.</summary>
    public static CharacterSet Class(char name) => name switch
    {
        'w' => Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')),
        'W' => Of((0, '0' - 1), ('9' + 1, 'A' - 1), ('Z' + 1, '_' - 1), ('_' + 1, 'a' - 1), ('z' + 1, LastCodePoint)),
        'd' => Of(('0', '9')),
        'D' => Of((0, '0' - 1), ('9' + 1, LastCodePoint)),
        's' => Of(('\t', '\r'), (' ', ' ')),
        'S' => Of((0, '\t' - 1), ('\r' + 1, ' ' - 1), (' ' + 1, LastCodePoint)),
        _ => throw new FormatException($"There is no class {name}."),
    };

    private static CharacterSet Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        var set = new CharacterSet();
        foreach (var (first, last) in ranges)
            set.Add(first, last);
        return set;
    }

    private bool ContainsBeyond(int codePoint)
    {
        if (categories != 0 && (categories & (1 << (int)CharUnicodeInfo.GetUnicodeCategory(codePoint))) != 0)
            return true;
        foreach (var (first, last) in ranges)
        {
            if (codePoint >= first && codePoint <= last)
                return true;
        }
        return false;
    }
}
