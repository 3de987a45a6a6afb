using System.Globalization;

namespace Postern.ManagedLogin;

/// <summary>What a page can tell of a field before anything is asked of an operation, in the reader's words: the model's constraints are told in those of
/// programs.</summary>
public static class TypedText
{
    private const int LongestName = 128;
    private const int BirthdateLength = 10;

    /// <summary>Says that something is to be filled in; null where it is.</summary>
    /// <param name="label">The key of the field's label.</param>
    public static string? Missing(Texts texts, string label, string value) => value.Length == 0 ? texts.With("field.empty", texts[label]) : null;

    /// <summary>What keeps a text from being anybody's name (UsernameType of the model); null where nothing does.</summary>
    /// <param name="label">The key of the field's label.</param>
    public static string? ProblemOfName(Texts texts, string label, string name) => Missing(texts, label, name)
        ?? ProblemOfLength(texts, texts[label], name, LongestName)
        ?? (name.EnumerateRunes().Any(IsNoPartOfNames) ? texts.With("field.wrong", texts[label]) : null);

    /// <summary>What is wrong with an attribute's value that was typed; null where nothing is that a page can tell.</summary>
    /// <param name="label">Of the field, in words.</param>
    /// <param name="longest">In characters; null for no bound.</param>
    public static string? ProblemOfAttribute(Texts texts, string label, string attribute, string value, int? longest) => attribute is "birthdate"
        ? value.Length is 0 or BirthdateLength ? null : texts.With("field.wrong", label)
        : ProblemOfLength(texts, label, value, longest);

    private static string? ProblemOfLength(Texts texts, string label, string value, int? longest) =>
        longest is { } most && new StringInfo(value).LengthInTextElements > most ? texts.With("field.too-long", label, most.ToString(CultureInfo.InvariantCulture)) : null;

    // Letters, marks, symbols, numbers and punctuation are.
    private static bool IsNoPartOfNames(System.Text.Rune rune) => System.Text.Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
