using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>A passkey stands for two factors where the pool and the user want it so, and only if its authenticator verified the user.</summary>
public class PasskeyMfaTests(TestServer server)
{
    [Theory]
    [InlineData("ON")]
    [InlineData("OPTIONAL")]
    public async Task A_passkey_that_verified_its_user_is_both_factors(string mode)
    {
        var (pool, name, token) = await WithSecondFactor("MULTI_FACTOR_WITH_USER_VERIFICATION");
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        await Configure(pool, mode, "MULTI_FACTOR_WITH_USER_VERIFICATION");
        Assert.DoesNotContain("WEB_AUTHN", await Offered(pool, name));

        await pool.Pool.Admin("AdminSetUserMFAPreference", name, new() { ["WebAuthnMfaSettings"] = new JsonObject { ["Enabled"] = true } });
        Assert.Equal(["WEB_AUTHN", "PASSWORD_SRP", "PASSWORD"], await Offered(pool, name));
        var challenge = await pool.Begin(name);
        var options = PasskeyPool.Options(challenge);
        Assert.Equal("required", (string)options["userVerification"]!);
        var unverified = await pool.AnswerFails(name, challenge, authenticator.Use(options, pool.Origin, static ceremony => ceremony.Flags = 0x01));
        AssertError(unverified, "NotAuthorizedException", "Incorrect username or password.");
        var answer = await pool.Answer(name, challenge, authenticator.Use(options, pool.Origin));
        Assert.NotNull(answer["AuthenticationResult"]);
        // The password alone is one factor still.
        Assert.Equal("SOFTWARE_TOKEN_MFA", (string)(await pool.Pool.SignIn(name))["ChallengeName"]!);
    }

    [Fact]
    public async Task Where_a_passkey_is_one_factor_a_user_with_a_second_one_is_not_offered_it_nor_may_answer_an_earlier_challenge()
    {
        var pool = await PasskeyPool.Create(server);
        await Configure(pool, "OPTIONAL", "SINGLE_FACTOR");
        var (name, token) = await pool.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        var earlier = await pool.Begin(name);
        Assert.Equal("WEB_AUTHN", (string)earlier["ChallengeName"]!);
        await pool.Pool.SetUpToken(name);
        await pool.Pool.Enable(name, "TOTP");
        Assert.Equal(["PASSWORD_SRP", "PASSWORD"], await Offered(pool, name));
        var error = await pool.AnswerFails(name, earlier, authenticator.Use(PasskeyPool.Options(earlier), pool.Origin));
        AssertError(error, "NotAuthorizedException", "Invalid session for the user.");
    }

    [Fact]
    public async Task With_the_last_passkey_goes_that_it_stood_for_two_factors()
    {
        var (pool, name, token) = await WithSecondFactor("MULTI_FACTOR_WITH_USER_VERIFICATION");
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        await pool.Pool.Admin("AdminSetUserMFAPreference", name, new() { ["WebAuthnMfaSettings"] = new JsonObject { ["Enabled"] = true } });
        Assert.Contains("WEB_AUTHN", await Offered(pool, name));
        await pool.Pool.Holder("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = authenticator.IdText });
        using var another = new SoftwareAuthenticator();
        await pool.Register(token, another);
        Assert.DoesNotContain("WEB_AUTHN", await Offered(pool, name));
    }

    [Fact]
    public async Task A_passkey_is_among_the_user_s_factors_while_he_has_one()
    {
        var pool = await PasskeyPool.Create(server);
        var (_, token) = await pool.AddUser();
        Assert.Equal(["PASSWORD"], await Factors());
        using var authenticator = new SoftwareAuthenticator();
        await pool.Register(token, authenticator);
        Assert.Equal(["WEB_AUTHN", "PASSWORD"], await Factors());
        await pool.Pool.Holder("DeleteWebAuthnCredential", token, new() { ["CredentialId"] = authenticator.IdText });
        Assert.Equal(["PASSWORD"], await Factors());

        async Task<IEnumerable<string>> Factors() =>
            (await pool.Pool.Holder("GetUserAuthFactors", token))["ConfiguredUserAuthFactors"]!.AsArray().Select(static one => (string)one!);
    }

    /// <summary>A pool with optional MFA, and a user who has a software token.</summary>
    private async Task<(PasskeyPool Pool, string Name, string Token)> WithSecondFactor(string factorConfiguration)
    {
        var pool = await PasskeyPool.Create(server);
        await Configure(pool, "OPTIONAL", factorConfiguration);
        var (name, token) = await pool.AddUser();
        await pool.Pool.SetUpToken(name);
        await pool.Pool.Enable(name, "TOTP");
        return (pool, name, token);
    }

    private static Task<JsonObject> Configure(PasskeyPool pool, string mode, string factorConfiguration) => pool.Pool.Api.Call("SetUserPoolMfaConfig", new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["MfaConfiguration"] = mode,
        ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true },
        ["WebAuthnConfiguration"] = new JsonObject { ["RelyingPartyId"] = PasskeyPool.RelyingParty, ["FactorConfiguration"] = factorConfiguration },
    });

    private static async Task<IEnumerable<string>> Offered(PasskeyPool pool, string name) =>
        (await pool.Begin(name, preferred: null))["AvailableChallenges"]!.AsArray().Select(static one => (string)one!);
}
