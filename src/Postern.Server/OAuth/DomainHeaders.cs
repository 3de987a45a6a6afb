using System.Net;

namespace Postern.OAuth;

/// <summary>The headers of every answer of a domain: pages and redirects as well as JSON.</summary>
/// <remarks>OAuth sheet, "CORS and headers".</remarks>
public static class DomainHeaders
{
    public static void Write(DomainRequest request)
    {
        var headers = request.Context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["x-amz-cognito-request-id"] = Guid.NewGuid().ToString();
        if (request.IsSecure && !IsOfThisMachine(request.Context.Request.Host.Host))
            headers.StrictTransportSecurity = "max-age=31536000 ; includeSubDomains";
    }

    // A browser that was told so at localhost would refuse plain HTTP at every port of it, those of other programs included.
    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);
}
