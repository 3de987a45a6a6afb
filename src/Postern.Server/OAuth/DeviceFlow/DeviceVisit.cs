using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.DeviceFlow;

/// <summary>A browser that came with a device's code and now signs in: what the pages carry, sealed, in the place of an authorization request.</summary>
/// <param name="UserCode">Without its hyphen.</param>
/// <param name="Id">Of the <see cref="DeviceAuthorization"/>.</param>
public sealed record DeviceVisit(string UserCode, Guid Id, Grant Grant, DateTimeOffset Expires)
{
    // Nothing but JSON reads it, and an escaped letter would be six times as long.
    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(UserCode);
            writer.WriteStringValue(Id);
            writer.WriteStringValue(Grant.Scope);
            writer.WriteStringValue(Grant.Resource);
            writer.WriteNumberValue(Expires.ToUnixTimeMilliseconds());
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static DeviceVisit Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        return new(
            root[0].GetString()!, root[1].GetGuid(), new(root[2].GetString()!, root[3].GetString()),
            DateTimeOffset.FromUnixTimeMilliseconds(root[4].GetInt64()));
    }
}
