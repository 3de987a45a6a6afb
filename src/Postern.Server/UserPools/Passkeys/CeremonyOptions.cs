using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.Cryptography;

namespace Postern.UserPools.Passkeys;

/// <summary>What a page hands to the browser, to make a passkey or to use one.</summary>
internal static class CeremonyOptions
{
    private static readonly TimeSpan CreationTime = TimeSpan.FromMinutes(1);

    // The service's list is the first two; who knows one of them never sees that there is a third.
    private static readonly int[] Algorithms = [CoseKey.Es256, CoseKey.Rs256, CoseKey.EdDsa];

    /// <summary>PublicKeyCredentialCreationOptionsJSON with the service's members.</summary>
    /// <param name="name">By what the user knows the account.</param>
    /// <param name="passkeys">What the user has already: an authenticator makes no second one.</param>
    public static JsonElement Creation(
        RelyingParty party, string userVerification, ReadOnlySpan<byte> challenge, Guid sub, string name, IReadOnlyList<Passkey> passkeys)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("authenticatorSelection"u8);
            writer.WriteBoolean("requireResidentKey"u8, true);
            writer.WriteString("residentKey"u8, "required"u8);
            writer.WriteString("userVerification"u8, userVerification);
            writer.WriteEndObject();
            writer.WriteString("challenge"u8, Passkey.Text(challenge));
            writer.WriteStartArray("excludeCredentials"u8);
            foreach (var passkey in passkeys)
                Credential(writer, passkey, withTransports: false);
            writer.WriteEndArray();
            writer.WriteStartArray("pubKeyCredParams"u8);
            foreach (var algorithm in Algorithms)
            {
                writer.WriteStartObject();
                writer.WriteNumber("alg"u8, algorithm);
                writer.WriteString("type"u8, "public-key"u8);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteStartObject("rp"u8);
            writer.WriteString("id"u8, party.Id);
            writer.WriteString("name"u8, party.Id);
            writer.WriteEndObject();
            writer.WriteNumber("timeout"u8, (long)CreationTime.TotalMilliseconds);
            writer.WriteStartObject("user"u8);
            writer.WriteString("displayName"u8, name);
            writer.WriteString("id"u8, Passkey.Text(UsedCredential.Handle(sub)));
            writer.WriteString("name"u8, name);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>PublicKeyCredentialRequestOptionsJSON as text (user pools sheet, transcript "Passkey").</summary>
    /// <param name="lifetime">How long the challenge is of use.</param>
    public static string Request(
        RelyingParty party, string userVerification, ReadOnlySpan<byte> challenge, TimeSpan lifetime, IReadOnlyList<Passkey> passkeys)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("challenge"u8, Passkey.Text(challenge));
            writer.WriteNumber("timeout"u8, (long)lifetime.TotalMilliseconds);
            writer.WriteString("rpId"u8, party.Id);
            writer.WriteStartArray("allowCredentials"u8);
            foreach (var passkey in passkeys)
                Credential(writer, passkey, withTransports: true);
            writer.WriteEndArray();
            writer.WriteString("userVerification"u8, userVerification);
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Credential(Utf8JsonWriter writer, Passkey passkey, bool withTransports)
    {
        writer.WriteStartObject();
        if (withTransports)
        {
            writer.WriteString("type"u8, "public-key"u8);
            writer.WriteString("id"u8, passkey.Id);
            writer.WriteStartArray("transports"u8);
            foreach (var transport in passkey.Transports)
                writer.WriteStringValue(transport);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("id"u8, passkey.Id);
            writer.WriteString("type"u8, "public-key"u8);
        }
        writer.WriteEndObject();
    }
}
