using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Passkeys;

public class PasskeyRegistrationTests(TestServer server)
{
    [Fact]
    public async Task The_options_are_those_of_the_service_as_a_document()
    {
        var pool = await PasskeyPool.Create(server);
        var (name, token) = await pool.AddUser();
        var sub = (await pool.Pool.OwnAttributes(token))["sub"];
        var options = await pool.Start(token);
        Assert.Equal(43, ((string)options["challenge"]!).Length);
        options["challenge"] = "…";
        AssertJson($$$"""
            {"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"preferred"},"challenge":"…","excludeCredentials":[],
             "pubKeyCredParams":[{"alg":-7,"type":"public-key"},{"alg":-257,"type":"public-key"},{"alg":-8,"type":"public-key"}],
             "rp":{"id":"example.com","name":"example.com"},"timeout":60000,
             "user":{"displayName":"{{{name}}}","id":"{{{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(sub))}}}","name":"{{{name}}}"}}
            """, options);
    }

    [Fact]
    public async Task Options_name_the_user_by_an_address_where_the_pool_makes_usernames_and_what_the_pool_wants_of_authenticators()
    {
        var pool = await PasskeyPool.Create(server, new() { ["UserVerification"] = "required" }, more: new() { ["UsernameAttributes"] = new JsonArray("email") });
        var address = Address(NewName());
        await pool.Pool.AddUser(address);
        var options = await pool.Start(await pool.Pool.AccessToken(address));
        Assert.Equal((address, address), ((string)options["user"]!["name"]!, (string)options["user"]!["displayName"]!));
        Assert.Equal("required", (string)options["authenticatorSelection"]!["userVerification"]!);
    }

    [Theory]
    [InlineData(SoftwareAuthenticator.Es256, Voucher.None)]
    [InlineData(SoftwareAuthenticator.Rs256, Voucher.Self)]
    [InlineData(SoftwareAuthenticator.EdDsa, Voucher.Certificate)]
    internal async Task A_passkey_is_made_listed_and_deleted(int algorithm, Voucher voucher)
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        Assert.Empty(await pool.List(token));
        using var authenticator = new SoftwareAuthenticator(algorithm);
        Assert.Empty(await pool.Complete(token, authenticator.Register(await pool.Start(token), pool.Origin, voucher)));

        var listed = Assert.Single(await pool.List(token))!.AsObject();
        Assert.InRange((double)listed["CreatedAt"]!, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds());
        listed.Remove("CreatedAt");
        AssertJson($$"""
            {"CredentialId":"{{authenticator.IdText}}","FriendlyCredentialName":"Passkey on a device","RelyingPartyId":"example.com",
             "AuthenticatorAttachment":"platform","AuthenticatorTransports":["internal","hybrid"]}
            """, listed);
        var again = await pool.Start(token);
        AssertJson($$"""[{"id":"{{authenticator.IdText}}","type":"public-key"}]""", again["excludeCredentials"]!);

        Assert.Empty(await pool.Pool.Holder("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = authenticator.IdText }));
        Assert.Empty(await pool.List(token));
        var error = await pool.Pool.HolderFails("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = authenticator.IdText });
        Assert.Equal("ResourceNotFoundException", error.Type);
    }

    [Fact]
    public async Task A_known_maker_gives_the_passkey_its_name()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator, static ceremony => ceremony.Model = new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"));
        Assert.Equal("iCloud Keychain", (string)Assert.Single(await pool.List(token))!["FriendlyCredentialName"]!);
    }

    [Fact]
    public async Task Without_the_factor_in_the_pool_s_policy_passkeys_are_not_enabled()
    {
        var pool = await Pool.Create(server);
        var token = await pool.AccessToken(await pool.AddUser());
        Assert.Equal("WebAuthnNotEnabledException", (await pool.HolderFails("StartWebAuthnRegistration", token)).Type);
        Assert.Equal("WebAuthnNotEnabledException", (await pool.HolderFails("CompleteWebAuthnRegistration", token, new() { ["Credential"] = new JsonObject() })).Type);
    }

    [Fact]
    public async Task The_relying_party_is_the_configured_one_else_the_custom_domain_else_the_prefix_else_there_is_none()
    {
        var pool = await PasskeyPool.Create(server, isConfigured: false);
        var (_, token) = await pool.AddUser();
        Assert.Equal("WebAuthnConfigurationMissingException", (await pool.Pool.HolderFails("StartWebAuthnRegistration", token)).Type);
        var prefix = NewName("p");
        await pool.Pool.Api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = prefix });
        Assert.Equal($"{prefix}.auth.{new Uri(server.PublicUrl).Host}", await Party());
        await pool.Pool.Api.Call("CreateUserPoolDomain", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["Domain"] = $"login.{prefix}.example",
            ["CustomDomainConfig"] = new JsonObject { ["CertificateArn"] = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012" },
        });
        Assert.Equal($"login.{prefix}.example", await Party());
        await pool.Configure(new() { ["RelyingPartyId"] = "example.org" });
        Assert.Equal("example.org", await Party());

