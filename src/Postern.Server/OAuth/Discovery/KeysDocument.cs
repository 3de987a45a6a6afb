using System.Buffers;
using System.Text.Json;
using Postern.Cryptography;

namespace Postern.OAuth.Discovery;

/// <summary>A pool's JWKS (tokens sheet, "Keys, header, JWKS").</summary>
public static class KeysDocument
{
    public static byte[] Write(IEnumerable<SigningKey> keys)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var key in keys)
            {
                writer.WriteStartObject();
                writer.WriteString("alg"u8, "RS256"u8);
                writer.WriteString("e"u8, System.Buffers.Text.Base64Url.EncodeToString(key.Exponent.Span));
                writer.WriteString("kid"u8, key.Kid);
                writer.WriteString("kty"u8, "RSA"u8);
                writer.WriteString("n"u8, System.Buffers.Text.Base64Url.EncodeToString(key.Modulus.Span));
                writer.WriteString("use"u8, "sig"u8);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
