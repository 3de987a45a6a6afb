using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Branding;

/// <summary>The document of settings of a style: what is in it unless set, what may be set, and how a part changes it.</summary>
/// <remarks>Hosted pages sheet, "Branding document". What is not sent stays; a list is replaced as a whole, and null takes a member away (the latter
/// unverified against the service).</remarks>
internal static class BrandingSettings
{
    /// <summary>The longest document that is kept, in bytes: twenty times one that sets everything, since pages read it each time.</summary>
    private const int Longest = 256 * 1024;

    private static readonly JsonElement Nothing = Parse("{}"u8);

    /// <summary>Every member with the value that it has unless a style sets it.</summary>
    public static JsonElement Defaults { get; } = ReadDefaults();

    /// <summary>Checks settings as they were sent.</summary>
    /// <returns>The paths of members that no page knows, a few at most: they are kept without effect, since the schema grows.</returns>
    /// <exception cref="InvalidParameterException">They are no object, or a member that is known has a value that can't be shown.</exception>
    public static IReadOnlyList<string> Check(JsonElement settings) => SettingsCheck.Run(settings, Defaults);

    /// <summary>Settings with a part of them sent anew.</summary>
    /// <exception cref="InvalidParameterException">There would be too much of them.</exception>
    public static JsonElement Merge(JsonElement? before, JsonElement sent)
    {
        var merged = Write(before ?? Nothing, sent);
        return merged.Length <= Longest ? Parse(merged) : throw new InvalidParameterException($"The settings of a style must not be larger than {Longest} bytes.");
    }

    /// <summary>The settings with every default filled in.</summary>
    public static JsonElement Complete(JsonElement? settings) => settings is { } set ? Parse(Write(Defaults, set)) : Defaults;

    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    private static ReadOnlySpan<byte> Write(JsonElement before, JsonElement sent)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, before, sent);
        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement before, JsonElement sent)
    {
        // Of a name that comes twice, the last counts.
        var news = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in sent.EnumerateObject())
            news[member.Name] = member.Value;

        writer.WriteStartObject();
        foreach (var member in before.EnumerateObject())
        {
            if (news.Remove(member.Name, out var value))
                Write(writer, member.Name, member.Value, value);
            else
                member.WriteTo(writer);
        }
        foreach (var (name, value) in news)
            Write(writer, name, Nothing, value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, JsonElement before, JsonElement sent)
    {
        if (sent.ValueKind is JsonValueKind.Null)
            return;
        writer.WritePropertyName(name);
        if (sent.ValueKind is JsonValueKind.Object)
            Write(writer, before.ValueKind is JsonValueKind.Object ? before : Nothing, sent);
        else
            sent.WriteTo(writer);
    }

    private static JsonElement ReadDefaults()
    {
        using var stream = typeof(BrandingSettings).Assembly.GetManifestResourceStream("default-settings.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
