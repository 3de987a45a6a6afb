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
    /// <param name="isOwn">Whether domains serve a path, in lower case.</param>
    public ValueTask<DomainRequest?> Find(HttpContext context, Func<string, bool> isOwn)
    {
        var path = context.Request.Path.Value ?? "/";
        if (servesPaths && path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', PathPrefix.Length);
            var name = end < 0 ? path[PathPrefix.Length..] : path[PathPrefix.Length..end];
            return Find(context, name, isPath: true, end < 0 ? "/" : path[end..]);
        }
        return Name(context.Request.Host.Host.TrimEnd('.'), path, isOwn) is { } domain ? Find(context, domain, isPath: false, path) : default;
    }

    private string? Name(string host, string path, Func<string, bool> isOwn)
    {
        if (host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            return DomainNames.IsCustom(host[..^suffix.Length]) ? null : host[..^suffix.Length];
        // A name that is not known may be another one of this server's: its documents are not worth a look into the store each time.
        return !host.Contains('.', StringComparison.Ordinal) || string.Equals(host, publicHost, StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _)
            || !isOwn(path.ToLowerInvariant())
            ? null
            : host;
    }

    private async ValueTask<DomainRequest?> Find(HttpContext context, string name, bool isPath, string path)
    {
        if (await domains.Served(name.ToLowerInvariant(), context.RequestAborted) is not { } domain)
            return null;
        // The domain's own spelling: cookies are kept by it, letter by letter.
        var prefix = isPath ? PathPrefix + domain.Name : "";
        return new(context, domain, $"{context.Request.Scheme}://{context.Request.Host.Value}", prefix, path.ToLowerInvariant());
    }
}
