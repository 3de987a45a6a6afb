using System.Net.Security;

namespace Postern.Cryptography.Certificates;

/// <summary>Certificates that development's authority issues as they are asked for: one a name, so that every pool's domain below localhost has its own.</summary>
/// <param name="authority">Disposed with this.</param>
/// <param name="names">What is served besides localhost: hosts, with all names below them, and addresses.</param>
/// <param name="time">Real time: what tests move is the server's clock, not that of the clients which look at a certificate.</param>
public sealed class LocalCertificates(LocalAuthority authority, IReadOnlyList<string> names, TimeProvider time, ILogger logger) : IServerCertificates
{
    /// <summary>How many names are kept at once; those asked for least recently go and are made anew.</summary>
    public const int Capacity = 256;

    /// <summary>A certificate is replaced when a third of its life is left.</summary>
    private static readonly TimeSpan freshFor = LocalAuthority.LeafLife * 2 / 3;

    private readonly BoundedCache<string, Leaf> leaves = new(Capacity);
    private readonly Lock issuing = new();

    /// <summary>A name that is not served gets the certificate of localhost: its client tells its user which names it found instead.</summary>
    public SslStreamCertificateContext For(string serverName)
    {
        var name = CertificateName.Normalize(serverName) ?? "";
        return Fresh(name) ?? Issue(name);
    }

    public void Dispose() => authority.Dispose();

    private SslStreamCertificateContext? Fresh(string name) => leaves.Find(name) is { } leaf && time.GetUtcNow() < leaf.ReplaceAt ? leaf.Context : null;

    private SslStreamCertificateContext Issue(string name)
    {
        lock (issuing)
        {
            if (Fresh(name) is { } other)
                return other;
            Leaf leaf;
            if (name.Length > 0 && !IsServed(name))
            {
                logger.NameNotServed(name);   // once while it is kept
                leaf = new(For(""), time.GetUtcNow() + freshFor);
            }
            else
            {
                var now = time.GetUtcNow();
                var certificate = authority.Issue(name.Length > 0 ? [name] : Unnamed(), now);
                // No intermediates to look for: the authority signs it, and clients have that.
                leaf = new(SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true), now + freshFor);
            }
            leaves.Set(name, leaf);
            return leaf.Context;
        }
    }

    private bool IsServed(string name) =>
        CertificateName.IsWithin(name, CertificateName.Local) || names.Any(served => CertificateName.IsWithin(name, served));

    /// <summary>For clients that name nothing: localhost, and all addresses, which are never named (RFC 6066 §3).</summary>
    private string[] Unnamed() =>
        [CertificateName.Local, "127.0.0.1", "::1", .. names.Where(static name => CertificateName.Address(name) is not null).Except(["127.0.0.1", "::1"])];

    private sealed record Leaf(SslStreamCertificateContext Context, DateTimeOffset ReplaceAt);
}
