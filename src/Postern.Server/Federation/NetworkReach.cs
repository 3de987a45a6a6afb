using System.Net;
using System.Net.Sockets;

namespace Postern.Federation;

/// <summary>How far into networks an address may lead that this server calls because somebody named it.</summary>
public enum NetworkReach
{
    /// <summary>The internet alone: for addresses that anybody may name.</summary>
    Public,

    /// <summary>Networks of the operator as well, but neither this machine nor its link, where clouds answer with credentials: for addresses
    /// that administrators name.</summary>
    Network,

    /// <summary>This machine as well: development.</summary>
    Anywhere,
}

/// <summary>Which addresses are within a reach. They are judged when a connection is made: a name may lead elsewhere the next time.</summary>
public static class NetworkReaches
{
    private static readonly IPNetwork[] always =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("224.0.0.0/3"),
    ];

    private static readonly IPNetwork[] inside =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("198.18.0.0/15"),
    ];

    // 2002::/16 and 2001::/32 hold addresses of IPv4 that would have to be judged once more.
    private static readonly IPNetwork[] tunnels = [IPNetwork.Parse("2001::/32"), IPNetwork.Parse("2002::/16")];

    private static readonly IPNetwork global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork local = IPNetwork.Parse("fc00::/7");

    public static bool Holds(this NetworkReach reach, IPAddress address)
    {
        if (reach is NetworkReach.Anywhere)
            return true;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily is AddressFamily.InterNetwork)
            return !always.Any(network => network.Contains(address)) && (reach is NetworkReach.Network || !inside.Any(network => network.Contains(address)));
        return (global.Contains(address) && !tunnels.Any(network => network.Contains(address))) || (reach is NetworkReach.Network && local.Contains(address));
    }
}
