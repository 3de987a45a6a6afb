using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.Triggers;

/// <summary>The <c>response</c> of a function's answer. Absent members and nulls are the same; unknown ones are passed over.</summary>
/// <remarks>Trigger sheet, "What to accept in answers".</remarks>
public readonly struct TriggerResponse(JsonElement members)
{
    public static InvalidLambdaResponseException Unrecognizable() => new("Unrecognizable lambda output");

    /// <exception cref="InvalidLambdaResponseException">It is no boolean.</exception>
    public bool? Flag(string name) => Find(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unrecognizable(),
    };

    /// <exception cref="InvalidLambdaResponseException">It is no text, number or boolean.</exception>
    public string? Text(string name) => Find(name) is { } value ? Text(value) : null;

    /// <summary>A map whose values are texts; entries that are null are dropped.</summary>
    /// <exception cref="InvalidLambdaResponseException">It is no map, or a value is neither text nor number nor boolean.</exception>
    public IReadOnlyDictionary<string, string>? Texts(string name)
    {
        if (Find(name) is not { } map)
            return null;
        if (map.ValueKind is not JsonValueKind.Object)
            throw Unrecognizable();
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in map.EnumerateObject())
            {
                if (entry.Value.ValueKind is not JsonValueKind.Null)
                    texts[entry.Name] = Text(entry.Value);
            }
        }
        catch (InvalidOperationException)
        {
            throw Unrecognizable();   // a key that is no Unicode text
        }
        return texts;
    }

    private JsonElement? Find(string name) => members.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    // Numbers and booleans become text: JSON libraries coerce so (unverified against the service).
    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => throw Unrecognizable(),
            };
        }
        catch (InvalidOperationException)
        {
            throw Unrecognizable();   // half a surrogate pair
        }
    }
}
