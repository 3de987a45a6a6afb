using System.Collections.Frozen;
using Postern.OAuth;
using Postern.UserPools.Possession;

namespace Postern;

/// <summary>Which endpoint serves a request to a pool's domain.</summary>
public sealed class DomainRoutes(DomainHosts hosts, IReadOnlyList<IDomainEndpoint> endpoints)
{
    private readonly FrozenDictionary<string, IDomainEndpoint> endpoints = endpoints
        .SelectMany(static endpoint => endpoint.Paths, static (endpoint, path) => (path, endpoint))
        .ToFrozenDictionary(static pair => pair.path, static pair => pair.endpoint, StringComparer.Ordinal);

    /// <summary>Serves the request where it is for a domain; false where it is not.</summary>
    public async ValueTask<bool> TryServe(HttpContext context)
    {
        if (await hosts.Find(context, endpoints.ContainsKey) is not { } request)
            return false;
        DomainHeaders.Write(request);
        if (!endpoints.TryGetValue(request.Path, out var endpoint) || !endpoint.IsServed(request.Pool))
            await Routes.Text(context, 404, "There is no such page.\n");
        else if (!HttpMethods.IsOptions(context.Request.Method))
            await endpoint.Serve(request);
        else if (endpoint.IsOpenToScripts)
            await Wire.Cors.Preflight(context, DPoPProofs.AreTaken(request.Pool));
        else
            await Routes.Text(context, 405, "This page is for browsers, not for scripts of other pages.\n");
        return true;
    }
}
