using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Postern.Cryptography.Certificates;

namespace Postern.Tests.Cryptography.Certificates;

public sealed class LocalAuthorityTests
{
    private static readonly DateTimeOffset now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("demo.auth.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.200.3.4", true)]
    [InlineData("::1", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("notlocalhost", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("::2", false)]
    public void What_its_key_signs_is_believed_for_this_machine_alone(string name, bool isBelieved)
    {
        using var authority = LocalAuthority.Create([], now);
        using var leaf = authority.Issue([name], now);
        Assert.Equal(isBelieved, IsBelieved(authority, leaf, out var status));
        if (!isBelieved)
            Assert.Contains(status, static flag => flag is X509ChainStatusFlags.HasNotPermittedNameConstraint or X509ChainStatusFlags.HasExcludedNameConstraint or X509ChainStatusFlags.InvalidNameConstraints);
    }

    [Theory]
    [InlineData("login.example.com", true)]
    [InlineData("a.login.example.com", true)]
    [InlineData("example.com", false)]
    [InlineData("10.0.2.2", true)]
    [InlineData("10.0.2.3", false)]
    [InlineData("2001:db8::7", true)]
    [InlineData("2001:db8::8", false)]
    [InlineData("localhost", true)]
    public void It_is_believed_for_what_was_asked_for_as_well(string name, bool isBelieved)
    {
        using var authority = LocalAuthority.Create(["login.example.com", "10.0.2.2", "2001:db8::7"], now);
        using var leaf = authority.Issue([name], now);
        Assert.Equal(isBelieved, IsBelieved(authority, leaf, out _));
    }

    [Fact]
    public void It_lives_ten_years_and_a_certificate_ninety_days()
    {
        using var authority = LocalAuthority.Create([], now);
        using var leaf = authority.Issue(["localhost"], now);
        Assert.InRange(authority.Ends, now.AddDays(3650).AddSeconds(-2), now.AddDays(3650));
        Assert.InRange(leaf.NotAfter.ToUniversalTime(), now.AddDays(90).AddSeconds(-2).UtcDateTime, now.AddDays(90).UtcDateTime);
        Assert.Equal("1.2.840.10045.3.1.7", leaf.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void A_certificate_ends_no_later_than_the_authority()
    {
        using var authority = LocalAuthority.Create([], now.AddDays(-3600));
        using var leaf = authority.Issue(["localhost"], now);
        Assert.Equal(authority.Ends, new DateTimeOffset(leaf.NotAfter));
        Assert.True(IsBelieved(authority, leaf, out _));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        using var made = LocalAuthority.Create(["login.example.com", "10.0.2.2", "2001:db8::7"], now);
        using var read = LocalAuthority.Read(made.ExportWithKey());
        Assert.Equal(made.Fingerprint, read.Fingerprint);
        Assert.Equal(["login.example.com", "10.0.2.2", "2001:db8::7"], read.Names);
        using var leaf = read.Issue(["login.example.com"], now);
        Assert.True(IsBelieved(made, leaf, out _));
    }

    [Fact]
    public void What_clients_get_holds_no_key()
    {
        using var authority = LocalAuthority.Create([], now);
        Assert.DoesNotContain("PRIVATE", authority.CertificatePem, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => LocalAuthority.Read(authority.CertificatePem));
        Assert.Throws<FormatException>(() => LocalAuthority.Read("nothing"));
    }

    [Fact]
    public void An_authority_without_limits_is_not_taken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=unlimited", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        using var unlimited = request.CreateSelfSigned(now, now.AddDays(1));
        Assert.Throws<FormatException>(() => LocalAuthority.Read(unlimited.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()));
    }

    [Theory]
    [InlineData("LOGIN.Example.com.", "login.example.com")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("2001:DB8:0::7", "2001:db8::7")]
    [InlineData("my_container", "my_container")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("127.1", null)]
    [InlineData("010.0.0.1", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("Bücher.example", "xn--bcher-kva.example")]
    [InlineData("bü..example", null)]
    [InlineData("*.example.com", null)]
    [InlineData("a..b", null)]
    [InlineData("-a.example", null)]
    [InlineData("a b", null)]
    [InlineData(".", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_name_has_one_form(string? text, string? form) => Assert.Equal(form, CertificateName.Normalize(text));

    [Fact]
    public void A_name_is_no_longer_than_names_are()
    {
        var label = new string('a', 63);
        Assert.NotNull(CertificateName.Normalize($"{label}.{label}.{label}.{label[..61]}"));
        Assert.Null(CertificateName.Normalize($"{label}.{label}.{label}.{label[..62]}"));
        Assert.Null(CertificateName.Normalize(label + "a.example"));
    }

    private static bool IsBelieved(LocalAuthority authority, X509Certificate2 leaf, out IReadOnlyList<X509ChainStatusFlags> status)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority.CertificatePem);
        chain.ChainPolicy.ApplicationPolicy.Add(new("1.3.6.1.5.5.7.3.1"));
        var isBelieved = chain.Build(leaf);
        status = [.. chain.ChainStatus.Select(static entry => entry.Status)];
        return isBelieved;
    }
}
