using Microsoft.Extensions.Primitives;
using Postern.UserPools.Possession;

namespace Postern.OAuth;

/// <summary>The headers of the endpoints that scripts of any origin may call, beside those of every answer.</summary>
/// <remarks>OAuth sheet, "CORS and headers".</remarks>
public static class OAuthHeaders
{
    private static readonly StringValues anyOrigin = "*";
    private static readonly StringValues exposed = "DPoP-Nonce, WWW-Authenticate";
    private static readonly StringValues noCache = "no-cache, no-store, max-age=0, must-revalidate";

    public static void Write(DomainRequest request)
    {
        var headers = request.Context.Response.Headers;
        headers.AccessControlAllowOrigin = anyOrigin;
        headers.CacheControl = noCache;
        headers.Pragma = "no-cache";
        headers.Expires = "0";
        headers.XXSSProtection = "1; mode=block";
        headers.XFrameOptions = "DENY";
        headers.Server = "Server";
        if (DPoPProofs.AreTaken(request.Pool))
            headers.AccessControlExposeHeaders = exposed;
    }
}
