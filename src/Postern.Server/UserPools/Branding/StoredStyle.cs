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
            row, style.GetProperty("Id").GetString()!, style.GetProperty("UsesProvided").GetBoolean(), style.TryGetProperty("Settings", out var settings) ? settings : null,
            [.. style.GetProperty("Assets").EnumerateArray().Select(ReadAsset)]);
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
        asset.GetProperty("Category").GetString()!, asset.GetProperty("ColorMode").GetString()!, asset.GetProperty("Extension").GetString()!,
        asset.TryGetProperty("ResourceId", out var resource) ? resource.GetString() : null, asset.GetProperty("FileName").GetString()!, asset.GetProperty("Size").GetInt32());
}
