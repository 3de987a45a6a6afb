using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Postern.Cryptography.Certificates;

/// <summary>A certificate authority of this machine's own, which its developer trusts once so that https works as it will in production.</summary>
/// <remarks>
/// Who has the key of a trusted authority can pose as every site to that developer, so ours is worth little to a thief: a critical constraint
/// (RFC 5280 §4.2.1.10) limits it to <c>localhost</c> with all names below it, to the loopback addresses, and to what was asked for by name, and it
/// may sign for servers alone. OpenSSL (curl, Python, Node, .NET on Linux), NSS, Go and Chromium hold a trusted root to its constraints; where a
/// client does not, nothing fails, and the key is protected by its file mode alone, as is usual for such tools.
/// A custom domain (<c>login.example.com</c> in /etc/hosts) is not served unasked, since that would take an authority without limits:
/// <c>--https-names</c> names it, and an authority for it and for what was there before takes the old one's place, to be trusted anew. Projects
/// that need no such name, most of them, never pay for it.
/// </remarks>
public sealed class LocalAuthority : IDisposable
{
    /// <summary>How long an authority is good for: ten years.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(3650);

    /// <summary>How long an issued certificate is good for, unless the authority ends before: 90 days.</summary>
    public static readonly TimeSpan LeafLife = TimeSpan.FromDays(90);

    /// <summary>What is issued counts from an hour ago: clocks of machines, containers and phones differ.</summary>
    private static readonly TimeSpan skew = TimeSpan.FromHours(1);

    private static readonly Oid serverAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly X509Certificate2 certificate;

    private LocalAuthority(X509Certificate2 certificate, IReadOnlyList<string> names)
    {
        this.certificate = certificate;
        Names = names;
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>What it may vouch for besides localhost, as <see cref="CertificateName.Normalize"/> gives names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What clients trust: the certificate without its key.</summary>
    public string CertificatePem { get; }

    /// <summary>SHA-256 of the certificate, as browsers and <c>openssl x509 -fingerprint</c> show it.</summary>
    public string Fingerprint => string.Join(':', SHA256.HashData(certificate.RawData).Select(static octet => octet.ToString("X2", null)));

    public DateTimeOffset Ends => certificate.NotAfter;

    /// <param name="names">Besides localhost; as <see cref="CertificateName.Normalize"/> gives them.</param>
    public static LocalAuthority Create(IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The subject differs from authority to authority: stores that hold an older one must not take it for this one.
        var subject = $"CN=Postern development authority {RandomNumberGenerator.GetHexString(8, lowercase: true)}, O=Postern";
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([serverAuthentication], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.Permit(names));
        return new(request.CreateSelfSigned(now - skew, now + Life), names);
    }

    /// <summary>Reads what <see cref="ExportWithKey"/> wrote.</summary>
    /// <exception cref="FormatException">It is no authority with its key.</exception>
    public static LocalAuthority Read(string pem)
    {
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem, pem);
            if (NameConstraints.Read(certificate) is { } names)
                return new(certificate, names);
        }
        catch (Exception malformed) when (malformed is CryptographicException or AsnContentException)
        {
            certificate?.Dispose();
            throw new FormatException("It does not hold a certificate authority and its key.", malformed);
        }
        certificate.Dispose();
        throw new FormatException("The authority that it holds is not limited to names.");
    }

    /// <summary>The certificate and its key, for a file that nobody else reads.</summary>
    public string ExportWithKey()
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{CertificatePem}{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Whether it may vouch for all of these.</summary>
    public bool Covers(IEnumerable<string> names) => names.All(name => Names.Any(known => CertificateName.IsWithin(name, known)));

    /// <summary>A certificate for these names, with a new P-256 key.</summary>
    /// <param name="names">At least one.</param>
    public X509Certificate2 Issue(IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Postern in development, O=Postern", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (CertificateName.Address(name) is { } address)
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([serverAuthentication], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        var begins = now - skew < certificate.NotBefore ? certificate.NotBefore : now - skew;
        var ends = now + LeafLife > certificate.NotAfter ? certificate.NotAfter : now + LeafLife;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);   // positive, and as long as it looks
        using var issued = request.Create(certificate, begins, ends, serial);
        var withKey = issued.CopyWithPrivateKey(key);
        if (!OperatingSystem.IsWindows())
            return withKey;
        // Windows' TLS takes no key that lives in this process alone (unverified here: built and tested on Linux).
        using (withKey)
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => certificate.Dispose();
}
