using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Authorize;

/// <summary>What an authorization code says, once opened.</summary>
/// <param name="Domain">The key of the domain that gave it: codes end with their domain.</param>
/// <param name="Facts">Of the sign-in: the tokens will carry them; <c>OriginJti</c> is the code's own id as well.</param>
/// <param name="SignOuts">The user's sign-out count when the code was given.</param>
/// <param name="Challenge">PKCE's, S256; null where there was none.</param>
/// <param name="Origin">The SSO session that it comes from; null where there is none.</param>
/// <param name="Key">The thumbprint of the key that must be proved with it (RFC 9449, §10); null where none must.</param>
public sealed record AuthorizationCode(
    string Domain, Guid Sub, SignInFacts Facts, int SignOuts, string RedirectUri, string? Challenge, string? Nonce, string? Origin, DateTimeOffset Expires, string? Key)
{
    // Nothing but JSON reads it, and an escaped letter would be six times as long.
    private static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Domain);
            writer.WriteStringValue(Sub);
            writer.WriteStringValue(Facts.OriginJti);
            writer.WriteStringValue(Facts.EventId);
            writer.WriteNumberValue(Facts.AuthTime.ToUnixTimeMilliseconds());
            writer.WriteStringValue(Facts.Device);
            writer.WriteNumberValue(Facts.Level);
            writer.WriteStringValue(Facts.Grant!.Scope);
            writer.WriteStringValue(Facts.Grant.Resource);
            writer.WriteNumberValue(SignOuts);
            writer.WriteStringValue(RedirectUri);
            writer.WriteStringValue(Challenge);
            writer.WriteStringValue(Nonce);
            writer.WriteStringValue(Origin);
            writer.WriteNumberValue(Expires.ToUnixTimeMilliseconds());
            if (Key is not null || Facts.Grant.Sid is not null)
                writer.WriteStringValue(Key);
            if (Facts.Grant.Sid is { } sid)
                writer.WriteStringValue(sid);
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static AuthorizationCode Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        var domain = Next(ref reader).GetString()!;
        var sub = Next(ref reader).GetGuid();
        var originJti = Next(ref reader).GetGuid();
        var eventId = Next(ref reader).GetGuid();
        var authTime = DateTimeOffset.FromUnixTimeMilliseconds(Next(ref reader).GetInt64());
        var device = Next(ref reader).GetGuid();
        var level = Next(ref reader).GetInt32();
        var scope = Next(ref reader).GetString()!;
        var resource = Next(ref reader).GetString();
        var code = new AuthorizationCode(
            domain, sub, new SignInFacts(originJti, eventId, authTime, default, 0, device, level, new(scope, resource)), Next(ref reader).GetInt32(),
            Next(ref reader).GetString()!, Next(ref reader).GetString(), Next(ref reader).GetString(), Next(ref reader).GetString(),
            DateTimeOffset.FromUnixTimeMilliseconds(Next(ref reader).GetInt64()),
            Next(ref reader).TokenType is JsonTokenType.String ? reader.GetString() : null);
        return reader.TokenType is not JsonTokenType.EndArray && Next(ref reader).TokenType is JsonTokenType.String
            ? code with { Facts = code.Facts with { Grant = code.Facts.Grant! with { Sid = reader.GetString() } } }
            : code;
    }

    private static ref Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }
}
