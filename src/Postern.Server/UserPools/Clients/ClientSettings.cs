using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>A client's settings as they are kept: the contract's own shape, as JSON, without the secret.</summary>
public static class ClientSettings
{
    public static UserPoolClientType Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return UserPoolClientType.Read(ref reader);
    }

    public static byte[] ToJson(UserPoolClientType settings)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            (settings with { ClientSecret = null }).Write(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
