using System.Buffers;
using System.Text.Json;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>A style as it is kept: what was set, and which images there are.</summary>
/// <param name="Row">Named as the client.</param>
/// <param name="UsesProvided">Whether the style is the one that everybody has unless they set something (UseCognitoProvidedValues).</param>
/// <param name="Settings">What was set; null where nothing was, ever.</param>
internal sealed record StoredStyle(StoredResource Row, string Id, bool UsesProvided, JsonElement? Settings, IReadOnlyList<BrandingAsset> Assets)
{
    public string ClientId => Row.Name;

    public static StoredStyle Read(StoredResource row)
    {
        var style = BrandingSettings.Parse(row.Settings.Span);
        return new(
            row, style.GetProperty("Id"u8).GetString()!, style.GetProperty("UsesProvided"u8).GetBoolean(), style.TryGetProperty("Settings"u8, out var settings) ? settings : null,
            [.. style.GetProperty("Assets"u8).EnumerateArray().Select(ReadAsset)]);
    }

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("Id"u8, Id);
            writer.WriteBoolean("UsesProvided"u8, UsesProvided);
            if (Settings is { } settings)
            {
                writer.WritePropertyName("Settings"u8);
                settings.WriteTo(writer);
            }
            writer.WriteStartArray("Assets"u8);
            foreach (var asset in Assets)
                Write(writer, asset);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, BrandingAsset asset)
    {
        writer.WriteStartObject();
        writer.WriteString("Category"u8, asset.Category);
        writer.WriteString("ColorMode"u8, asset.ColorMode);
        writer.WriteString("Extension"u8, asset.Extension);
        if (asset.ResourceId is not null)
            writer.WriteString("ResourceId"u8, asset.ResourceId);
        writer.WriteString("FileName"u8, asset.FileName);
        writer.WriteNumber("Size"u8, asset.Size);
        writer.WriteEndObject();
    }

    private static BrandingAsset ReadAsset(JsonElement asset) => new(
        asset.GetProperty("Category"u8).GetString()!, asset.GetProperty("ColorMode"u8).GetString()!, asset.GetProperty("Extension"u8).GetString()!,
        asset.TryGetProperty("ResourceId"u8, out var resource) ? resource.GetString() : null, asset.GetProperty("FileName"u8).GetString()!, asset.GetProperty("Size"u8).GetInt32());
}
