using System.Globalization;
using System.Text;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>Reads the value of one declaration, up to its semicolon or the end of its block.</summary>
/// <param name="css">From behind the colon.</param>
internal ref struct CssValue(ReadOnlySpan<char> css)
{
    private const int DeepestNesting = 16;

    /// <summary>What is part of the name of a function that loads, or runs, something.</summary>
    private static readonly string[] LoadingFunctions = ["url", "src", "image", "element", "expression", "paint", "attr", "import", "document"];

    private static readonly string[] ForbiddenWords = ["url(", "expression", "javascript:", "vbscript:"];

    private readonly ReadOnlySpan<char> css = css;
    private readonly StringBuilder text = new();
    private readonly Stack<char> open = new();

    /// <summary>How many characters were read; what ended the value is not among them.</summary>
    public int Length { get; private set; }

    /// <exception cref="InvalidParameterException">The value is empty, unfinished or dangerous.</exception>
    public string Read()
    {
        while (Length < css.Length && !(open.Count == 0 && css[Length] is ';' or '}'))
            ReadNext();
        if (Length == css.Length)
            throw CssReader.Refused("a block is not closed");
        if (open.Count > 0)
            throw CssReader.Refused("a parenthesis is not closed");
        var value = text.ToString().TrimEnd(' ');
        if (value.Length == 0 || value == "!important")
            throw CssReader.Refused("a property has no value");
        foreach (var word in ForbiddenWords)
        {
            if (value.Contains(word, StringComparison.OrdinalIgnoreCase))
                throw CssReader.Refused($"'{word}' is not allowed");
        }
        return value;
    }

    private void ReadNext()
    {
        var c = css[Length];
        switch (c)
        {
            case var blank when CssReader.IsBlank(blank):
                if (text.Length > 0 && text[^1] != ' ')
                    text.Append(' ');
                Length++;
                break;
            case '"' or '\'':
                ReadString(c);
                break;
            case '(' or '[':
                Open(c);
                break;
            case ')' or ']':
                if (!open.TryPop(out var expected) || expected != c)
                    throw CssReader.Refused("a parenthesis is closed that was not opened");
                Take();
                break;
            case '!':
                ReadImportant();
                break;
            case '/' when css[Length..].StartsWith("/*", StringComparison.Ordinal):
                throw CssReader.Refused("a comment must not stand within a value");
            case var plain when char.IsAsciiLetterOrDigit(plain) || plain is '-' or '_' or '#' or '%' or '+' or '*' or '/' or '.' or ',' or '=':
                Take();
                break;
            default:
                ReadForeign(isQuoted: false);
                break;
        }
    }

    private void Take()
    {
        text.Append(css[Length]);
        Length++;
    }

    private void ReadString(char quote)
    {
        Take();
        while (Length < css.Length && css[Length] != quote)
        {
            if (css[Length] is >= ' ' and < (char)0x7F and not '\\')
                Take();
            else
                ReadForeign(isQuoted: true);
        }
        if (Length == css.Length)
            throw CssReader.Refused("a string is not closed");
        Take();
    }

    private void Open(char parenthesis)
    {
        if (open.Count == DeepestNesting)
            throw CssReader.Refused("the parentheses are nested too deep");
        var start = text.Length;
        while (start > 0 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] is '-' or '_'))
            start--;
        var function = text.ToString(start, text.Length - start);
        if (LoadingFunctions.Any(name => function.Contains(name, StringComparison.OrdinalIgnoreCase)))
            throw CssReader.Refused($"the function {function} is not allowed");
        open.Push(parenthesis == '(' ? ')' : ']');
        Take();
    }

    private void ReadImportant()
    {
        const string Important = "important";
        Length++;
        while (Length < css.Length && CssReader.IsBlank(css[Length]))
            Length++;
        if (open.Count > 0 || !css[Length..].StartsWith(Important, StringComparison.OrdinalIgnoreCase))
            throw CssReader.Refused("'!' is followed by 'important', at the end of a value");
        Length += Important.Length;
        while (Length < css.Length && CssReader.IsBlank(css[Length]))
            Length++;
        if (Length < css.Length && css[Length] is not (';' or '}'))
            throw CssReader.Refused("'!important' ends a value");
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
        text.Append(text.Length > 0 ? " !important" : "!important");
    }

    /// <summary>Letters and signs of other scripts, as in the names of fonts; nothing that is invisible or turns the direction of text.</summary>
    private void ReadForeign(bool isQuoted)
    {
        var isRune = Rune.DecodeFromUtf16(css[Length..], out var rune, out var length) is System.Buffers.OperationStatus.Done;
        var isHarmless = isRune && rune.Value > 0x7F && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
        if (!isHarmless || (!isQuoted && Rune.IsWhiteSpace(rune)))
            throw CssReader.Refused(isRune && rune.Value is > ' ' and < 0x7F ? $"'{rune}' is not allowed in a value" : "an invisible character is not allowed in a value");
        text.Append(css.Slice(Length, length));
        Length += length;
    }
}
