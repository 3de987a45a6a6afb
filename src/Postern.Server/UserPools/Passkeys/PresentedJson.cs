using System.Buffers.Text;
using System.Text.Json;

namespace Postern.UserPools.Passkeys;

/// <summary>A JSON object from outside, read member by member: what is missing or of another type is null, and never an error.</summary>
internal readonly struct PresentedJson(JsonElement element)
{
    private readonly bool isObject = element.ValueKind is JsonValueKind.Object;

    public JsonElement? Member(string name) => isObject && element.TryGetProperty(name, out var value) ? value : null;

    public PresentedJson Object(string name) => new(Member(name) ?? default);

    public string? Text(string name)
    {
        try
        {
            return Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no text.
            return null;
        }
    }

    /// <summary>Bytes in base64url; its padding is let pass, white space is not.</summary>
    public byte[]? Bytes(string name)
    {
        if (Text(name) is not { } text || text.AsSpan().ContainsAny(" \t\r\n"))
            return null;
        return Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
    }

    public bool Is(string name) => Member(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A list of texts; null where it is none, or has more than some.</summary>
    public IReadOnlyList<string>? Texts(string name, int most)
    {
        if (Member(name) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > most)
            return null;
        var texts = new List<string>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.String)
                return null;
            texts.Add(item.GetString()!);
        }
        return texts;
    }
}
