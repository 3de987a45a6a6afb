using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Postern.CommandLine;
using Postern.Cryptography.Certificates;

namespace Postern;

/// <summary>What addresses of <c>--https-urls</c> are served with. A server without them never comes here, and loads nothing of TLS.</summary>
internal sealed class Https : IDisposable
{
    private readonly Func<ILogger, IServerCertificates> open;
    private IServerCertificates? certificates;

    private Https(Func<ILogger, IServerCertificates> open, string? authorityFile)
    {
        this.open = open;
        AuthorityFile = authorityFile;
    }

    /// <summary>What clients trust; null where certificates come from elsewhere.</summary>
    public string? AuthorityFile { get; }

    /// <exception cref="OptionException">A setting is of no use.</exception>
    /// <exception cref="IOException">The authority can't be read or made.</exception>
    /// <exception cref="FormatException">A file holds something else than it should.</exception>
    public static async Task<Https> Open(ServerOptions options, CancellationToken stop)
    {
        if (options.HttpsCertificate is { } chain)
            return new(logger => new CertificateFile(chain, options.HttpsKey ?? chain, TimeProvider.System, logger), authorityFile: null);
        if (options.HttpsKey is not null)
            throw new OptionException("--https-key stands beside --https-certificate.");
        if (options.Mode is ServerMode.Production)
            throw new OptionException("Production makes no certificates: give one by --https-certificate FILE, or leave TLS to a proxy and name it by --trusted-proxies.");
        var folder = options.HttpsAuthority ?? DataFolder.Default();
        var authority = await AuthorityFolder.Open(folder, options.HttpsNames, TimeProvider.System, stop);
        return new(logger => new LocalCertificates(authority, options.HttpsNames, TimeProvider.System, logger), AuthorityFolder.CertificatePath(folder));
    }

    /// <summary>Serves an address with TLS, HTTP/2 for clients that offer it included.</summary>
    public void Use(ListenOptions address, ILoggerFactory loggers)
    {
        var serving = certificates ??= open(loggers.CreateLogger("Postern"));
        address.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = connection => new(new SslServerAuthenticationOptions { ServerCertificateContext = serving.For(connection.ClientHelloInfo.ServerName) }),
        });
    }

    public void Dispose() => certificates?.Dispose();
}
