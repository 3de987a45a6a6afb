using System.Collections.Concurrent;

namespace Postern.ManagedLogin;

/// <summary>The languages of the pages. English unless <c>lang</c> says another; the choice is kept in a cookie.</summary>
/// <remarks>Hosted pages sheet, "Languages and terms". Classic pages are English whatever anybody says.</remarks>
public sealed class Languages
{
    public const string CookieName = "lang";

    /// <summary>As <c>lang</c> names them; English first.</summary>
    public static IReadOnlyList<string> All { get; } = ["en"];

    private readonly ConcurrentDictionary<string, Texts> read = new(StringComparer.OrdinalIgnoreCase);
    private readonly Texts english = Texts.Read("en", null);

    /// <summary>The texts of a language that a request or cookie names: case and <c>pt_BR</c> do not matter; English for what is none.</summary>
    public Texts Of(string? language)
    {
        var name = Known(language);
        return name is null or "en" ? english : read.GetOrAdd(name, known => Texts.Read(known, english));
    }

    /// <summary>The language as the list has it; null where it is none of them.</summary>
    public static string? Known(string? language)
    {
        var name = language?.Replace('_', '-');
        return All.FirstOrDefault(known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
    }
}
