using System.Collections.Frozen;
using System.Text.Json;

namespace Postern.ManagedLogin;

/// <summary>What users read, in one language. A text that a language lacks is shown in English.</summary>
public sealed class Texts
{
    private readonly FrozenDictionary<string, string> texts;
    private readonly Texts? fallback;

    private Texts(string language, FrozenDictionary<string, string> texts, Texts? fallback)
    {
        Language = language;
        this.texts = texts;
        this.fallback = fallback;
    }

    /// <summary>As it stands in <c>lang</c>: <c>pt-BR</c>.</summary>
    public string Language { get; }

    /// <summary>The keys that the language has.</summary>
    public IReadOnlyCollection<string> Keys => texts.Keys;

    public string this[string key] => texts.TryGetValue(key, out var text) ? text : fallback?[key] ?? key;

    /// <summary>A text with values in the places of <c>{0}</c>, <c>{1}</c>.</summary>
    public string With(string key, params ReadOnlySpan<string> values)
    {
        var text = this[key];
        for (var at = 0; at < values.Length; at++)
            text = text.Replace($"{{{at}}}", values[at], StringComparison.Ordinal);
        return text;
    }

    /// <summary>Reads <c>ManagedLogin/Languages/{language}.json</c> from the program.</summary>
    public static Texts Read(string language, Texts? fallback)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream($"Languages.{language}.json") ?? throw new InvalidOperationException($"No texts of {language}");
        using var document = JsonDocument.Parse(stream);
        return new(language, document.RootElement.EnumerateObject().ToFrozenDictionary(static text => text.Name, static text => text.Value.GetString()!, StringComparer.Ordinal), fallback);
    }
}
