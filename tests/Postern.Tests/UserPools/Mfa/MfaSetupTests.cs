using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.Mfa;

/// <summary>MFA_SETUP gives a second factor to those who lack one, and to nobody else.</summary>
public class MfaSetupTests(TestServer server)
{
    private const string Name = "carol";

    [Fact]
    public async Task A_set_up_that_was_begun_before_can_t_replace_the_factor_that_the_user_has_by_now()
    {
        var pool = await PoolOf("TOTP,EMAIL");
        var stolen = await pool.ByPassword(Name);
        var associated = await Session("AssociateSoftwareToken", stolen);
        var thief = new AuthenticatorApp((string)associated["SecretCode"]!);
        var address = NewName() + "@example.com";
        var code = await pool.Respond(stolen, Name, ("EMAIL", address));

        var app = await SetUpToken(pool, await pool.ByPassword(Name));
        AssertInvalid(await Verify(associated, thief.Next()));
        AssertInvalid(await server.Api.Fail("AssociateSoftwareToken", new() { ["Session"] = (string)stolen["Session"]! }, sign: false));
        AssertInvalid(await pool.RespondFails(stolen, Name, ("EMAIL", address)));
        AssertInvalid(await pool.RespondFails(code, Name, ("EMAIL_OTP_CODE", await server.Api.Code(address))));

        var user = await pool.Admin("AdminGetUser", Name);
        Assert.Equal("""["SOFTWARE_TOKEN_MFA"]""", user["UserMFASettingList"]!.ToJsonString());
        Assert.DoesNotContain(address, user.ToJsonString(), StringComparison.Ordinal);
        AssertTokens(await pool.Respond(await pool.ByPassword(Name), Name, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
    }

    [Fact]
    public async Task Codes_to_addresses_that_nobody_proved_are_sent_five_times_an_hour()
    {
        var pool = await PoolOf("EMAIL");
        for (var i = 0; i < 5; i++)
            await pool.Respond(await pool.ByPassword(Name), Name, ("EMAIL", NewName() + "@example.com"));
        AssertError(
            await pool.RespondFails(await pool.ByPassword(Name), Name, ("EMAIL", NewName() + "@example.com")), "LimitExceededException",
            "Attempt limit exceeded, please try after some time.");
    }

    [Fact]
    public async Task A_token_that_nobody_enabled_is_the_last_factor_too()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        await MfaPool.Configure(pool, "ON", "TOTP");
        var error = await server.Api.Fail("AdminSetUserMFAPreference", new()
        {
            ["UserPoolId"] = pool.Id, ["Username"] = user, ["SoftwareTokenMfaSettings"] = new JsonObject { ["Enabled"] = false },
        });
        Assert.Equal("InvalidParameterException", error.Type);
        AssertTokens(await pool.Respond(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
    }

    [Fact]
    public async Task The_old_settings_can_t_switch_the_last_factor_off_either()
    {
        var pool = await MfaPool.Create(server, "ON", "SMS");
        var user = await pool.AddUserWithPhone();
        await pool.Enable(user, "SMS");
        var error = await server.Api.Fail("AdminSetUserSettings", new() { ["UserPoolId"] = pool.Id, ["Username"] = user, ["MFAOptions"] = new JsonArray() });
        Assert.Equal("InvalidParameterException", error.Type);
    }

    private static void AssertInvalid(ServiceError error) => AssertError(error, "NotAuthorizedException", "Invalid session for the user.");

    /// <summary>A pool that requires a second factor, and a user who has nothing but a password.</summary>
    private async Task<Pool> PoolOf(string methods)
    {
        var pool = await MfaPool.Create(server, "ON", methods);
        await pool.Admin("AdminCreateUser", Name, new() { ["MessageAction"] = "SUPPRESS" });
        await pool.Admin("AdminSetUserPassword", Name, new() { ["Password"] = Pool.Password, ["Permanent"] = true });
        return pool;
    }

    private async Task<AuthenticatorApp> SetUpToken(Pool pool, JsonObject challenge)
    {
        var associated = await Session("AssociateSoftwareToken", challenge);
        var app = new AuthenticatorApp((string)associated["SecretCode"]!);
        challenge["Session"] = (string)(await server.Api.Call(
            "VerifySoftwareToken", new() { ["Session"] = (string)associated["Session"]!, ["UserCode"] = app.Next() }, sign: false))["Session"]!;
        AssertTokens(await pool.Respond(challenge, Name));
        return app;
    }

    private Task<JsonObject> Session(string operation, JsonObject challenge) =>
        server.Api.Call(operation, new() { ["Session"] = (string)challenge["Session"]! }, sign: false);

    private Task<ServiceError> Verify(JsonObject associated, string code) =>
        server.Api.Fail("VerifySoftwareToken", new() { ["Session"] = (string)associated["Session"]!, ["UserCode"] = code }, sign: false);
}
