using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Postern.Cryptography.Certificates;

/// <summary>A certificate from files, as certbot, a secret of Kubernetes or mkcert leaves them. A new one is taken over within a minute; one
/// that can't be read leaves the one before in use.</summary>
public sealed class CertificateFile : IServerCertificates
{
    private static readonly TimeSpan lookEvery = TimeSpan.FromMinutes(1);

    private readonly string chainFile;
    private readonly string keyFile;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock looking = new();
    private volatile SslStreamCertificateContext context;
    private (DateTime, DateTime) written;
    private long lookedAt;

    /// <param name="chainFile">PEM: the certificate, then those between it and the root.</param>
    /// <param name="keyFile">PEM: its key without a password; may be the same file.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    /// <exception cref="FormatException">There is no certificate in the one or no key for it in the other.</exception>
    public CertificateFile(string chainFile, string keyFile, TimeProvider time, ILogger logger)
    {
        this.chainFile = chainFile;
        this.keyFile = keyFile;
        this.time = time;
        this.logger = logger;
        written = Written();
        lookedAt = time.GetTimestamp();
        context = Load();
    }

    public SslStreamCertificateContext For(string serverName)
    {
        if (time.GetElapsedTime(Interlocked.Read(ref lookedAt)) >= lookEvery)
            Look();
        return context;
    }

    public void Dispose() => context.TargetCertificate.Dispose();

    private void Look()
    {
        lock (looking)
        {
            if (time.GetElapsedTime(lookedAt) < lookEvery)
                return;
            Interlocked.Exchange(ref lookedAt, time.GetTimestamp());
            try
            {
                var now = Written();
                if (now == written)
                    return;
                context = Load();
                written = now;
                logger.CertificateTaken(chainFile, context.TargetCertificate.NotAfter);
            }
            catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or FormatException)
            {
                logger.CertificateNotTaken(chainFile, unusable.Message);
            }
        }
    }

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(chainFile), File.GetLastWriteTimeUtc(keyFile));

    private SslStreamCertificateContext Load()
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(chainFile);
            var certificate = X509Certificate2.CreateFromPemFile(chainFile, keyFile);
            if (OperatingSystem.IsWindows())
            {
                // Windows' TLS takes no key that lives in this process alone (unverified here: built and tested on Linux).
                using (certificate)
                    return SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null), chain, offline: true);
            }
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (CryptographicException malformed)
        {
            throw new FormatException($"{chainFile} and {keyFile} hold no certificate with its key, both as PEM and the key without a password: {malformed.Message}", malformed);
        }
    }
}
