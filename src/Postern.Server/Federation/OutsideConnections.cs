using System.Net;
using System.Net.Sockets;

namespace Postern.Federation;

/// <summary>Connections to addresses that somebody named, within a reach. No redirect is followed, no cookie kept, no proxy used: what is called is
/// what was judged.</summary>
public static class OutsideConnections
{
    /// <summary>Of an answer that nobody reads, in bytes: beyond it the connection is given up.</summary>
    private const int LongestUnread = 16 * 1024;

    public static SocketsHttpHandler Handler(NetworkReach reach) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxConnectionsPerServer = 4,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = LongestUnread,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = (context, stop) => Connect(reach, context, stop),
    };

    private static async ValueTask<Stream> Connect(NetworkReach reach, SocketsHttpConnectionContext context, CancellationToken stop)
    {
        IPAddress[] found;
        try
        {
            found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, stop);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            throw new HttpRequestException("The host is not known.", unknown);
        }
        var reachable = Array.FindAll(found, address => reach.Holds(address));
        if (reachable.Length == 0)
            throw new HttpRequestException("The host is out of reach.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw new HttpRequestException("The host does not answer.", refused);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
