using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CsCheck;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Passkeys;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>A passkey's answer at sign-in: right in all respects, or refused.</summary>
public class UsedCredentialTests
{
    private const string Origin = "https://app.example.com";

    private static readonly RelyingParty Party = new("example.com", AllowsLocalHttp: false);

    private readonly byte[] challenge = RandomNumberGenerator.GetBytes(32);
    private readonly Guid sub = Guid.NewGuid();

    [Theory]
    [InlineData(SoftwareAuthenticator.Es256)]
    [InlineData(SoftwareAuthenticator.Rs256)]
    [InlineData(SoftwareAuthenticator.EdDsa)]
    public void Each_algorithm_signs_in_with_and_without_a_user_handle(int algorithm)
    {
        using var authenticator = new SoftwareAuthenticator(algorithm);
        var passkey = Known(authenticator);
        Assert.Null(Check(passkey, authenticator.Use(Options(), Origin)));
        Assert.Null(Check(passkey, authenticator.Use(Options(), Origin, ceremony => ceremony.UserHandle = UsedCredential.Handle(sub))));
        Assert.Null(Check(passkey, authenticator.Use(Options(), Origin, static ceremony => ceremony.Extensions = [0xa0])));
    }

    [Fact]
    public void Whatever_is_wrong_is_refused_for_its_own_reason()
    {
        using var authenticator = new SoftwareAuthenticator();
        using var other = new SoftwareAuthenticator { Id = authenticator.Id };
        (Refusal Reason, JsonObject Credential)[] wrong =
        [
            (Refusal.Challenge, authenticator.Use(Options(), Origin, static ceremony => ceremony.Challenge = Base64Url.EncodeToString(new byte[32]))),
            (Refusal.Challenge, authenticator.Use(Options(), Origin, static ceremony => ceremony.Challenge = "")),
            (Refusal.Challenge, authenticator.Use(Options(), Origin, static ceremony => ceremony.Challenge = ceremony.Challenge[..20])),
            (Refusal.Challenge, authenticator.Use(Options(), Origin, static ceremony => ceremony.Type = "webauthn.create")),
            (Refusal.Origin, authenticator.Use(Options(), "https://evil.org")),
            (Refusal.Origin, authenticator.Use(Options(), "http://app.example.com")),
            (Refusal.Origin, authenticator.Use(Options(), Origin, static ceremony => ceremony.IsEmbedded = true)),
            (Refusal.RelyingParty, authenticator.Use(Options(), Origin, static ceremony => ceremony.RelyingPartyId = "evil.org")),
            (Refusal.User, authenticator.Use(Options(), Origin, static ceremony => ceremony.UserHandle = UsedCredential.Handle(Guid.NewGuid()))),
            (Refusal.UserAbsent, authenticator.Use(Options(), Origin, static ceremony => ceremony.Flags = 0x04)),
            (Refusal.UserUnverified, authenticator.Use(Options(), Origin, static ceremony => ceremony.Flags = 0x01)),
            (Refusal.BackedUp, authenticator.Use(Options(), Origin, static ceremony => ceremony.Flags = 0x0d)),
            (Refusal.Signature, authenticator.Use(Options(), Origin, static ceremony => ceremony.AfterSigning = static signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)])),
            (Refusal.Signature, other.Use(Options(), Origin)),
        ];
        foreach (var (reason, credential) in wrong)
            Assert.Equal(reason, Check(Known(authenticator), credential));
        Assert.Equal(Refusal.RelyingParty, Check(Known(authenticator) with { RelyingPartyId = "old.example.com" }, authenticator.Use(Options(), Origin)));
    }

    [Fact]
    public void An_unverified_user_is_enough_where_verification_is_only_preferred()
    {
        using var authenticator = new SoftwareAuthenticator();
        var used = UsedCredential.Read(authenticator.Use(Options(), Origin, static ceremony => ceremony.Flags = 0x01).ToJsonString());
        Assert.Null(used.Check(Known(authenticator), sub, challenge, Party, mustVerify: false));
        Assert.False(used.Data.Has(AuthenticatorFlags.UserVerified));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(5, 6, true)]
    [InlineData(5, 1000, true)]
    [InlineData(uint.MaxValue - 1, uint.MaxValue, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 4, false)]
    [InlineData(5, 0, false)]
    [InlineData(uint.MaxValue, 1, false)]
    public void A_counter_has_to_grow_unless_the_authenticator_never_counts(uint before, uint now, bool isTaken)
    {
        using var authenticator = new SoftwareAuthenticator();
        var passkey = Known(authenticator) with { Counter = before };
        Assert.Equal(isTaken ? null : Refusal.Counter, Check(passkey, authenticator.Use(Options(), Origin, ceremony => ceremony.Counter = now)));
    }

    [Fact]
    public void What_is_no_answer_of_a_passkey_is_no_credential_data()
    {
        using var authenticator = new SoftwareAuthenticator();
        Action<JsonObject>[] faults =
        [
            static credential => credential.Remove("id"),
            static credential => credential["rawId"] = "AAAA",
            static credential => credential["type"] = "x",
            static credential => credential.Remove("response"),
            static credential => credential["response"]!.AsObject().Remove("signature"),
            static credential => credential["response"]!["signature"] = "",
            static credential => credential["response"]!["signature"] = "=",
            static credential => credential["response"]!.AsObject().Remove("authenticatorData"),
            static credential => credential["response"]!["authenticatorData"] = "AAAA",
            static credential => credential["response"]!.AsObject().Remove("clientDataJSON"),
        ];
        foreach (var fault in faults)
        {
            var credential = authenticator.Use(Options(), Origin);
            fault(credential);
            Assert.Equal("Credential data is not valid", Assert.Throws<InvalidParameterException>(() => UsedCredential.Read(credential.ToJsonString())).Message);
        }
        foreach (var text in (string[])["", "x", "null", "[]", "{}", "\"\"", new string('[', 10_000), new string(' ', 100_000), """{"id":"AAAA","id":"AAAA"}"""])
            Assert.Throws<InvalidParameterException>(() => UsedCredential.Read(text));
    }

    [Fact]
    public void Whichever_byte_of_an_answer_is_changed_it_is_refused()
    {
        foreach (var algorithm in (int[])[SoftwareAuthenticator.Es256, SoftwareAuthenticator.EdDsa])
        {
            using var authenticator = new SoftwareAuthenticator(algorithm);
            var passkey = Known(authenticator);
            var good = authenticator.Use(Options(), Origin);
            foreach (var member in (string[])["clientDataJSON", "authenticatorData", "signature"])
            {
                var bytes = Base64Url.DecodeFromChars((string)good["response"]![member]!);
                Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample((at, mask) =>
                {
                    var changed = bytes.ToArray();
                    changed[at] ^= mask;
                    var credential = good.DeepClone().AsObject();
                    credential["response"]![member] = Base64Url.EncodeToString(changed);
                    try
                    {
                        Assert.NotNull(Check(passkey, credential));
                    }
                    catch (ServiceException)
                    {
                        // Not even of the form.
                    }
                }, iter: 200, threads: 1);
            }
        }
    }

    [Fact]
    public void A_stored_passkey_reads_back_as_it_was()
    {
        using var authenticator = new SoftwareAuthenticator();
        foreach (var passkey in (Passkey[])[Known(authenticator), Known(authenticator) with { Attachment = null, Transports = [], Counter = uint.MaxValue, MayBeBackedUp = true, IsBackedUp = true }])
        {
            var read = Passkey.Read(new(1, sub, Postern.Storage.UserPartKind.Passkey, passkey.Id, default, default, null, default, passkey.ToData(), 1));
            Assert.Equal(passkey.ToData(), read.ToData());
            Assert.Equal((passkey.Id, passkey.Name, passkey.Counter, passkey.Authenticator), (read.Id, read.Name, read.Counter, read.Authenticator));
        }
    }

    private Refusal? Check(Passkey passkey, JsonObject credential) =>
        UsedCredential.Read(credential.ToJsonString()).Check(passkey, sub, challenge, Party, mustVerify: true);

    private static Passkey Known(SoftwareAuthenticator authenticator) => new(
        authenticator.IdText, Party.Id, "Passkey", "platform", ["internal"], authenticator.PublicKey(), 1, Guid.NewGuid(), false, false);

    private JsonObject Options() => new() { ["challenge"] = Base64Url.EncodeToString(challenge), ["rpId"] = Party.Id };
}
