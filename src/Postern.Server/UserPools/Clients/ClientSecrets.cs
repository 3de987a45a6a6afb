using System.Buffers;
using System.Text.Json;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.UserPools.Clients;

/// <summary>A client's secrets at rest: sealed under the master key, bound to the client's id.</summary>
public sealed class ClientSecrets(MasterKey masterKey)
{
    public IReadOnlyList<ClientSecret> Open(StoredResource client)
    {
        if (client.Secret.IsEmpty)
            return [];
        using var document = JsonDocument.Parse(masterKey.Open(SealedAs.ClientSecret(client.Name), client.Secret.Span));
        return [.. document.RootElement.EnumerateArray().Select(static secret => new ClientSecret(
            secret.GetProperty("id"u8).GetString()!, secret.GetProperty("value"u8).GetString()!,
            DateTimeOffset.FromUnixTimeMilliseconds(secret.GetProperty("created"u8).GetInt64())))];
    }

    /// <summary>What <see cref="StoredResource.Secret"/> holds; empty for a public client.</summary>
    public ReadOnlyMemory<byte> Seal(string clientId, IReadOnlyList<ClientSecret> secrets)
    {
        if (secrets.Count == 0)
            return default;
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var secret in secrets)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, secret.Id);
                writer.WriteString("value"u8, secret.Value);
                writer.WriteNumber("created"u8, secret.Created.ToUnixTimeMilliseconds());
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        return masterKey.Seal(SealedAs.ClientSecret(clientId), buffer.WrittenSpan);
    }
}
