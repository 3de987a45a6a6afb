using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Postern.Storage;

namespace Postern.UserPools.Passkeys;

/// <summary>A passkey of a user, as it is kept.</summary>
/// <param name="Id">The credential's id in base64url.</param>
/// <param name="RelyingPartyId">The domain that it is for.</param>
/// <param name="Name">What it is called in lists.</param>
/// <param name="Attachment"><c>platform</c>, <c>cross-platform</c>, or null where the browser did not say.</param>
/// <param name="Transports">How its authenticator can be reached.</param>
/// <param name="Key">The public key, a COSE_Key.</param>
/// <param name="Counter">The authenticator's counter when it last signed; 0 where it does not count.</param>
/// <param name="Authenticator">The model of the authenticator (AAGUID).</param>
/// <param name="MayBeBackedUp">Whether it may leave the device; never changes.</param>
/// <param name="IsBackedUp">Whether it did, when it was last used.</param>
public sealed record Passkey(
    string Id, string RelyingPartyId, string Name, string? Attachment, IReadOnlyList<string> Transports, ReadOnlyMemory<byte> Key, uint Counter,
    Guid Authenticator, bool MayBeBackedUp, bool IsBackedUp)
{
    /// <summary>The bytes of an id, as they are named.</summary>
    public static string Text(ReadOnlySpan<byte> id) => Base64Url.EncodeToString(id);

    /// <summary>The passkey of a row.</summary>
    public static Passkey Read(UserPart part)
    {
        using var document = JsonDocument.Parse(part.Data);
        var members = new PresentedJson(document.RootElement);
        return new(
            part.Name, members.Text("rp")!, members.Text("name")!, members.Text("attachment"), members.Texts("transports", int.MaxValue)!, members.Bytes("key"),
            members.Member("counter")!.Value.GetUInt32(), members.Member("model")!.Value.GetGuid(), members.Is("mayBeBackedUp"), members.Is("isBackedUp"));
    }

    /// <summary>As it is kept in its row.</summary>
    public byte[] ToData()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("rp"u8, RelyingPartyId);
            writer.WriteString("name"u8, Name);
            if (Attachment is not null)
                writer.WriteString("attachment"u8, Attachment);
            writer.WriteStartArray("transports"u8);
            foreach (var transport in Transports)
                writer.WriteStringValue(transport);
            writer.WriteEndArray();
            writer.WriteString("key"u8, Text(Key.Span));
            writer.WriteNumber("counter"u8, Counter);
            writer.WriteString("model"u8, Authenticator);
            writer.WriteBoolean("mayBeBackedUp"u8, MayBeBackedUp);
            writer.WriteBoolean("isBackedUp"u8, IsBackedUp);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
