namespace Postern.Wire;

/// <summary>Where a client sent its request, as a browser writes an origin (RFC 6454 §6.2): behind proxies that are trusted, what they were asked
/// for. It is what the client says, and no more: nothing that is signed or sent to others may be built on it.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">Lower case, with the port unless it is the scheme's own; empty where the request named none.</param>
public readonly record struct RequestOrigin(string Scheme, string Host)
{
    /// <summary>The origin of a request that <see cref="TrustedProxies"/> went over.</summary>
    public static RequestOrigin Of(HttpContext context)
    {
        var request = context.Request;
        var host = request.Host;
        return new(request.Scheme, (host.Port == (request.IsHttps ? 443 : 80) ? host.Host : host.Value ?? "").ToLowerInvariant());
    }

    public override string ToString() => $"{Scheme}://{Host}";
}
