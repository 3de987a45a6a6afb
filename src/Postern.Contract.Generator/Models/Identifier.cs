using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Postern.Contract.Generator.Models;

/// <summary>Names of a model as C# names.</summary>
internal static class Identifier
{
    /// <summary>Each word's first letter upper-cased, what is neither letter nor digit left out: <c>headerName</c> is <c>HeaderName</c>.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder();
        var isStart = true;
        foreach (var letter in name)
        {
            if (char.IsLetterOrDigit(letter) || letter is '_')
                text.Append(isStart ? char.ToUpperInvariant(letter) : letter);
            isStart = !(char.IsLetterOrDigit(letter) || letter is '_');
        }
        return text.Length == 0 || char.IsDigit(text[0]) ? "_" + text : text.ToString();
    }

    /// <summary>An enum value as a constant's name: what C# refuses becomes <c>_</c>.</summary>
    public static string Constant(string value)
    {
        var text = new string([.. value.Select(letter => char.IsLetterOrDigit(letter) ? letter : '_')]);
        if (text.Length == 0 || char.IsDigit(text[0]))
            text = "_" + text;
        return SyntaxFacts.GetKeywordKind(text) is SyntaxKind.None ? text : "@" + text;
    }

    /// <summary>A C# string literal.</summary>
    public static string Literal(string? text) => text is null ? "null" : SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>Text inside an XML comment.</summary>
    public static string Comment(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\r", " ").Replace("\n", " ");
}
