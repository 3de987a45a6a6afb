namespace Postern.Wire;

/// <summary>Preflight for SDKs in a browser, answered as the service does.</summary>
public static class Cors
{
    private const string Allowed =
        "x-amz-target, x-amz-user-agent, content-type, cache-control, authorization, amz-sdk-invocation-id, amz-sdk-request, x-amz-date, x-amz-security-token, x-amz-content-sha256";

    /// <param name="takesProofs">Whether scripts may send the header <c>DPoP</c> (RFC 9449); they are told so where they ask.</param>
    public static Task Preflight(HttpContext context, bool takesProofs = true)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        var asked = context.Request.Headers.AccessControlRequestHeaders.ToString();
        headers.AccessControlAllowHeaders = takesProofs && asked.Split(',', StringSplitOptions.TrimEntries).Contains("dpop", StringComparer.OrdinalIgnoreCase)
            ? Allowed + ", dpop"
            : Allowed;
        headers.AccessControlExposeHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
        headers.AccessControlMaxAge = "172800";
        context.Response.StatusCode = 200;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
