using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A client's settings as they are kept: the contract's own shape, as JSON, without the secret, and with what Describe does not
/// show as further members of the same object: readers of the shape pass over them.</summary>
public static class ClientSettings
{
    private const string SsoMinutes = "sso_minutes";
    private const string KeysAddress = "jwks_uri";
    private const string KeysDocument = "jwks";

    public static UserPoolClientType Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return UserPoolClientType.Read(ref reader);
    }

    /// <summary>How long the client uses a browser's sign-in again (SSOSession.MaxValidityMinutes); null where it was never set.</summary>
    public static int? ReadSsoMinutes(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return TryFind(ref reader, SsoMinutes) ? reader.GetInt32() : null;
    }

    /// <summary>The keys that the client was registered with; null where it has none.</summary>
    public static ClientKeys? ReadKeys(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (TryFind(ref reader, KeysAddress))
            return new(reader.GetString(), null);
        reader = new Utf8JsonReader(json);
        return TryFind(ref reader, KeysDocument) ? new(null, reader.GetString()) : null;
    }

    public static byte[] ToJson(UserPoolClientType settings, int? ssoMinutes = null, ClientKeys? keys = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            (settings with { ClientSecret = null }).Write(writer);
        if (ssoMinutes is null && keys is null)
            return buffer.WrittenSpan.ToArray();
        var more = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(more))
        {
            writer.WriteStartObject();
            if (ssoMinutes is { } minutes)
                writer.WriteNumber(SsoMinutes, minutes);
            if (keys is not null)
                writer.WriteString(keys.Address is null ? KeysDocument : KeysAddress, keys.Address ?? keys.Document);
            writer.WriteEndObject();
        }
        // A client has at least a name: there is a member to follow.
        return [.. buffer.WrittenSpan[..^1], (byte)',', .. more.WrittenSpan[1..]];
    }

    /// <summary>Goes to the value of one of the object's own members; false where it is not there.</summary>
    private static bool TryFind(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(name);
            reader.Read();
            if (isWanted)
                return true;
            reader.Skip();
        }
        return false;
    }
}
