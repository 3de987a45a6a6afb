using System.Buffers;
using System.Text;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>Finds the identity providers of pools, and keeps their secrets sealed.</summary>
public sealed class UpstreamProviders(IResourceStore resources, MasterKey masterKey)
{
    /// <summary>By name; null where there is none.</summary>
    public async ValueTask<UpstreamProvider?> Find(UserPool pool, string name, CancellationToken stop) =>
        await resources.Find(pool.Number, ResourceKind.IdentityProvider, name, stop) is { } row ? Open(pool, row) : null;

    /// <summary>By one of its identifiers; null where there is none.</summary>
    public async ValueTask<UpstreamProvider?> FindByIdentifier(UserPool pool, string identifier, CancellationToken stop) =>
        await resources.Find(pool.Number, ResourceKind.IdentityProviderIdentifier, identifier, stop) is { } row
            ? await Find(pool, ReadName(row), stop)
            : null;

    /// <exception cref="ResourceNotFoundException">No such provider.</exception>
    internal async ValueTask<UpstreamProvider> Get(UserPool pool, string name, CancellationToken stop) =>
        await Find(pool, name, stop) ?? throw new ResourceNotFoundException($"Identity provider {name} does not exist.");

    internal UpstreamProvider Open(UserPool pool, StoredResource row) => new(pool, row, Read(row), OpenSecrets(row));

    /// <summary>The row with what a provider is now.</summary>
    internal StoredResource Seal(UpstreamProvider provider)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
            provider.Settings.Write(writer);
        return provider.Row with { Settings = buffer.WrittenSpan.ToArray(), Secret = SealSecrets(provider) };
    }

    internal static IdentityProviderType Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return IdentityProviderType.Read(ref reader);
    }

    /// <summary>The write that takes an identifier for a provider.</summary>
    internal static PutResource TakeIdentifier(UserPool pool, string identifier, string provider, DateTimeOffset now) => new(new(
        pool.Number, ResourceKind.IdentityProviderIdentifier, identifier, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(provider)}\""), default, now, now, Version: 0));

    /// <summary>The provider that an identifier's row names.</summary>
    private static string ReadName(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return reader.GetString()!;
    }

    private Dictionary<string, string> OpenSecrets(StoredResource row)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (row.Secret.IsEmpty)
            return secrets;
        var reader = new Utf8JsonReader(masterKey.Open(SealedAs.ProviderSecret(row.Pool, row.Name), row.Secret.Span));
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            secrets[name] = reader.GetString()!;
        }
        return secrets;
    }

    private ReadOnlyMemory<byte> SealSecrets(UpstreamProvider provider)
    {
        if (provider.Secrets.Count == 0)
            return default;
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in provider.Secrets)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }
        return masterKey.Seal(SealedAs.ProviderSecret(provider.Row.Pool, provider.Row.Name), buffer.WrittenSpan);
    }
}
