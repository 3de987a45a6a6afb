using System.Collections.Frozen;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.Possession;

namespace Postern;

/// <summary>Which endpoint serves a request to a pool's domain.</summary>
/// <param name="pages">Where a browser is told that something failed.</param>
public sealed class DomainRoutes(DomainHosts hosts, IReadOnlyList<IDomainEndpoint> endpoints, ISignInPages pages, ILogger logger)
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
            await Serve(endpoint, request);
        else if (endpoint.IsOpenToScripts)
            await Wire.Cors.Preflight(context, DPoPProofs.AreTaken(request.Pool));
        else
            await Routes.Text(context, 405, "This page is for browsers, not for scripts of other pages.\n");
        return true;
    }

    /// <summary>Where an endpoint fails, browsers get a page and scripts the JSON that all endpoints answer then, both with 500.</summary>
    private async Task Serve(IDomainEndpoint endpoint, DomainRequest request)
    {
        try
        {
            await endpoint.Serve(request);
        }
        // A request that can't be read is refused by the web server itself.
        catch (Exception failed) when (failed is not BadHttpRequestException && !request.Context.Response.HasStarted && !request.Stop.IsCancellationRequested)
        {
            if (failed is StorageException)
                logger.EndpointStorageFailed(request.Path, failed.Message);
            else
                logger.EndpointFailed(request.Path, failed);
            await (endpoint.IsOpenToScripts
                ? OAuthJson.Write(request, 500, static writer => writer.WriteString("error"u8, "server_error"u8))
                : pages.ShowFault(request, "Something went wrong", 500));
        }
    }
}
