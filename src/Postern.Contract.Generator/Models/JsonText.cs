using System.Globalization;
using System.Text;

namespace Postern.Contract.Generator.Models;

/// <summary>A JSON object whose members keep their order, which is the order of a model's members.</summary>
internal sealed class JsonMembers : List<KeyValuePair<string, object?>>
{
    public object? this[string name] => Find(member => member.Key == name).Value;

    public string? Text(string name) => this[name] as string;

    public decimal? Number(string name) => this[name] as decimal?;

    public bool Flag(string name) => this[name] is true;

    public IReadOnlyList<string> Texts(string name) => this[name] is List<object?> items ? [.. items.OfType<string>()] : [];

    public JsonMembers? Members(string name) => this[name] as JsonMembers;
}

/// <summary>A JSON reader for the service models: netstandard2.0 has none, and a generator carries no packages.</summary>
/// <remarks>Values are <see cref="JsonMembers"/>, <c>List&lt;object?&gt;</c>, string, decimal, bool or null.</remarks>
internal sealed class JsonText(string text)
{
    private int at;

    /// <exception cref="FormatException">The text is not one JSON value.</exception>
    public static object? Parse(string text)
    {
        var reader = new JsonText(text);
        var value = reader.Value(0);
        reader.Space();
        return reader.at == text.Length ? value : throw reader.Wrong("the end");
    }

    private object? Value(int depth)
    {
        if (depth > 64)
            throw Wrong("less nesting");
        Space();
        switch (Peek())
        {
            case '{': return Object(depth);
            case '[': return Array(depth);
            case '"': return Text();
            case 't': return Word("true", true);
            case 'f': return Word("false", false);
            case 'n': return Word("null", null);
            default: return Number();
        }
    }

    private JsonMembers Object(int depth)
    {
        var members = new JsonMembers();
        at++;
        for (Space(); Peek() != '}'; Space())
        {
            if (members.Count > 0)
                Take(',');
            Space();
            var name = Text();
            Space();
            Take(':');
            members.Add(new(name, Value(depth + 1)));
        }
        at++;
        return members;
    }

    private List<object?> Array(int depth)
    {
        var items = new List<object?>();
        at++;
        for (Space(); Peek() != ']'; Space())
        {
            if (items.Count > 0)
                Take(',');
            items.Add(Value(depth + 1));
        }
        at++;
        return items;
    }

    private string Text()
    {
        Take('"');
        var value = new StringBuilder();
        while (Peek() != '"')
        {
            var next = text[at++];
            value.Append(next == '\\' ? Escaped() : next);
        }
        at++;
        return value.ToString();
    }

    private char Escaped()
    {
        var kind = Peek();
        at++;
        switch (kind)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u':
                if (at + 4 > text.Length
                    || !ushort.TryParse(text.Substring(at, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var unit))
                    throw Wrong("four hexadecimal digits");
                at += 4;
                return (char)unit;
            default: return kind is '"' or '\\' or '/' ? kind : throw Wrong("an escape");
        }
    }

    private decimal Number()
    {
        var start = at;
        while (at < text.Length && (char.IsDigit(text[at]) || text[at] is '-' or '+' or '.' or 'e' or 'E'))
            at++;
        return decimal.TryParse(text.Substring(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong("a value");
    }

    private object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            throw Wrong(word);
        at += word.Length;
        return value;
    }

    private void Space()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\r' or '\t')
            at++;
    }

    private char Peek() => at < text.Length ? text[at] : throw Wrong("more");

    private void Take(char expected)
    {
        if (Peek() != expected)
            throw Wrong($"'{expected}'");
        at++;
    }

    private FormatException Wrong(string expected) =>
        new($"line {text.Take(at).Count(letter => letter == '\n') + 1}: expected {expected}");
}