        async Task<string> Party() => (string)(await pool.Start(token))["rp"]!["id"]!;
    }

    [Fact]
    public async Task A_page_without_TLS_on_this_machine_makes_a_passkey_for_the_prefix_domain_in_development()
    {
        var pool = await PasskeyPool.Create(server, isConfigured: false);
        var prefix = NewName("p");
        await pool.Pool.Api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = prefix });
        await pool.Configure(new() { ["RelyingPartyId"] = $"{prefix}.auth.localhost" });
        var (_, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await pool.Complete(token, authenticator.Register(await pool.Start(token), $"http://{prefix}.auth.localhost:9229"));
        Assert.Single(await pool.List(token));
    }

    [Fact]
    public async Task A_challenge_that_is_none_of_the_user_s_or_was_used_or_replaced_is_not_found()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        var (_, otherToken) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        using var second = new SoftwareAuthenticator();
        var foreign = authenticator.Register(await pool.Start(otherToken), pool.Origin);
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, foreign)).Type);

        var replaced = await pool.Start(token);
        var options = await pool.Start(token);
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, authenticator.Register(replaced, pool.Origin))).Type);
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, authenticator.Register(options, pool.Origin, change: static ceremony => ceremony.Challenge = ""))).Type);
        await pool.Complete(token, authenticator.Register(options, pool.Origin));
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, second.Register(options, pool.Origin))).Type);
        Assert.Single(await pool.List(token));
    }

    [Fact]
    public async Task A_challenge_lives_three_minutes()
    {
        await using var own = await TestServer.Own();
        var pool = await PasskeyPool.Create(own);
        var (_, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        using var late = new SoftwareAuthenticator();
        var options = await pool.Start(token);
        await own.Advance("PT2M59S");
        await pool.Complete(token, authenticator.Register(options, pool.Origin));
        var expired = await pool.Start(token);
        await own.Advance("PT3M");
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, late.Register(expired, pool.Origin))).Type);
    }

    [Fact]
    public async Task Another_client_s_registration_is_not_completed_here()
    {
        var pool = await PasskeyPool.Create(server);
        var (name, token) = await pool.AddUser();
        var (client, _) = await pool.Pool.AddClient();
        var tokens = await pool.Pool.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = client,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name, ["PASSWORD"] = Pool.Password },
        }, sign: false);
        var otherToken = (string)tokens["AuthenticationResult"]!["AccessToken"]!;
        using var authenticator = new SoftwareAuthenticator();
        var credential = authenticator.Register(await pool.Start(token), pool.Origin);
        Assert.Equal("WebAuthnClientMismatchException", (await pool.CompleteFails(otherToken, credential)).Type);
        // Each client has a registration of its own under way.
        await pool.Start(otherToken);
        Assert.Equal("WebAuthnClientMismatchException", (await pool.CompleteFails(otherToken, credential)).Type);
        await pool.Complete(token, credential);
    }

    [Fact]
    public async Task What_is_wrong_with_a_credential_has_its_own_exception_and_the_challenge_stays_of_use()
    {
        var pool = await PasskeyPool.Create(server, new() { ["UserVerification"] = "required" });
        var (_, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        var options = await pool.Start(token);
        await Fails("WebAuthnOriginNotAllowedException", authenticator.Register(options, "https://evil.org"));
        await Fails("WebAuthnOriginNotAllowedException", authenticator.Register(options, "http://login.example.com"));
        await Fails("WebAuthnRelyingPartyMismatchException", authenticator.Register(options, pool.Origin, change: static ceremony => ceremony.RelyingPartyId = "evil.org"));
        await Fails("WebAuthnCredentialNotSupportedException", authenticator.Register(options, pool.Origin, change: static ceremony => ceremony.Format = "tpm"));
        await Fails("WebAuthnCredentialNotSupportedException", authenticator.Register(options, pool.Origin, change: static ceremony => ceremony.Flags = 0x41));
        await Fails("InvalidParameterException", authenticator.Register(options, pool.Origin, Voucher.Self, static ceremony => ceremony.AfterSigning = static _ => [1, 2, 3]));
        var bare = authenticator.Register(options, pool.Origin);
        bare["response"]!.AsObject().Remove("transports");
        AssertError(await pool.CompleteFails(token, bare), "InvalidParameterException", "Credential data is not valid");
        AssertError(await pool.CompleteFails(token, []), "InvalidParameterException", "Credential data is not valid");
        Assert.Empty(await pool.List(token));
        await pool.Complete(token, authenticator.Register(options, pool.Origin));

        async Task Fails(string type, JsonObject credential) => Assert.Equal(type, (await pool.CompleteFails(token, credential)).Type);
    }

    [Fact]
    public async Task A_user_has_no_more_than_twenty_passkeys_each_once_and_lists_them_in_pages()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        var twice = await pool.CompleteFails(token, authenticator.Register(await pool.Start(token), pool.Origin));
        AssertError(twice, "InvalidParameterException", "The credential is registered already.");

        using var last = new SoftwareAuthenticator();
        var tooLate = last.Register(await pool.Start(token), pool.Origin);
        var names = new List<string> { authenticator.IdText };
        for (var i = 1; i < 20; i++)
        {
            using var another = new SoftwareAuthenticator();
            await pool.Register(token, another);
            names.Add(another.IdText);
        }
        Assert.Equal("LimitExceededException", (await pool.Pool.HolderFails("StartWebAuthnRegistration", token)).Type);

        var listed = new List<string>();
        string? next = null;
        do
        {
            var request = new JsonObject { ["MaxResults"] = 7 };
            if (next is not null)
                request["NextToken"] = next;
            var page = await pool.Pool.Holder("ListWebAuthnCredentials", token, request);
            listed.AddRange(page["Credentials"]!.AsArray().Select(one => (string)one!["CredentialId"]!));
            next = (string?)page["NextToken"];
        }
        while (next is not null);
        Assert.Equal(names.Order(), listed.Order());
        Assert.Equal(20, (await pool.Pool.Holder("ListWebAuthnCredentials", token, new() { ["MaxResults"] = 0 }))["Credentials"]!.AsArray().Count);
        Assert.Equal("InvalidParameterException", (await pool.Pool.HolderFails("ListWebAuthnCredentials", token, new() { ["NextToken"] = "nonsense" })).Type);

        await pool.Pool.Holder("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = names[3] });
        Assert.Equal("WebAuthnChallengeNotFoundException", (await pool.CompleteFails(token, tooLate)).Type);
        await pool.Register(token, last);
    }

    [Fact]
    public async Task Of_answers_to_one_challenge_at_once_one_is_kept()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        var options = await pool.Start(token);
        var attempts = Enumerable.Range(0, 4).Select(async _ =>
        {
            using var authenticator = new SoftwareAuthenticator();
            try
            {
                await pool.Complete(token, authenticator.Register(options, pool.Origin));
                return true;
            }
            catch (ServiceError error)
            {
                Assert.Equal("WebAuthnChallengeNotFoundException", error.Type);
                return false;
            }
        });
        Assert.Single(await Task.WhenAll(attempts), true);
        Assert.Single(await pool.List(token));
    }

    [Fact]
    public async Task Nobody_sees_or_deletes_the_passkeys_of_another()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        var (_, otherToken) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        Assert.Empty(await pool.List(otherToken));
        var error = await pool.Pool.HolderFails("DeleteWebAuthnCredential", otherToken, new() { ["CredentialId"] = authenticator.IdText });
        Assert.Equal("ResourceNotFoundException", error.Type);
        Assert.Single(await pool.List(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no id of a passkey")]
    [InlineData("\0")]
    [InlineData("%")]
    public async Task An_id_that_no_passkey_can_have_does_not_exist_either(string id)
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        foreach (var one in (string[])[id, new string('A', 5000) + id])
            Assert.Equal("ResourceNotFoundException", (await pool.Pool.HolderFails("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = one })).Type);
    }

    private static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
