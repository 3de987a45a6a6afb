using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Passkeys;

public class PasskeySignInTests(TestServer server)
{
    private const string Wrong = "Incorrect username or password.";

    [Theory]
    [InlineData(SoftwareAuthenticator.Es256)]
    [InlineData(SoftwareAuthenticator.Rs256)]
    [InlineData(SoftwareAuthenticator.EdDsa)]
    public async Task A_user_signs_in_by_passkey_alone(int algorithm)
    {
        var (pool, name, _, authenticator) = await Ready(algorithm: algorithm);
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            Assert.Equal(["WEB_AUTHN", "PASSWORD_SRP", "PASSWORD"], challenge["AvailableChallenges"]!.AsArray().Select(one => (string)one!));
            var options = PasskeyPool.Options(challenge).AsObject();
            Assert.Equal(["challenge", "timeout", "rpId", "allowCredentials", "userVerification"], options.Select(static member => member.Key));
            Assert.Equal((180000, "example.com", "preferred"), ((int)options["timeout"]!, (string)options["rpId"]!, (string)options["userVerification"]!));
            var allowed = Assert.Single(options["allowCredentials"]!.AsArray())!;
            Assert.Equal($$"""{"type":"public-key","id":"{{authenticator.IdText}}","transports":["internal","hybrid"]}""", allowed.ToJsonString());

            var answer = await pool.Answer(name, challenge, authenticator.Use(options, pool.Origin));
            var token = (string)answer["AuthenticationResult"]!["AccessToken"]!;
            Assert.Equal(name, (string)(await pool.Pool.Holder("GetUser", token))["Username"]!);
            Assert.Empty(answer["ChallengeParameters"]!.AsObject());
        }
    }

    [Fact]
    public async Task A_passkey_is_chosen_where_no_preference_was_named_and_chosen_again_while_it_is_waited_for()
    {
        var (pool, name, _, authenticator) = await Ready();
        using (authenticator)
        {
            var choice = await pool.Begin(name, preferred: null);
            Assert.Equal("SELECT_CHALLENGE", (string)choice["ChallengeName"]!);
            Assert.Contains("WEB_AUTHN", choice["AvailableChallenges"]!.AsArray().Select(one => (string)one!));
            var first = await pool.Select(name, choice, "WEB_AUTHN");
            var second = await pool.Select(name, first, "WEB_AUTHN");
            var credential = authenticator.Use(PasskeyPool.Options(second), pool.Origin);
            var answer = await pool.Select(name, second, "WEB_AUTHN", ("CREDENTIAL", credential.ToJsonString()));
            Assert.NotNull(answer["AuthenticationResult"]);
        }
    }

    [Fact]
    public async Task A_user_without_passkeys_is_not_offered_any_and_nor_is_a_pool_without_the_factor()
    {
        var pool = await PasskeyPool.Create(server);
        var (name, token) = await pool.AddUser();
        await Offered("SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD");
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        await Offered("WEB_AUTHN", "WEB_AUTHN", "PASSWORD_SRP", "PASSWORD");
        var pending = await pool.Begin(name);
        await pool.Pool.Holder("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = authenticator.IdText });
        await Offered("SELECT_CHALLENGE", "PASSWORD_SRP", "PASSWORD");
        Assert.Equal("NotAuthorizedException", (await pool.AnswerFails(name, pending, authenticator.Use(PasskeyPool.Options(pending), pool.Origin))).Type);

        async Task Offered(string challenge, params string[] available)
        {
            var answer = await pool.Begin(name);
            Assert.Equal(challenge, (string)answer["ChallengeName"]!);
            Assert.Equal(available, answer["AvailableChallenges"]!.AsArray().Select(one => (string)one!));
        }
    }

    [Fact]
    public async Task What_is_wrong_is_refused_alike_and_leaves_the_session_of_use_until_it_succeeds()
    {
        var (pool, name, _, authenticator) = await Ready();
        using var stranger = new SoftwareAuthenticator();
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            var options = PasskeyPool.Options(challenge);
            var other = PasskeyPool.Options(await pool.Begin(name));
            JsonObject[] wrong =
            [
                authenticator.Use(other, pool.Origin),
                authenticator.Use(options, "https://evil.org"),
                authenticator.Use(options, "http://login.example.com"),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.RelyingPartyId = "evil.org"),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.Flags = 0x04),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.Flags = 0x1d),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.Type = "webauthn.create"),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.UserHandle = [1, 2, 3]),
                authenticator.Use(options, pool.Origin, static ceremony => ceremony.AfterSigning = static signature => [.. signature[..^1], (byte)(signature[^1] ^ 1)]),
                stranger.Use(options, pool.Origin),
            ];
            foreach (var credential in wrong)
                AssertError(await pool.AnswerFails(name, challenge, credential), "NotAuthorizedException", Wrong);
            AssertError(await pool.AnswerFails(name, challenge, []), "InvalidParameterException", "Credential data is not valid");

            var right = authenticator.Use(options, pool.Origin);
            await pool.Answer(name, challenge, right);
            AssertError(await pool.AnswerFails(name, challenge, right), "NotAuthorizedException", "Invalid session for the user, session can only be used once.");
            var next = await pool.Begin(name);
            AssertError(await pool.AnswerFails(name, next, right), "NotAuthorizedException", Wrong);
        }
    }

    [Fact]
    public async Task Another_user_s_passkey_opens_nothing()
    {
        var (pool, name, _, authenticator) = await Ready();
        var (otherName, otherToken) = await pool.AddUser();
        using var otherAuthenticator = new SoftwareAuthenticator();
        await pool.Register(otherToken, otherAuthenticator);
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            var otherChallenge = await pool.Begin(otherName);
            AssertError(await pool.AnswerFails(name, challenge, otherAuthenticator.Use(PasskeyPool.Options(challenge), pool.Origin)), "NotAuthorizedException", Wrong);
            var own = authenticator.Use(PasskeyPool.Options(challenge), pool.Origin);
            AssertError(await pool.AnswerFails(otherName, challenge, own), "NotAuthorizedException", "Invalid session for the user.");
            AssertError(await pool.AnswerFails(name, otherChallenge, own), "NotAuthorizedException", "Invalid session for the user.");
            await pool.Answer(name, challenge, own);
        }
    }

    [Fact]
    public async Task The_same_credential_id_of_another_user_is_another_passkey()
    {
        var (pool, name, _, authenticator) = await Ready();
        var (_, otherToken) = await pool.AddUser();
        using var forger = new SoftwareAuthenticator { Id = authenticator.Id };
        await pool.Register(otherToken, forger);
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            var options = PasskeyPool.Options(challenge);
            AssertError(await pool.AnswerFails(name, challenge, forger.Use(options, pool.Origin, static ceremony => ceremony.UserHandle = null)), "NotAuthorizedException", Wrong);
            await pool.Answer(name, challenge, authenticator.Use(options, pool.Origin));
        }
    }

    [Fact]
    public async Task The_user_must_be_verified_where_the_pool_requires_it()
    {
        var (pool, name, _, authenticator) = await Ready();
        using (authenticator)
        {
            await pool.SignIn(name, authenticator, static ceremony => ceremony.Flags = 0x01);
            await pool.Configure(new() { ["RelyingPartyId"] = PasskeyPool.RelyingParty, ["UserVerification"] = "required" });
            var challenge = await pool.Begin(name);
            var options = PasskeyPool.Options(challenge);
            Assert.Equal("required", (string)options["userVerification"]!);
            AssertError(await pool.AnswerFails(name, challenge, authenticator.Use(options, pool.Origin, static ceremony => ceremony.Flags = 0x01)), "NotAuthorizedException", Wrong);
            await pool.Answer(name, challenge, authenticator.Use(options, pool.Origin));
        }
    }

    [Fact]
    public async Task A_counter_that_was_seen_before_is_that_of_a_copy()
    {
        var (pool, name, _, authenticator) = await Ready();
        using (authenticator)
        {
            await pool.SignIn(name, authenticator, static ceremony => ceremony.Counter = 7);
            foreach (var counter in (uint[])[7, 6, 1, 0])
            {
                var challenge = await pool.Begin(name);
                var credential = authenticator.Use(PasskeyPool.Options(challenge), pool.Origin, ceremony => ceremony.Counter = counter);
                AssertError(await pool.AnswerFails(name, challenge, credential), "NotAuthorizedException", Wrong);
            }
            await pool.SignIn(name, authenticator, static ceremony => ceremony.Counter = 8);
        }
    }

    [Fact]
    public async Task An_authenticator_that_never_counts_signs_in_again_and_again_also_at_once()
    {
        var (pool, name, _, authenticator) = await Ready(counter: 0);
        using (authenticator)
        {
            for (var i = 0; i < 2; i++)
                await pool.SignIn(name, authenticator);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pool.SignIn(name, authenticator)));
        }
    }

    [Fact]
    public async Task Whether_it_was_backed_up_may_change_but_not_whether_it_may_be()
    {
        var (pool, name, _, authenticator) = await Ready(flags: 0x0d, counter: 0);
        using (authenticator)
        {
            await pool.SignIn(name, authenticator, static ceremony => ceremony.Flags = 0x1d);
            await pool.SignIn(name, authenticator, static ceremony => ceremony.Flags = 0x0d);
            var challenge = await pool.Begin(name);
            AssertError(await pool.AnswerFails(name, challenge, authenticator.Use(PasskeyPool.Options(challenge), pool.Origin, static ceremony => ceremony.Flags = 0x05)),
                "NotAuthorizedException", Wrong);
        }
    }

    [Fact]
    public async Task Passkeys_of_a_relying_party_that_the_pool_no_longer_names_are_of_no_use_but_not_lost()
    {
        var (pool, name, token, authenticator) = await Ready();
        using (authenticator)
        {
            var pending = await pool.Begin(name);
            await pool.Configure(new() { ["RelyingPartyId"] = "other.example" });
            var choice = await pool.Begin(name);
            Assert.Equal("SELECT_CHALLENGE", (string)choice["ChallengeName"]!);
            Assert.Equal(["PASSWORD_SRP", "PASSWORD"], choice["AvailableChallenges"]!.AsArray().Select(one => (string)one!));
            AssertError(await pool.AnswerFails(name, pending, authenticator.Use(PasskeyPool.Options(pending), pool.Origin)), "NotAuthorizedException", Wrong);
            Assert.Equal(PasskeyPool.RelyingParty, (string)Assert.Single(await pool.List(token))!["RelyingPartyId"]!);
            await pool.Configure(new() { ["RelyingPartyId"] = PasskeyPool.RelyingParty });
            await pool.SignIn(name, authenticator);
        }
    }

    [Fact]
    public async Task A_disabled_user_s_passkey_opens_nothing_and_a_deleted_user_s_is_gone()
    {
        var (pool, name, _, authenticator) = await Ready();
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            await pool.Pool.Admin("AdminDisableUser", name);
            AssertError(await pool.AnswerFails(name, challenge, authenticator.Use(PasskeyPool.Options(challenge), pool.Origin)), "NotAuthorizedException", "User is disabled.");
            await pool.Pool.Admin("AdminDeleteUser", name);
            await pool.Pool.AddUser(name);
            Assert.Empty(await pool.List(await pool.Pool.AccessToken(name)));
        }
    }

    [Fact]
    public async Task A_challenge_lives_as_long_as_its_session()
    {
        await using var own = await TestServer.Own();
        var (pool, name, _, authenticator) = await Ready(on: own);
        using (authenticator)
        {
            var challenge = await pool.Begin(name);
            await own.Advance("PT3M");
            AssertError(await pool.AnswerFails(name, challenge, authenticator.Use(PasskeyPool.Options(challenge), pool.Origin)),
                "NotAuthorizedException", "Invalid session for the user, session is expired.");
        }
    }

    private async Task<(PasskeyPool Pool, string Name, string Token, SoftwareAuthenticator Authenticator)> Ready(
        int algorithm = SoftwareAuthenticator.Es256, uint counter = 1, byte flags = 0x05, TestServer? on = null)
    {
        var pool = await PasskeyPool.Create(on ?? server);
        var (name, token) = await pool.AddUser();
        var authenticator = new SoftwareAuthenticator(algorithm) { Counter = counter, Flags = flags };
        await pool.Register(token, authenticator);
        return (pool, name, token, authenticator);
    }
}
