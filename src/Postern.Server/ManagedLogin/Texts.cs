using System.Collections.Frozen;
using System.Text.Json;

namespace Postern.ManagedLogin;

/// <summary>What users read, in one language. A text that a language lacks is shown in English.</summary>
public sealed class Texts
{
    /// <summary>The schema's faults hold those of attributes, which hold attributes.</summary>
    private const int MostNested = 2;

    private readonly FrozenDictionary<string, string> texts;
    private readonly Texts? fallback;
    private readonly ThrownMessages thrown;

    private Texts(string language, FrozenDictionary<string, string> texts, Texts? fallback)
    {
        Language = language;
        this.texts = texts;
        this.fallback = fallback;
        thrown = fallback?.thrown ?? new(texts);
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

    /// <summary>What a refusal says, for who reads the page: well-known messages in the language, any other as it was thrown. In English all are as
    /// they were thrown.</summary>
    public string Message(string message) => fallback is null ? message : Message(message, MostNested);

    private string Message(string message, int nested) => string.Join('\n', message.Split('\n').Select(line =>
        thrown.Find(line) is var (key, values) ? With(key, [.. values.Select(value => Value(value, nested))]) : line));

    // A message may hold the name of an attribute, or another message.
    private string Value(string value, int nested) =>
        texts.TryGetValue("attribute." + value, out var name) ? name : nested > 0 ? Message(value, nested - 1) : value;

    /// <summary>Reads <c>ManagedLogin/Languages/{language}.json</c> from the program.</summary>
    /// <param name="fallback">English; null where that is what is read.</param>
    public static Texts Read(string language, Texts? fallback)
    {
        using var stream = typeof(Texts).Assembly.GetManifestResourceStream($"Languages.{language}.json") ?? throw new InvalidOperationException($"No texts of {language}");
        using var document = JsonDocument.Parse(stream);
        return new(language, document.RootElement.EnumerateObject().ToFrozenDictionary(static text => text.Name, static text => text.Value.GetString()!, StringComparer.Ordinal), fallback);
    }
}
