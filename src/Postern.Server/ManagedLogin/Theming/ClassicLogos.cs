using System.Security.Cryptography;
using Postern.UserPools.Branding;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.Theming;

/// <summary>Serves the logos of classic pages where GetUICustomization tells them (<c>ImageUrl</c>), at the server's own host:
/// <c>/{userPoolId}/{clientId|ALL}/{CSSVersion}/assets/images/image.jpg</c>.</summary>
public sealed class ClassicLogos(Pools pools, UICustomizations customizations)
{
    private const string End = "/assets/images/image.jpg";

    /// <summary>Whether a path is a logo's.</summary>
    public static bool Has(string path) =>
        path.Length > End.Length && path.EndsWith(End, StringComparison.Ordinal) && Parts(path) is { Length: 3 } parts && parts.All(ThemeAddresses.IsName);

    public async Task Serve(HttpContext context, string path)
    {
        if (!AssetAnswer.IsRead(context))
            return;
        var (poolId, owner, version) = Parts(path) is [var first, var second, var third] ? (first, second, third) : default;
        var stop = context.RequestAborted;
        var logo = await pools.FindCached(poolId, stop) is { } pool ? await customizations.Logo(pool, owner, version, stop) : null;
        // A customization that was removed and set again within a second has the address of the one before.
        await ImageAnswer.Write(context, logo, logo is null ? "" : Convert.ToHexStringLower(SHA256.HashData(logo.Bytes.Span)), isForGood: false);
    }

    private static string[] Parts(string path) => path[1..^End.Length].Split('/');
}
