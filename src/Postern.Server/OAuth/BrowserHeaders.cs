namespace Postern.OAuth;

/// <summary>What the endpoints share that browsers are sent through by links and redirects.</summary>
/// <remarks>OAuth sheet, "CORS and headers": no script may read their answers, and no cache keep them.</remarks>
public static class BrowserHeaders
{
    /// <summary>Writes the headers of an answer; false where the method is not theirs, which is answered then.</summary>
    /// <param name="isPostTaken">Whether a form that was posted is served, too.</param>
    public static bool Begin(DomainRequest request, bool isPostTaken = false)
    {
        var (http, response) = (request.Context.Request, request.Context.Response);
        var headers = response.Headers;
        headers.CacheControl = "no-cache, no-store, max-age=0, must-revalidate";
        headers.Pragma = "no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        if (HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method) || isPostTaken)
            return true;
        response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        headers.Allow = "GET, HEAD";
        return false;
    }
}
