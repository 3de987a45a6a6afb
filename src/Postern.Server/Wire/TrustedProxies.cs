using System.Buffers;
using System.Net;
using Microsoft.Extensions.Primitives;

namespace Postern.Wire;

/// <summary>Gives a request that came through proxies the address of its client, and the scheme and host that the client asked for: afterwards
/// <c>Connection.RemoteIpAddress</c>, <c>Request.Scheme</c> and <c>Request.Host</c> tell them, whoever reads them.</summary>
/// <remarks>
/// Only a peer among the trusted is believed; from anyone else the headers are passed over, since anyone can send them. Of
/// <c>X-Forwarded-For</c> the entries count from the right, which is where each proxy adds its own peer: the first one that is no trusted proxy is
/// the client, and what is left of it is hearsay. An entry that is no address ends the walk at the last one that was.
/// <c>X-Forwarded-Proto</c> and <c>-Host</c> are taken where that proxy would have written them, or at their left end where proxies replace rather
/// than add; what is no scheme or host of HTTP is passed over. A trusted proxy must set or remove all three.
/// <c>Forwarded</c> (RFC 7239) is not read: a proxy that writes one kind of header passes the other kind on as its client sent it, and
/// believing whichever is there would believe that client.
/// </remarks>
public sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    /// <summary>How many proxies a request may have come through; entries further left are not read.</summary>
    public const int MostHops = 16;

    private static readonly SearchValues<char> addressCharacters = SearchValues.Create("0123456789abcdefABCDEF.:");

    private const int LongestEntry = 300;   // a host of 253 characters with its port

    /// <summary>Changes the request where its peer is trusted; to be done before anything reads it. The peer is an IPv4 address where it is one.</summary>
    public void Apply(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } peer)
            return;
        // A socket of both families shows IPv4 peers within IPv6.
        if (peer.IsIPv4MappedToIPv6)
            context.Connection.RemoteIpAddress = peer = peer.MapToIPv4();
        if (networks.Count > 0 && IsTrusted(peer))
            Believe(context, peer);
    }

    private void Believe(HttpContext context, IPAddress peer)
    {
        var headers = context.Request.Headers;
        var (client, hops) = Walk(peer, headers["X-Forwarded-For"]);
        context.Connection.RemoteIpAddress = client;
        if (Entry(headers["X-Forwarded-Proto"], hops)?.ToLowerInvariant() is ("http" or "https") and var scheme)
            context.Request.Scheme = scheme;
        if (Entry(headers["X-Forwarded-Host"], hops) is { } host && IsHost(host))
            context.Request.Host = WithoutDefaultPort(new(host), context.Request.IsHttps);
    }

    /// <summary>The client, and how many trusted proxies said where their request came from (at least one).</summary>
    private (IPAddress Client, int Hops) Walk(IPAddress peer, StringValues chain)
    {
        var client = peer;
        var hops = 0;
        foreach (var entry in FromRight(chain))
        {
            if (hops == MostHops || !IsTrusted(client) || Address(entry) is not { } address)
                break;
            client = address;
            hops++;
        }
        return (client, Math.Max(hops, 1));
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
                return true;
        }
        return false;
    }

    /// <summary>The entry so many from the right, or the leftmost where there are fewer.</summary>
    private static string? Entry(StringValues list, int fromRight) => FromRight(list).Take(fromRight).LastOrDefault();

    /// <summary>The entries of a list, be it one header or several. What is too long to be one is empty, and so malformed.</summary>
    private static IEnumerable<string> FromRight(StringValues lines)
    {
        for (var line = lines.Count - 1; line >= 0; line--)
        {
            var text = lines[line] ?? "";
            for (var end = text.Length; end >= 0;)
            {
                var comma = end == 0 ? -1 : text.LastIndexOf(',', end - 1);
                var entry = text.AsSpan(comma + 1, end - comma - 1).Trim(" \t");
                yield return entry.Length <= LongestEntry ? entry.ToString() : "";
                end = comma;
            }
        }
    }

    /// <summary>An address with or without a port, as proxies write it; null for a name, <c>unknown</c>, and forms that are read in several ways.</summary>
    private static IPAddress? Address(string entry)
    {
        var text = entry;
        if (entry.StartsWith('['))
        {
            var close = entry.IndexOf(']', StringComparison.Ordinal);
            if (close < 0 || !(close == entry.Length - 1 || (entry[close + 1] == ':' && IsPort(entry.AsSpan(close + 2)))))
                return null;
            text = entry[1..close];
            if (!text.Contains(':', StringComparison.Ordinal))
                return null;
        }
        else if (entry.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon == entry.LastIndexOf(':'))
        {
            if (!IsPort(entry.AsSpan(colon + 1)))
                return null;
            text = entry[..colon];
        }
        // Only what is printed as it was written: 010.1 and 127.1 are addresses to some readers and other ones to others.
        if (text.AsSpan().ContainsAnyExcept(addressCharacters) || !IPAddress.TryParse(text, out var address))
            return null;
        return text.Contains(':', StringComparison.Ordinal) || address.ToString() == text ? Plain(address) : null;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsHost(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? colon : text.Length;
        if (end == 0 || (end < text.Length && (text[end] != ':' || !IsPort(text.AsSpan(end + 1)))))
            return false;
        var host = text[..end];
        return host[0] == '[' ? Address(host) is not null
            : host.Length <= 253 && host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
    }

    // As browsers write it: origins are compared.
    private static HostString WithoutDefaultPort(HostString host, bool isHttps) => host.Port == (isHttps ? 443 : 80) ? new(host.Host) : host;

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 5 && !text.ContainsAnyExceptInRange('0', '9') && int.Parse(text, provider: null) is > 0 and <= 65535;
}
