using System.Collections.Frozen;
using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>Style sheets and scripts of the pages, from the program itself.</summary>
public sealed class AssetEndpoint : IDomainEndpoint
{
    private const string Prefix = "/assets/";

    private static readonly FrozenDictionary<string, string> types = new Dictionary<string, string>
    {
        ["managed-login.css"] = "text/css; charset=utf-8",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, byte[]> files = types.Keys.ToFrozenDictionary(static name => Prefix + name, Read);

    public IReadOnlyList<string> Paths => [.. files.Keys];

    public async Task Serve(DomainRequest request)
    {
        var response = request.Context.Response;
        var bytes = files[request.Path];
        response.ContentType = types[request.Path[Prefix.Length..]];
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "public, max-age=3600";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(bytes, request.Stop);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetEndpoint).Assembly.GetManifestResourceStream("Assets." + name) ?? throw new InvalidOperationException($"No asset {name}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
