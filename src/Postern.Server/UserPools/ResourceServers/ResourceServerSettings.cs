using System.Buffers;
using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.ResourceServers;

/// <summary>A resource server as it is kept: the contract's own shape, as JSON.</summary>
internal static class ResourceServerSettings
{
    /// <summary>How many a pool may have (quotas sheet).</summary>
    public const int Most = 25;

    public static ResourceServerType Read(StoredResource row)
    {
        var reader = new Utf8JsonReader(row.Settings.Span);
        reader.Read();
        return ResourceServerType.Read(ref reader);
    }

    public static byte[] ToJson(ResourceServerType settings)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            settings.Write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidParameterException">A scope is named twice (text unverified against the service).</exception>
    public static ResourceServerType Of(UserPool pool, string identifier, string name, IReadOnlyList<ResourceServerScopeType>? scopes)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scope in scopes ?? [])
        {
            if (!named.Add(scope.ScopeName))
                throw new InvalidParameterException($"The scope {scope.ScopeName} is given more than once.");
        }
        return new() { UserPoolId = pool.Id, Identifier = identifier, Name = name, Scopes = scopes ?? [] };
    }

    /// <summary>The row of a resource server.</summary>
    /// <exception cref="ResourceNotFoundException">The pool has no such server.</exception>
    public static async ValueTask<StoredResource> Get(IResourceStore resources, UserPool pool, string identifier, CancellationToken stop) =>
        await resources.Find(pool.Number, ResourceKind.ResourceServer, identifier, stop)
        ?? throw new ResourceNotFoundException($"Resource server {identifier} does not exist.");
}
