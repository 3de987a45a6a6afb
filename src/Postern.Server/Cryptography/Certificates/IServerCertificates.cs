using System.Net.Security;

namespace Postern.Cryptography.Certificates;

/// <summary>What a server shows to a client that asks for a name.</summary>
public interface IServerCertificates : IDisposable
{
    /// <summary>The certificate, its key and chain.</summary>
    /// <param name="serverName">What the client asked for (SNI, RFC 6066 §3); empty where it named nothing, as for an IP address.</param>
    SslStreamCertificateContext For(string serverName);
}
