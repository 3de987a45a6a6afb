using System.Net;
using Postern.Cryptography.Certificates;

namespace Postern.CommandLine;

/// <summary>Options that are lists of hosts or addresses.</summary>
internal static class AddressLists
{
    /// <summary>How long such a list may be.</summary>
    public const int Most = 100;

    private static readonly char[] separators = [',', ';', ' '];

    /// <summary>Hosts and addresses, each once.</summary>
    /// <exception cref="OptionException">One of them is neither, or there are too many.</exception>
    public static IReadOnlyList<string> Names(string option, string value) => [.. Parts(option, value)
        .Select(part => CertificateName.Normalize(part) ?? throw new OptionException($"--{option} takes names such as login.example.com and IP addresses, not '{part}'."))
        .Distinct(StringComparer.Ordinal)];

    /// <summary>Addresses, and ranges of them in CIDR notation.</summary>
    /// <exception cref="OptionException">One of them is neither, or there are too many.</exception>
    public static IReadOnlyList<IPNetwork> Networks(string option, string value) => [.. Parts(option, value).Select(part => Network(part)
        ?? throw new OptionException($"--{option} takes IP addresses and ranges such as 10.0.0.0/8, not '{part}'."))];

    private static IPNetwork? Network(string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal))
            return CertificateName.Address(text) is { } single ? Plain(new(single, single.GetAddressBytes().Length * 8)) : null;
        return IPNetwork.TryParse(text, out var range) && CertificateName.Address(text[..text.IndexOf('/', StringComparison.Ordinal)]) is not null ? Plain(range) : null;
    }

    // Peers are compared as what they are: an IPv4 address within IPv6 is an IPv4 address.
    private static IPNetwork Plain(IPNetwork range) => range is { BaseAddress.IsIPv4MappedToIPv6: true, PrefixLength: >= 96 }
        ? new(range.BaseAddress.MapToIPv4(), range.PrefixLength - 96)
        : range;

    private static string[] Parts(string option, string value) =>
        value.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is { Length: > 0 and <= Most } parts
            ? parts
            : throw new OptionException($"--{option} takes from one to {Most} entries, separated by commas.");
}
