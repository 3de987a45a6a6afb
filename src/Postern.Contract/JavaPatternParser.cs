using System.Globalization;

namespace Postern.Contract;

/// <summary>A part of a pattern.</summary>
internal abstract record PatternNode
{
    public sealed record One(CharacterSet Set) : PatternNode;

    public sealed record Sequence(IReadOnlyList<PatternNode> Nodes) : PatternNode;

    public sealed record Choice(IReadOnlyList<PatternNode> Nodes) : PatternNode;

    /// <param name="Node">What is repeated.</param>
    /// <param name="Minimum">How often at least.</param>
    /// <param name="Maximum">How often at most; -1 without a bound.</param>
    public sealed record Repeat(PatternNode Node, int Minimum, int Maximum) : PatternNode;

    public sealed record Start : PatternNode;

    public sealed record End : PatternNode;

    /// <summary>The code point before is none of the set: <c>(?&lt;!\.)</c>.</summary>
    public sealed record NotBehind(CharacterSet Set) : PatternNode;
}

/// <summary>Reads the syntax of <c>java.util.regex.Pattern</c>, as far as the service models use it.</summary>
internal sealed class JavaPatternParser
{
    private const int MaximumCount = 1000;

    private readonly string text;
    private int at;
    private bool dotIsAll;

    private JavaPatternParser(string text) => this.text = text;

    /// <exception cref="FormatException">The pattern is wrong, or uses what is not supported.</exception>
    public static PatternNode Parse(string text)
    {
        var parser = new JavaPatternParser(text);
        var node = parser.Choice(0);
        return parser.at == text.Length ? node : throw parser.Wrong();
    }

    private PatternNode Choice(int depth)
    {
        if (depth > 50)
            throw Wrong();
        var choices = new List<PatternNode> { Sequence(depth) };
        while (Take('|'))
            choices.Add(Sequence(depth));
        return choices.Count == 1 ? choices[0] : new PatternNode.Choice(choices);
    }

    private PatternNode Sequence(int depth)
    {
        var parts = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            if (Atom(depth) is { } atom)
                parts.Add(Quantified(atom));
        }
        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode? Atom(int depth)
    {
        switch (text[at])
        {
            case '^':
                at++;
                return new PatternNode.Start();
            case '$':
                at++;
                return new PatternNode.End();
            case '(':
                at++;
                return Group(depth);
            case '[':
                at++;
                return new PatternNode.One(Set());
            case '.':
                at++;
                return new PatternNode.One(dotIsAll ? CharacterSet.All : CharacterSet.AllButLineEnds);
            case '*' or '+' or '?' or '{':
                throw Wrong();
            default:
                var set = new CharacterSet();
                if (Item(set) is { } codePoint)
                    set.Add(codePoint, codePoint);
                return new PatternNode.One(set);
        }
    }

    private PatternNode? Group(int depth)
    {
        if (Take("?s)"))
        {
            dotIsAll = true;
            return null;
        }
        var isNotBehind = Take("?<!");
        if (!isNotBehind && !Take("?:") && at < text.Length && text[at] is '?')
            throw Wrong();
        var node = Choice(depth + 1);
        if (!Take(')'))
            throw Wrong();
        return !isNotBehind ? node : node is PatternNode.One one ? new PatternNode.NotBehind(one.Set) : throw Wrong();
    }

    private PatternNode Quantified(PatternNode node)
    {
        while (at < text.Length && text[at] is '*' or '+' or '?' or '{')
        {
            var (minimum, maximum) = text[at++] switch
            {
                '*' => (0, -1),
                '+' => (1, -1),
                '?' => (0, 1),
                _ => Counts(),
            };
            // A second sign would make the quantifier lazy or possessive.
            if (at < text.Length && text[at] is '?' or '+')
                throw Wrong();
            node = new PatternNode.Repeat(node, minimum, maximum);
        }
        return node;
    }

    private (int Minimum, int Maximum) Counts()
    {
        var minimum = Count();
        var maximum = !Take(',') ? minimum : at < text.Length && text[at] is '}' ? -1 : Count();
        return Take('}') && (maximum < 0 || maximum >= minimum) ? (minimum, maximum) : throw Wrong();
    }

    private int Count()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaximumCount
            ? count
            : throw Wrong();
    }

    private CharacterSet Set()
    {
        var set = new CharacterSet();
        var isNegated = Take('^');
        while (!Take(']'))
        {
            if (at >= text.Length || text[at] is '[' || string.CompareOrdinal(text, at, "&&", 0, 2) == 0)
                throw Wrong();
            if (Item(set) is not { } first)
                continue;
            var last = first;
            if (at + 1 < text.Length && text[at] is '-' && text[at + 1] is not (']' or '['))
            {
                at++;
                last = Item(set) ?? throw Wrong();
            }
            if (last < first)
                throw Wrong();
            set.Add(first, last);
        }
        return isNegated ? set.Negated() : set;
    }

    /// <summary>Reads a literal or an escape: a code point, or null after a class of them was added to the set.</summary>
    private int? Item(CharacterSet set)
    {
        if (!Take('\\'))
            return CodePoint();
        if (at >= text.Length)
            throw Wrong();
        var escape = text[at++];
        switch (escape)
        {
            case 'w' or 'W' or 'd' or 'D' or 's' or 'S':
                set.Add(CharacterSet.Class(escape));
                return null;
            case 'p' or 'P':
                set.AddCategory(Category(), isNegated: escape is 'P');
                return null;
            case 'x':
                return Hexadecimal(2);
            case 'u':
                return Hexadecimal(4);
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            default:
                return char.IsAsciiLetterOrDigit(escape) ? throw Wrong() : escape;
        }
    }

    private string Category()
    {
        if (!Take('{'))
            return CodePoint() is var letter and < 128 ? ((char)letter).ToString() : throw Wrong();
        var end = text.IndexOf('}', at);
        if (end < 0)
            throw Wrong();
        var name = text[at..end];
        at = end + 1;
        return name;
    }

    private int CodePoint()
    {
        var codePoint = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at];
        at += codePoint > char.MaxValue ? 2 : 1;
        return codePoint;
    }

    private int Hexadecimal(int digits)
    {
        if (at + digits > text.Length
            || !int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var codePoint))
            throw Wrong();
        at += digits;
        return codePoint;
    }

    private bool Take(char sign)
    {
        if (at >= text.Length || text[at] != sign)
            return false;
        at++;
        return true;
    }

    private bool Take(string signs)
    {
        if (string.CompareOrdinal(text, at, signs, 0, signs.Length) != 0)
            return false;
        at += signs.Length;
        return true;
    }

    private FormatException Wrong() => new($"The pattern {text} is not supported at {at}.");
}
