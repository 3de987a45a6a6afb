using Postern.Wire;

namespace Postern;

/// <summary>Answers while the database has not been reached yet: alive, not ready, and to calls an error that SDKs try again after.</summary>
internal static class Unready
{
    private static readonly Answer answer = new();

    public static Task Serve(HttpContext context)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
            return Cors.Preflight(context);
        return context.Request.Path.Value switch
        {
            "/" when HttpMethods.IsPost(context.Request.Method) => answer.Write(context.Response, WireException.Internal()),
            "/health" or "/_localstack/health" or "/_postern/health/live" => Routes.Health(context, "alive"),
            _ => NotReady(context),
        };
    }

    public static Task NotReady(HttpContext context) => Routes.Text(context, 503, "not ready: the database does not answer\n");
}
