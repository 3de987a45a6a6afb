namespace Postern.Wire;

/// <summary>Preflight for SDKs in a browser, answered as the service does.</summary>
public static class Cors
{
    public static Task Preflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders =
            "x-amz-target, x-amz-user-agent, content-type, cache-control, authorization, amz-sdk-invocation-id, amz-sdk-request, x-amz-date, x-amz-security-token, x-amz-content-sha256";
        headers.AccessControlExposeHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
        headers.AccessControlMaxAge = "172800";
        context.Response.StatusCode = 200;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
