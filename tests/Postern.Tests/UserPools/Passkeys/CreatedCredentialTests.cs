using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Passkeys;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>What a browser hands over after registration is taken where all of it is right, and refused by name where one thing is not.</summary>
public class CreatedCredentialTests
{
    private const string Origin = "https://example.com";
    private const string Malformed = "Credential data is not valid";

    private static readonly RelyingParty Party = new("example.com", AllowsLocalHttp: false);

    [Theory]
    [InlineData(SoftwareAuthenticator.Es256, Voucher.None)]
    [InlineData(SoftwareAuthenticator.Es256, Voucher.Self)]
    [InlineData(SoftwareAuthenticator.Es256, Voucher.Certificate)]
    [InlineData(SoftwareAuthenticator.Rs256, Voucher.None)]
    [InlineData(SoftwareAuthenticator.Rs256, Voucher.Self)]
    [InlineData(SoftwareAuthenticator.Rs256, Voucher.Certificate)]
    [InlineData(SoftwareAuthenticator.EdDsa, Voucher.None)]
    [InlineData(SoftwareAuthenticator.EdDsa, Voucher.Self)]
    [InlineData(SoftwareAuthenticator.EdDsa, Voucher.Certificate)]
    internal void Each_algorithm_is_taken_with_each_attestation(int algorithm, Voucher voucher)
    {
        using var authenticator = new SoftwareAuthenticator(algorithm);
        var options = Options();
        var created = Read(authenticator.Register(options, Origin, voucher));
        Assert.Equal(algorithm, created.Check(Party, mustVerify: true).Algorithm);
        Assert.True(created.Client.Answers(Base64Url.DecodeFromChars((string)options["challenge"]!)));
        Assert.Equal(authenticator.Id, created.Id);
        Assert.Equal(["internal", "hybrid"], created.Transports);
    }

    [Fact]
    public void Extensions_an_id_of_the_greatest_length_and_the_maker_s_model_are_no_hindrance()
    {
        var model = Guid.NewGuid();
        using var authenticator = new SoftwareAuthenticator { Id = RandomNumberGenerator.GetBytes(1023) };
        var created = Read(authenticator.Register(Options(), Origin, Voucher.Certificate, ceremony =>
        {
            ceremony.Model = model;
            ceremony.ModelOfCertificate = model;
            ceremony.Extensions = [0xa1, 0x61, (byte)'a', 0x01];
        }));
        created.Check(Party, mustVerify: true);
        Assert.Equal(model, created.Credential.Authenticator);
    }

