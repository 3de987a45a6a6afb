using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Postern.CommandLine;

namespace Postern;

/// <summary>Where a server listens.</summary>
internal static class ListenAddresses
{
    private static readonly char[] separators = [';', ','];

    /// <param name="https">What <c>--https-urls</c> is served with; null where it is not given.</param>
    /// <exception cref="OptionException">An address is none, or one that development may not listen on.</exception>
    public static void Listen(KestrelServerOptions kestrel, ServerOptions options, Https? https)
    {
        var urls = Each(options.Urls);
        if (urls.Length == 0 && https is null)
            throw new OptionException("There is nothing to listen on: --urls is empty.");
        foreach (var text in urls)
            Listen(kestrel, Parse(text, "http", "--urls", "http://localhost:9229"), options, static _ => { });
        if (https is not null)
            ListenWithTls(kestrel, options, https);
    }

    /// <summary>The bound address as people call it: the first of this scheme, without a slash at the end; null where there is none.</summary>
    public static string? First(IEnumerable<string> bound, string scheme) => bound.FirstOrDefault(address => address.StartsWith(scheme + ':', StringComparison.Ordinal)) is { } first
        ? first.Replace("://127.0.0.1:", "://localhost:", StringComparison.Ordinal).Replace("://[::1]:", "://localhost:", StringComparison.Ordinal)
            .Replace("://0.0.0.0:", "://localhost:", StringComparison.Ordinal).Replace("://[::]:", "://localhost:", StringComparison.Ordinal).TrimEnd('/')
        : null;

    private static string[] Each(string texts) => texts.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // Apart, so that a server without it compiles none of it.
    private static void ListenWithTls(KestrelServerOptions kestrel, ServerOptions options, Https https)
    {
        var loggers = kestrel.ApplicationServices.GetRequiredService<ILoggerFactory>();
        foreach (var text in Each(options.HttpsUrls!))
            Listen(kestrel, Parse(text, "https", "--https-urls", "https://localhost:9230"), options, address => https.Use(address, loggers));
    }

    private static void Listen(KestrelServerOptions kestrel, (IPAddress Address, int Port, bool IsLocal) place, ServerOptions options, Action<ListenOptions> configure)
    {
        if (options.Mode is ServerMode.Development && !options.AllowRemoteDev && !IPAddress.IsLoopback(place.Address))
            throw new OptionException(
                $"Development mode does not listen on {place.Address}: anyone who reaches it could read every code and move the clock. "
                + "Use localhost, or say --allow-remote-dev (POSTERN_ALLOW_REMOTE_DEV=on) where the network is yours, as in a container.");
        if (place.IsLocal && place.Port != 0)
            kestrel.ListenLocalhost(place.Port, configure);
        else
            kestrel.Listen(place.Address, place.Port, configure);
    }

    private static (IPAddress Address, int Port, bool IsLocal) Parse(string text, string scheme, string option, string example)
    {
        if (!Uri.TryCreate(text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var url) || url.Scheme != scheme)
            throw new OptionException($"{option} takes addresses such as {example}, not '{text}'.");
        var host = url.Host.Trim('[', ']');
        if (host is "localhost")
            return (IPAddress.Loopback, url.Port, true);
        return IPAddress.TryParse(host, out var address) ? (address, url.Port, false)
            : throw new OptionException($"{option} takes localhost or an IP address, not the name '{host}'.");
    }
}
