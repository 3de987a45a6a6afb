using System.Net;
using Postern.UserPools.Domains;

namespace Postern.OAuth;

/// <summary>Which pool's domain a request is for: by the name <c>{prefix}.auth.{host of the public address}</c>, by a custom host name, or at
/// the server's own host by the path <c>/_domains/{domain}/…</c>.</summary>
/// <param name="publicHost">Below it prefix domains live, after <c>.auth.</c>.</param>
/// <param name="servesPaths">Whether the path form is served: pools share an origin there.</param>
public sealed class DomainHosts(PoolDomains domains, string publicHost, bool servesPaths)
{
    private const string PathPrefix = "/_domains/";

    private readonly string suffix = ".auth." + publicHost;

    /// <summary>The request as the domain's; null where it is not for one.</summary>
    public ValueTask<DomainRequest?> Find(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (servesPaths && path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', PathPrefix.Length);
            var name = end < 0 ? path[PathPrefix.Length..] : path[PathPrefix.Length..end];
            return Find(context, name, PathPrefix + name, end < 0 ? "/" : path[end..]);
        }
        return Name(context.Request.Host.Host) is { } domain ? Find(context, domain, "", path) : default;
    }

    private string? Name(string host)
    {
        if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            return host[..^suffix.Length];
        return !host.Contains('.', StringComparison.Ordinal) || string.Equals(host, publicHost, StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _)
            ? null
            : host;
    }

    private async ValueTask<DomainRequest?> Find(HttpContext context, string name, string prefix, string path)
    {
        if (await domains.Served(name.ToLowerInvariant(), context.RequestAborted) is not { } domain)
            return null;
        return new(context, domain, $"{context.Request.Scheme}://{context.Request.Host.Value}", prefix, path.ToLowerInvariant());
    }
}
