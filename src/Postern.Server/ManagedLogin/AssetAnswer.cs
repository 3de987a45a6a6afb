using Microsoft.Net.Http.Headers;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Sends a style sheet or script: compressed as the browser likes it, and for good under the address of its version.</summary>
internal static class AssetAnswer
{
    /// <param name="otherwise">How long it may be kept under an address that does not hold its version in <c>v</c>.</param>
    public static async Task Write(DomainRequest request, Asset asset, string otherwise)
    {
        var (http, response) = (request.Context.Request, request.Context.Response);
        var (encoding, bytes) = Encoding(http, asset);
        var tag = $"\"{asset.Version}-{encoding ?? "plain"}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = http.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : otherwise;
        response.Headers.XContentTypeOptions = "nosniff";
        if (IsKnown(http, tag))
        {
            response.StatusCode = 304;
            return;
        }
        response.ContentType = asset.Type;
        response.ContentLength = bytes.Length;
        if (encoding is not null)
            response.Headers.ContentEncoding = encoding;
        if (HttpMethods.IsGet(http.Method))
            await response.Body.WriteAsync(bytes, request.Stop);
    }

    /// <summary>Whether the method only reads; any other is refused.</summary>
    public static bool IsRead(HttpContext context)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return true;
        context.Response.StatusCode = 405;
        context.Response.Headers.Allow = "GET, HEAD";
        return false;
    }

    /// <summary>Whether the browser has what a tag stands for.</summary>
    public static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.Any(known => known is "*" || known?.Contains(tag, StringComparison.Ordinal) is true);

    private static (string? Name, byte[] Bytes) Encoding(HttpRequest request, Asset asset)
    {
        var accepted = StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var list) ? list : [];
        if (Accepts(accepted, "br"))
            return ("br", asset.Brotli);
        return Accepts(accepted, "gzip") ? ("gzip", asset.Gzip) : (null, asset.Plain);
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string name) =>
        accepted.Any(one => one.Value.Equals(name, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
}
