using Postern.Development;
using Postern.ManagedLogin.Theming;
using Postern.OAuth.Discovery;
using Postern.Wire;

namespace Postern;

/// <summary>Which part serves a request. <c>POST /</c> comes first and passes nothing else.</summary>
/// <param name="development">Null in production, where its paths do not exist.</param>
/// <param name="isReady">Whether the store answers.</param>
public sealed class Routes(
    JsonFrontDoor json, QueryFrontDoor query, OtherServices others, IssuerDocuments documents, DomainRoutes domains, ClassicLogos logos, DevelopmentEndpoints? development, InFlight inFlight,
    Func<CancellationToken, ValueTask<bool>> isReady)
{
    private const string WellKnown = "/.well-known/";
    private const string MetadataOfIssuer = WellKnown + IssuerDocuments.Metadata + "/";

    public async Task Serve(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "/";
        // Held by a reset, a request waits; the reset itself must not.
        if (development is not null && DevelopmentEndpoints.Has(path))
        {
            await development.Serve(context);
            return;
        }
        await inFlight.Enter();
        try
        {
            if (path.Length == 1)
                await ServeRoot(context);
            else if (!await domains.TryServe(context))
                await ServePath(context, path);
        }
        finally
        {
            inFlight.Leave();
        }
    }

    private Task ServeRoot(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsOptions(request.Method))
            return Cors.Preflight(context);
        if (HttpMethods.IsPost(request.Method))
            return request.HasFormContentType ? query.Serve(context) : json.Serve(context);
        return OtherServices.Name(request) is { } service
            ? others.Refuse(context, service)
            : Text(context, 200, "Postern speaks Amazon Cognito's API here: point your SDK or the AWS CLI at this address.\n");
    }

    private Task ServePath(HttpContext context, string path)
    {
        if (path is "/health" or "/_localstack/health" or "/_postern/health/live")
            return Health(context, "alive");
        if (path is "/_postern/health/ready")
            return Ready(context);
        if (HttpMethods.IsOptions(context.Request.Method))
            return Cors.Preflight(context);
        // RFC 8414, section 3.1: the well-known part stands before the issuer's path.
        if (path.StartsWith(MetadataOfIssuer, StringComparison.Ordinal))
            return documents.Serve(context, path[MetadataOfIssuer.Length..], IssuerDocuments.Metadata);
        var at = path.IndexOf(WellKnown, 1, StringComparison.Ordinal);
        if (at > 0 && path.IndexOf('/', 1) == at)
            return documents.Serve(context, path[1..at], path[(at + WellKnown.Length)..]);
        if (ClassicLogos.Has(path))
            return logos.Serve(context, path);
        if (OtherServices.Name(context.Request) is { } service)
            return others.Refuse(context, service);
        return Text(context, 404, $"Postern serves nothing at {(path.Length <= 200 ? path : path[..200])}\n");
    }

    private async Task Ready(HttpContext context)
    {
        if (await isReady(context.RequestAborted))
            await Health(context, "ready");
        else
            await Unready.NotReady(context);
    }

    internal static Task Health(HttpContext context, string status)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync($$"""{"status":"{{status}}"}""");
    }

    internal static Task Text(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text);
    }
}
