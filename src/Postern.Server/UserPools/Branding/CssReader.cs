using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>Reads the little of CSS that the classic pages take, from the front to the end, and refuses the rest.</summary>
/// <remarks>Only the text on classes is reported from the service; the others are our own.</remarks>
internal ref struct CssReader
{
    /// <summary>What is part of the name of a property that runs something in some old browser, or looks like a scheme that does.</summary>
    private static readonly string[] ForbiddenProperties = ["behavior", "binding", "expression", "script"];

    private readonly ReadOnlySpan<char> css;
    private int at;

    public CssReader(string text)
    {
        css = text.AsSpan().TrimStart('\uFEFF');
        at = 0;
    }

    public List<ClassicRule> Rules()
    {
        if (css.Contains("</", StringComparison.Ordinal))
            throw Refused("'</' is not allowed");
        var rules = new List<ClassicRule>();
        while (true)
        {
            SkipBlanks();
            if (at == css.Length)
                return rules;
            var selector = Selector();
            var declarations = Declarations();
            if (declarations.Count > 0)
                rules.Add(new(selector, declarations));
        }
    }

    private string Selector()
    {
        if (css[at] == '@')
            throw Refused("at-rules are not allowed");
        var length = css[at..].IndexOfAny("{};");
        var selector = (length < 0 ? css[at..] : css.Slice(at, length)).TrimEnd(" \t\n\r\f").ToString();
        if (!CustomizableClasses.All.Contains(selector))
            throw new InvalidParameterException($"The CSS class {Shortened(selector)} is not in the list of allowed classes.");
        if (length < 0 || css[at + length] != '{')
            throw Refused($"a block is missing after {selector}");
        at += length + 1;
        return selector;
    }

    private List<ClassicDeclaration> Declarations()
    {
        var declarations = new List<ClassicDeclaration>();
        while (true)
        {
            SkipBlanks();
            if (at == css.Length)
                throw Refused("a block is not closed");
            if (css[at] == '}')
            {
                at++;
                return declarations;
            }
            if (css[at] == ';')
                at++;
            else
                declarations.Add(Declaration());
        }
    }

    private ClassicDeclaration Declaration()
    {
        var start = at;
        while (at < css.Length && (char.IsAsciiLetterOrDigit(css[at]) || css[at] is '-' or '_'))
            at++;
        var name = css[start..at].ToString();
        while (at < css.Length && IsBlank(css[at]))
            at++;
        if (name.Length == 0 || at == css.Length || css[at] != ':')
            throw Refused("a property and a colon are expected in a block");
        at++;
        var property = name.StartsWith("--", StringComparison.Ordinal) ? name : name.ToLowerInvariant();
        if (ForbiddenProperties.Any(part => property.Contains(part, StringComparison.OrdinalIgnoreCase)))
            throw Refused($"the property {property} is not allowed");
        var value = new CssValue(css[at..]);
        var text = value.Read();
        at += value.Length;
        return new(property, text);
    }

    /// <summary>Passes white space and comments.</summary>
    private void SkipBlanks()
    {
        while (at < css.Length)
        {
            if (IsBlank(css[at]))
            {
                at++;
            }
            else if (css[at..].StartsWith("/*", StringComparison.Ordinal))
            {
                var length = css[(at + 2)..].IndexOf("*/", StringComparison.Ordinal);
                if (length < 0)
                    throw Refused("a comment is not closed");
                at += length + 4;
            }
            else
            {
                return;
            }
        }
    }

    internal static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';

    internal static InvalidParameterException Refused(string reason) => new($"The CSS is not valid: {reason}.");

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
