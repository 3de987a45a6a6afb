using Microsoft.Net.Http.Headers;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Serves <see cref="Assets"/>: for good under the address of their version, for an hour under any other.</summary>
public sealed class AssetEndpoint : IDomainEndpoint
{
    private const string Prefix = "/assets/";

    public IReadOnlyList<string> Paths { get; } = [.. Assets.Names.Select(static name => Prefix + name)];

    public async Task Serve(DomainRequest request)
    {
        var (http, response) = (request.Context.Request, request.Context.Response);
        if (!HttpMethods.IsGet(http.Method) && !HttpMethods.IsHead(http.Method))
        {
            response.StatusCode = 405;
            response.Headers.Allow = "GET, HEAD";
            return;
        }
        var asset = Assets.Find(request.Path[Prefix.Length..]);
        var (encoding, bytes) = Encoding(http, asset);
        var tag = $"\"{asset.Version}-{encoding ?? "plain"}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers.CacheControl = http.Query["v"] == asset.Version ? "public, max-age=31536000, immutable" : "public, max-age=3600";
        response.Headers.XContentTypeOptions = "nosniff";
        if (http.Headers.IfNoneMatch.Any(known => known is "*" || known?.Contains(tag, StringComparison.Ordinal) is true))
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
