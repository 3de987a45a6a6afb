using System.Text;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>The CSS of the classic pages, read and found harmless: rules for the customizable classes and nothing else.</summary>
/// <remarks>Hosted pages sheet, "Classic CSS": selectors and dangerous values are restricted, properties are not.</remarks>
public sealed class ClassicStyleSheet
{
    private ClassicStyleSheet(IReadOnlyList<ClassicRule> rules)
    {
        Rules = rules;
        var text = new StringBuilder();
        foreach (var rule in rules)
        {
            text.Append('\n').Append(rule.Selector).Append(" {\n");
            foreach (var (property, value) in rule.Declarations)
                text.Append("  ").Append(property).Append(": ").Append(value).Append(";\n");
            text.Append("}\n");
        }
        Text = text.ToString();
    }

    /// <summary>As they were written, those without a declaration left out; a selector may come several times.</summary>
    public IReadOnlyList<ClassicRule> Rules { get; }

    /// <summary>The rules in one form: each a block, indented by two spaces, an empty line before the next, a line feed first. It may stand in a
    /// <c>style</c> element as it is.</summary>
    public string Text { get; }

    /// <summary>Reads CSS. Comments between rules and declarations are dropped.</summary>
    /// <exception cref="InvalidParameterException">A selector is none of the customizable classes, or the text is more than plain rules: at-rules,
    /// nesting, escapes, functions that load something, script.</exception>
    public static ClassicStyleSheet Parse(string css) => new(new CssReader(css).Rules());
}

/// <param name="Selector">One of <see cref="CustomizableClasses"/>.</param>
public sealed record ClassicRule(string Selector, IReadOnlyList<ClassicDeclaration> Declarations);

/// <param name="Property">In lower case, but for custom properties.</param>
/// <param name="Value">With single spaces, <c>!important</c> included.</param>
public sealed record ClassicDeclaration(string Property, string Value);
