using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Postern.Cryptography;
using Postern.UserPools.Domains;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.OAuth.Discovery;

/// <summary>Serves a pool's keys and configuration under the issuer: ready bytes, with a tag and a lifetime, for any origin.</summary>
public sealed class IssuerDocuments(Pools pools, PoolDomains domains, DomainAddresses addresses, SigningKeys keys, Issuer issuer)
{
    /// <summary>OpenID Connect Discovery 1.0, and RFC 8414, where a pool wants it.</summary>
    public const string Configuration = "openid-configuration";

    public const string Metadata = "oauth-authorization-server";

    private const string JwksName = "jwks.json";
    private const int MostKept = 10_000;

    // A domain that was just made is asked for soon.
    private static readonly StringValues ForAWhile = "public, max-age=300";

    // A key signs when no copy of the document without it is fresh any more, in whatever cache: the service's day would be too long for that.
    private static readonly StringValues UntilKeysSign = $"public, max-age={(SigningKeys.PublicationDelay - SigningKeys.LongestAge).TotalSeconds:0}";

    private static readonly StringValues AnyOrigin = "*";

    private readonly ConcurrentDictionary<(string PoolId, string Name), Document> kept = new();

    /// <summary>Answers <c>/{userPoolId}/.well-known/{name}</c>; 404 where there is no such pool or document.</summary>
    public async Task Serve(HttpContext context, string poolId, string name)
    {
        var document = await Find(poolId, name, context.RequestAborted);
        var response = context.Response;
        response.Headers.AccessControlAllowOrigin = AnyOrigin;
        if (document is null)
        {
            response.StatusCode = 404;
            response.ContentType = "application/json";
            await response.WriteAsync($$"""{"message":"User pool {{JsonEncodedText.Encode(poolId.Length <= 55 ? poolId : poolId[..55])}} does not exist."}""");
            return;
        }
        response.Headers.CacheControl = document.Keys is null ? ForAWhile : UntilKeysSign;
        response.Headers.ETag = document.Tag;
        if (context.Request.Headers.IfNoneMatch.Count > 0 && context.Request.Headers.IfNoneMatch.Contains(document.Tag.ToString()))
        {
            response.StatusCode = 304;
            return;
        }
        response.ContentType = "application/json";
        response.ContentLength = document.Bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(document.Bytes);
    }

    /// <summary>Forgets a pool's documents: its keys or settings were changed.</summary>
    public void Forget(long pool)
    {
        foreach (var (name, document) in kept)
        {
            if (document.Pool.Number == pool)
                kept.TryRemove(name, out _);
        }
    }

    /// <summary>Forgets all documents: the state was reset or restored.</summary>
    public void Clear() => kept.Clear();

    private async ValueTask<Document?> Find(string poolId, string name, CancellationToken stop)
    {
        if (name is not (JwksName or Configuration or Metadata) || await pools.FindCached(poolId, stop) is not { } pool
            || (name is Metadata && !PoolSwitch.OAuthMetadata.IsOn(pool)))
            return null;
        // A pool's chosen id can be used again after deletion: the number tells them apart.
        var shown = name is JwksName ? (await keys.Get(pool.Number, stop)).All : null;
        if (kept.TryGetValue((poolId, name), out var document) && (shown is null ? document.Pool == pool : document.Pool.Number == pool.Number && document.Keys == shown))
            return document;
        var bytes = shown is null ? ConfigurationDocument.Write(pool, issuer, await Domain(pool, stop)) : KeysDocument.Write(shown);
        if (kept.Count >= MostKept)
            kept.Clear();
        return kept[(poolId, name)] = new(pool, shown, bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
    }

    private async ValueTask<string?> Domain(UserPool pool, CancellationToken stop) => await domains.First(pool, stop) is { } domain ? addresses.Of(domain) : null;

    /// <param name="Pool">As it was read: any change of it or of its domains makes another object of it.</param>
    /// <param name="Keys">Those that it shows; null for the configuration.</param>
    private sealed record Document(UserPool Pool, IReadOnlyList<SigningKey>? Keys, byte[] Bytes, StringValues Tag);
}
