using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;

namespace Postern.Samples.AspNetOidc;

/// <summary>What development over plain HTTP on one machine needs, and nothing else does.</summary>
internal static class ThisMachine
{
    public static void IsEnough(OpenIdConnectOptions options)
    {
        options.RequireHttpsMetadata = false;
        // Browsers keep cookies with SameSite=None over https alone. The callback is a plain link here: Lax is enough.
        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // The pool's domain is a name below "localhost". Such names are this machine's (RFC 6761), but not every resolver knows it.
        options.BackchannelHttpHandler = new SocketsHttpHandler { ConnectCallback = Connect };
    }

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? "localhost" : host, port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