    [Fact]
    public void The_user_has_to_be_there_and_verified_only_where_the_pool_says_so()
    {
        using var authenticator = new SoftwareAuthenticator();
        var absent = Read(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Flags = 0x44));
        Assert.Equal(Malformed, Assert.Throws<InvalidParameterException>(() => absent.Check(Party, mustVerify: false)).Message);
        var unverified = Read(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Flags = 0x41));
        unverified.Check(Party, mustVerify: false);
        Assert.Throws<WebAuthnCredentialNotSupportedException>(() => unverified.Check(Party, mustVerify: true));
    }

    [Fact]
    public void A_foreign_page_frame_or_relying_party_is_refused_by_name()
    {
        using var authenticator = new SoftwareAuthenticator();
        Refused<WebAuthnOriginNotAllowedException>(authenticator.Register(Options(), "https://evil.org"));
        Refused<WebAuthnOriginNotAllowedException>(authenticator.Register(Options(), "http://localhost:3000"));
        Refused<WebAuthnOriginNotAllowedException>(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.IsEmbedded = true));
        Refused<WebAuthnRelyingPartyMismatchException>(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.RelyingPartyId = "evil.org"));
    }

    [Fact]
    public void Unknown_algorithms_attestations_and_transports_are_not_supported()
    {
        using var authenticator = new SoftwareAuthenticator();
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var point = curve.ExportParameters(false).Q;
        Refused<WebAuthnCredentialNotSupportedException>(authenticator.Register(Options(), Origin, change: ceremony =>
            ceremony.Key = SoftwareAuthenticator.Map((1, 2), (3, -35), (-1, 2), (-2, point.X!), (-3, point.Y!))));
        foreach (var format in (string[])["fido-u2f", "tpm", "apple", "android-key", "android-safetynet", "compound", "x"])
            Refused<WebAuthnCredentialNotSupportedException>(authenticator.Register(Options(), Origin, change: ceremony => ceremony.Format = format));
        Refused<WebAuthnCredentialNotSupportedException>(With(authenticator, static credential => credential["response"]!["transports"] = new JsonArray("carrier-pigeon")));
        Refused<WebAuthnCredentialNotSupportedException>(With(authenticator, static credential => credential["authenticatorAttachment"] = "glued"));
    }

    [Fact]
    public void A_certificate_that_is_not_as_the_specification_wants_it_is_not_supported()
    {
        using var authenticator = new SoftwareAuthenticator();
        Action<Ceremony>[] faults =
        [
            static ceremony => ceremony.Subject = "C=SE, O=Postern, OU=Something else, CN=Test",
            static ceremony => ceremony.Subject = "O=Postern, OU=Authenticator Attestation, CN=Test",
            static ceremony => ceremony.Subject = "C=SE, OU=Authenticator Attestation, CN=Test",
            static ceremony => ceremony.Subject = "C=SE, O=Postern, OU=Authenticator Attestation",
            static ceremony => ceremony.IsAuthority = true,
            static ceremony => ceremony.ModelOfCertificate = Guid.NewGuid(),
            static ceremony => ceremony.StatementAlgorithm = -257,
            static ceremony => ceremony.StatementAlgorithm = -36,
        ];
        foreach (var fault in faults)
            Refused<WebAuthnCredentialNotSupportedException>(authenticator.Register(Options(), Origin, Voucher.Certificate, fault));
    }

    [Fact]
    public void A_statement_that_does_not_hold_is_no_credential_data()
    {
        using var authenticator = new SoftwareAuthenticator();
        foreach (var voucher in (Voucher[])[Voucher.Self, Voucher.Certificate])
        {
            AssertMalformed(authenticator.Register(Options(), Origin, voucher, static ceremony => ceremony.AfterSigning = static signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)]));
            AssertMalformed(authenticator.Register(Options(), Origin, voucher, static ceremony => ceremony.AfterSigning = static _ => [0]));
            AssertMalformed(authenticator.Register(Options(), Origin, voucher, static ceremony => ceremony.Format = "none"));
        }
        AssertMalformed(authenticator.Register(Options(), Origin, Voucher.Self, static ceremony => ceremony.StatementAlgorithm = -257));
        AssertMalformed(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Format = "packed"));
    }

    [Fact]
    public void Whatever_is_missing_or_of_another_form_is_no_credential_data()
    {
        using var authenticator = new SoftwareAuthenticator();
        Action<JsonObject>[] faults =
        [
            static credential => credential.Remove("id"),
            static credential => credential["id"] = "AAAA",
            static credential => credential["rawId"] = "AAAA",
            static credential => credential["id"] = "not base64url!",
            static credential => credential["id"] = 7,
            static credential => credential.Remove("type"),
            static credential => credential["type"] = "password",
            static credential => credential.Remove("response"),
            static credential => credential["response"] = "text",
            static credential => credential["response"]!.AsObject().Remove("clientDataJSON"),
            static credential => credential["response"]!.AsObject().Remove("attestationObject"),
            static credential => credential["response"]!.AsObject().Remove("transports"),
            static credential => credential["response"]!["transports"] = "internal",
            static credential => credential["response"]!["transports"] = new JsonArray(1),
            static credential => credential["response"]!["transports"] = new JsonArray([.. Enumerable.Repeat("usb", 100).Select(static one => (JsonNode)one)]),
            static credential => credential["response"]!["clientDataJSON"] = Base64Url.EncodeToString("[]"u8),
            static credential => credential["response"]!["clientDataJSON"] = Base64Url.EncodeToString("nonsense"u8),
            static credential => credential["response"]!["clientDataJSON"] = Base64Url.EncodeToString("""{"type":"webauthn.create","type":"x"}"""u8),
            static credential => credential["response"]!["clientDataJSON"] = Base64Url.EncodeToString("""{"type":"webauthn.create"}"""u8),
            static credential => credential["response"]!["clientDataJSON"] = Base64Url.EncodeToString([0x7b, 0x22, 0xff, 0x22, 0x7d]),
            static credential => credential["response"]!["attestationObject"] = Base64Url.EncodeToString([0xa0]),
            static credential => credential["response"]!["attestationObject"] = "",
        ];
        for (var i = 0; i < faults.Length; i++)
        {
            var credential = authenticator.Register(Options(), Origin);
            faults[i](credential);
            var error = Assert.Throws<InvalidParameterException>(() => Read(credential));
            Assert.True(error.Message == Malformed, $"fault {i}: {error.Message}");
        }
        foreach (var text in (string[])["null", "[]", "7", "\"text\"", "{}"])
            Assert.Throws<InvalidParameterException>(() => CreatedCredential.Read(JsonDocument.Parse(text).RootElement));
    }

    [Fact]
    public void An_answer_to_sign_in_is_no_registration()
    {
        using var authenticator = new SoftwareAuthenticator();
        AssertMalformed(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Type = "webauthn.get"));
        AssertMalformed(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Flags = 0x05));
        AssertMalformed(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Flags = 0x55));
        AssertMalformed(authenticator.Register(Options(), Origin, change: static ceremony => ceremony.Extensions = [0x01]));
    }

    [Fact]
    public void Whichever_byte_of_an_attested_credential_is_changed_it_is_not_taken()
    {
        using var authenticator = new SoftwareAuthenticator(SoftwareAuthenticator.EdDsa);
        var good = authenticator.Register(Options(), Origin, Voucher.Self);
        foreach (var member in (string[])["clientDataJSON", "attestationObject"])
        {
            var bytes = Base64Url.DecodeFromChars((string)good["response"]![member]!);
            Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample((at, mask) =>
            {
                var changed = bytes.ToArray();
                changed[at] ^= mask;
                var credential = good.DeepClone().AsObject();
                credential["response"]![member] = Base64Url.EncodeToString(changed);
                Assert.ThrowsAny<ServiceException>(() => Read(credential).Check(Party, mustVerify: true));
            }, iter: 300, threads: 1);
        }
    }

    [Fact]
    public void No_bytes_at_all_make_it_fail_otherwise()
    {
        using var authenticator = new SoftwareAuthenticator();
        var good = authenticator.Register(Options(), Origin, Voucher.Certificate);
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            var credential = good.DeepClone().AsObject();
            credential["response"]!["attestationObject"] = Base64Url.EncodeToString(bytes);
            Assert.ThrowsAny<ServiceException>(() => Read(credential).Check(Party, mustVerify: false));
        }, iter: 300, threads: 1);
    }

    private static JsonObject With(SoftwareAuthenticator authenticator, Action<JsonObject> change)
    {
        var credential = authenticator.Register(Options(), Origin);
        change(credential);
        return credential;
    }

    private static void Refused<TException>(JsonObject credential)
        where TException : ServiceException => Assert.Throws<TException>(() => Read(credential).Check(Party, mustVerify: true));

    private static void AssertMalformed(JsonObject credential) =>
        Assert.Equal(Malformed, Assert.Throws<InvalidParameterException>(() => Read(credential).Check(Party, mustVerify: true)).Message);

    private static CreatedCredential Read(JsonObject credential)
    {
        using var document = JsonDocument.Parse(credential.ToJsonString());
        return CreatedCredential.Read(document.RootElement);
    }

    private static JsonObject Options() => new()
    {
        ["challenge"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
        ["rp"] = new JsonObject { ["id"] = Party.Id },
        ["user"] = new JsonObject { ["id"] = Base64Url.EncodeToString("user"u8) },
    };
}
