using Postern.Contract.UserPools;

namespace Postern.UserPools.Clients;

/// <summary>What may be a callback or sign-out URL.</summary>
/// <remarks>Operations sheet, CreateUserPoolClient: absolute, without a fragment; https, http to a loopback name, or an app's own scheme.
/// The texts for a fragment and for http are as public
/// deployments report them, the others unverified against the service.</remarks>
internal static class RedirectUrls
{
    private static readonly string[] DangerousSchemes = ["javascript", "data", "vbscript", "file", "blob", "about"];

    /// <exception cref="InvalidParameterException">One is no such URL.</exception>
    public static void Check(IReadOnlyList<string> urls)
    {
        foreach (var url in urls)
        {
            if (Problem(url) is { } problem)
                throw new InvalidParameterException($"{url} {problem}");
        }
    }

    private static string? Problem(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !Uri.CheckSchemeName(url[..colon]) || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return "is not a valid url.";
        if (url.Contains('#', StringComparison.Ordinal))
            return "cannot use fragment";
        if (DangerousSchemes.Contains(uri.Scheme))
            return $"cannot use the {uri.Scheme} scheme.";
        var isWeb = uri.Scheme is "http" or "https";
        if (isWeb && (uri.Host.Length == 0 || !url.AsSpan(colon).StartsWith("://", StringComparison.Ordinal)))
            return "is not a valid url.";
        return uri.Scheme is "http" && uri.Host is not ("localhost" or "127.0.0.1" or "[::1]") ? "cannot use the HTTP protocol." : null;
    }
}
