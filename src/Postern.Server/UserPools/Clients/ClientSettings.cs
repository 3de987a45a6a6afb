using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A client's settings as they are kept: the contract's own shape, as JSON, without the secret, and with what Describe does not
/// show as further members of the same object: readers of the shape pass over them.</summary>
public static class ClientSettings
{
    private const string SsoMinutes = "sso_minutes";

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
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isWanted = reader.ValueTextEquals(SsoMinutes);
            reader.Read();
            if (isWanted)
                return reader.GetInt32();
            reader.Skip();
        }
        return null;
    }

    public static byte[] ToJson(UserPoolClientType settings, int? ssoMinutes = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            (settings with { ClientSecret = null }).Write(writer);
        if (ssoMinutes is not { } minutes)
            return buffer.WrittenSpan.ToArray();
        // A client has at least a name: there is a member to follow.
        var more = string.Create(CultureInfo.InvariantCulture, $",\"{SsoMinutes}\":{minutes}}}");
        return [.. buffer.WrittenSpan[..^1], .. Encoding.UTF8.GetBytes(more)];
    }
}
