using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Cryptography.Certificates;

namespace Postern.Tests.Cryptography.Certificates;

/// <summary>Which certificate is shown when.</summary>
public sealed class ServerCertificateTests : IDisposable
{
    private readonly StandingClock clock = new() { Now = DateTimeOffset.UtcNow };
    private readonly string folder = Directory.CreateTempSubdirectory("postern-certificates-").FullName;

    private string Chain => Path.Combine(folder, "chain.pem");

    private string Key => Path.Combine(folder, "key.pem");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_name_keeps_its_certificate_until_a_third_of_its_life_is_left()
    {
        using var certificates = Local();
        var first = Thumbprint(certificates.For("demo.auth.localhost"));
        clock.Now += TimeSpan.FromDays(59);
        Assert.Equal(first, Thumbprint(certificates.For("demo.auth.localhost")));
        clock.Now += TimeSpan.FromDays(2);
        var next = certificates.For("demo.auth.localhost").TargetCertificate;
        Assert.NotEqual(first, next.Thumbprint);
        Assert.True(next.NotAfter.ToUniversalTime() > clock.Now.AddDays(89).UtcDateTime);
    }

    [Fact]
    public void Names_written_otherwise_share_a_certificate_and_no_two_names_do()
    {
        using var certificates = Local();
        var demo = Thumbprint(certificates.For("demo.auth.localhost"));
        Assert.Equal(demo, Thumbprint(certificates.For("Demo.Auth.Localhost")));
        Assert.NotEqual(demo, Thumbprint(certificates.For("other.auth.localhost")));
        Assert.Equal(["demo.auth.localhost"], Names(certificates.For("demo.auth.localhost")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("login.example.org")]
    [InlineData("*.localhost")]
    [InlineData("no name")]
    public void Who_names_nothing_or_nothing_that_is_served_is_shown_localhost_and_the_addresses(string name)
    {
        using var certificates = Local("login.example.com", "10.0.2.2");
        var shown = certificates.For(name);
        Assert.Equal(["localhost"], Names(shown));
        var addresses = shown.TargetCertificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses();
        Assert.Equal(["127.0.0.1", "::1", "10.0.2.2"], addresses.Select(static address => address.ToString()));
    }

    [Fact]
    public void Only_so_many_names_are_kept()
    {
        using var certificates = Local();
        var first = Thumbprint(certificates.For("first.localhost"));
        for (var i = 0; i < LocalCertificates.Capacity; i++)
            certificates.For($"n{i}.localhost");
        Assert.NotEqual(first, Thumbprint(certificates.For("first.localhost")));
    }

    [Fact]
    public void A_new_file_is_taken_over_within_a_minute()
    {
        Write("id.example.com");
        using var file = new CertificateFile(Chain, Key, clock, NullLogger.Instance);
        Write("id.example.org");
        Assert.Equal(["id.example.com"], Names(file.For("")));
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(["id.example.org"], Names(file.For("")));
    }

    [Fact]
    public void A_new_file_that_is_of_no_use_leaves_the_one_before()
    {
        Write("id.example.com");
        using var file = new CertificateFile(Chain, Key, clock, NullLogger.Instance);
        File.WriteAllText(Chain, "half a cert");
        File.SetLastWriteTimeUtc(Chain, DateTime.UtcNow.AddSeconds(5));
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(["id.example.com"], Names(file.For("")));
        Write("id.example.org");
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(["id.example.org"], Names(file.For("")));
    }

    [Fact]
    public void Files_of_no_use_are_refused_at_start()
    {
        Assert.ThrowsAny<IOException>(() => new CertificateFile(Chain, Key, clock, NullLogger.Instance));
        Write("id.example.com");
        File.WriteAllText(Key, "no key");
        var refused = Assert.Throws<FormatException>(() => new CertificateFile(Chain, Key, clock, NullLogger.Instance));
        Assert.Contains(Key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_file_may_hold_certificate_chain_and_key()
    {
        Write("id.example.com");
        File.AppendAllText(Chain, File.ReadAllText(Key));
        using var file = new CertificateFile(Chain, Chain, clock, NullLogger.Instance);
        Assert.Equal(["id.example.com"], Names(file.For("")));
    }

    private LocalCertificates Local(params string[] names) => new(LocalAuthority.Create(names, clock.Now), names, clock, NullLogger.Instance);

    private int written;

    private void Write(string name)
    {
        using var authority = LocalAuthority.Create([name], DateTimeOffset.UtcNow);
        using var leaf = authority.Issue([name], DateTimeOffset.UtcNow);
        File.WriteAllText(Chain, leaf.ExportCertificatePem() + "\n" + authority.CertificatePem);
        File.WriteAllText(Key, leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
        // A file system's clock may stand still between two writes of a test.
        File.SetLastWriteTimeUtc(Chain, DateTime.UtcNow.AddSeconds(10 * ++written));
    }

    private static string Thumbprint(SslStreamCertificateContext context) => context.TargetCertificate.Thumbprint;

    private static IEnumerable<string> Names(SslStreamCertificateContext context) =>
        context.TargetCertificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames();
}
