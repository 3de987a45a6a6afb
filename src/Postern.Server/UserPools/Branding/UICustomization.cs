using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>What a pool, or one client of it, gave the classic pages: CSS, a logo, or both.</summary>
/// <param name="Owner">The client's id, or <see cref="UICustomizations.All"/>.</param>
/// <param name="Css">As it was sent; null where only a logo was.</param>
/// <param name="Sheet">The same, read: what pages show.</param>
/// <param name="Version">When it was set, in UTC, as <c>yyyyMMddHHmmss</c>.</param>
/// <param name="Logo">The name of the logo's row; null where there is none.</param>
public sealed record UICustomization(string Owner, string? Css, ClassicStyleSheet? Sheet, string Version, string? Logo, DateTimeOffset Created, DateTimeOffset Modified)
{
    private const string VersionFormat = "yyyyMMddHHmmss";

    public bool HasLogo => Logo is not null;

    internal static UICustomization Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        var settings = JsonElement.ParseValue(ref reader);
        var css = settings.TryGetProperty("CSS"u8, out var text) ? text.GetString() : null;
        var logo = settings.TryGetProperty("Logo"u8, out var name) ? name.GetString() : null;
        return new(
            row.Name, css, css is null ? null : ClassicStyleSheet.Parse(css), settings.GetProperty("CSSVersion"u8).GetString()!, logo, row.Created, row.Modified);
    }

    internal byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (Css is not null)
                writer.WriteString("CSS"u8, Css);
            writer.WriteString("CSSVersion"u8, Version);
            if (Logo is not null)
                writer.WriteString("Logo"u8, Logo);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The version of what is set now: later than the one before, since the logo's address holds it.</summary>
    internal static string VersionAt(DateTimeOffset now, string? before)
    {
        var version = now.ToString(VersionFormat, CultureInfo.InvariantCulture);
        return before is null || string.CompareOrdinal(version, before) > 0
            ? version
            : DateTime.ParseExact(before, VersionFormat, CultureInfo.InvariantCulture).AddSeconds(1).ToString(VersionFormat, CultureInfo.InvariantCulture);
    }
}
