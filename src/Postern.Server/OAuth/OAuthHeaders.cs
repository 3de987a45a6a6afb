using System.Net;
using Microsoft.Extensions.Primitives;
using Postern.UserPools.Possession;

namespace Postern.OAuth;

/// <summary>The headers of the endpoints that scripts of any origin may call.</summary>
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
        headers.XContentTypeOptions = "nosniff";
        headers.XXSSProtection = "1; mode=block";
        headers.XFrameOptions = "DENY";
        headers.Server = "Server";
        if (DPoPProofs.AreTaken(request.Pool))
            headers.AccessControlExposeHeaders = exposed;
        headers["x-amz-cognito-request-id"] = Guid.NewGuid().ToString();
        if (request.IsSecure && !IsOfThisMachine(request.Context.Request.Host.Host))
            headers.StrictTransportSecurity = "max-age=31536000 ; includeSubDomains";
    }

    // A browser that was told so at localhost would refuse plain HTTP at every port of it, those of other programs included.
    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);
}
