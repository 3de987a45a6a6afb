using Postern.Contract;
using Postern.UserPools.Domains;
using Postern.UserPools.Pools;

namespace Postern.OAuth;

/// <summary>A request to a pool's domain.</summary>
/// <param name="context">The request and its answer.</param>
/// <param name="domain">Whose pages and endpoints it asks for.</param>
/// <param name="origin">Scheme, host and port as the browser sees them.</param>
/// <param name="prefix">What stands before the domain's own paths: empty, or <c>/_domains/{domain}</c>.</param>
/// <param name="path">The domain's own path, in lower case: paths are matched without case.</param>
public sealed class DomainRequest(HttpContext context, ServedDomain domain, string origin, string prefix, string path)
{
    public HttpContext Context { get; } = context;

    public ServedDomain Domain { get; } = domain;

    public UserPool Pool => Domain.Pool;

    /// <summary>What a flow's redirects, forms and links begin with: a flow stays at the base that it began with.</summary>
    public string Base { get; } = origin + prefix;

    public string Path { get; } = path;

    /// <summary>The path of cookies: pools that share an origin must not overwrite each other's.</summary>
    public string CookiePath { get; } = prefix.Length == 0 ? "/" : prefix;

    public bool IsSecure { get; } = origin.StartsWith("https:", StringComparison.Ordinal);

    /// <summary>The query as it was sent, with its question mark; empty where there is none.</summary>
    public string Query => Context.Request.QueryString.Value ?? "";

    /// <summary>Who is at the other end, for operations.</summary>
    public Caller Caller => new(
        Pool.Row.Account, Pool.Region, false, Context.Connection.RemoteIpAddress?.ToString(), Context.Request.Headers.UserAgent);

    /// <summary>Where a fault is told that no callback may hear.</summary>
    public string ErrorPage(string text, string? clientId) => $"{Base}/error?error={Uri.EscapeDataString(text)}&client_id={Uri.EscapeDataString(clientId ?? "")}";

    public CancellationToken Stop => Context.RequestAborted;
}

/// <summary>What answers at some paths of every domain.</summary>
public interface IDomainEndpoint
{
    /// <summary>In lower case.</summary>
    IReadOnlyList<string> Paths { get; }

    /// <summary>Whether scripts of any origin may call it: then preflight is answered.</summary>
    bool IsOpenToScripts => false;

    /// <summary>Whether a pool has it: what must be switched on is not there before.</summary>
    bool IsServed(UserPool pool) => true;

    Task Serve(DomainRequest request);
}
