using System.Text;
using System.Text.Json.Nodes;
using Postern.Cryptography;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.Mfa;

public class SoftwareTokenTests(TestServer server)
{
    // RFC 6238, appendix B, the last six digits; and the sheet's vector.
    [Theory]
    [InlineData("12345678901234567890", 59, "287082")]
    [InlineData("12345678901234567890", 1111111109, "081804")]
    [InlineData("12345678901234567890", 20000000000, "353130")]
    public void Codes_are_those_of_RFC_6238(string secret, long seconds, string code)
    {
        Assert.Equal(code, Totp.Code(Encoding.ASCII.GetBytes(secret), seconds / 30));
        Assert.Equal(code, AuthenticatorApp.Code(Encoding.ASCII.GetBytes(secret), seconds / 30));
    }

    [Fact]
    public void Secrets_are_base_32()
    {
        var secret = AuthenticatorApp.Decode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
        Assert.Equal("406058", Totp.Code(secret, 1_700_000_000 / 30));
        Assert.Equal("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Totp.ToBase32(secret));
        Assert.Equal("MY", Totp.ToBase32("f"u8));
    }

    [Fact]
    public async Task A_token_set_up_by_access_token_is_asked_for_once_it_is_enabled()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user, "My phone");
        AssertTokens(await pool.ByPassword(user));
        Assert.Null((await pool.Admin("AdminGetUser", user))["UserMFASettingList"]);

        await pool.Enable(user, "TOTP*");
        var shown = await pool.Admin("AdminGetUser", user);
        Assert.Equal("""["SOFTWARE_TOKEN_MFA"]""", shown["UserMFASettingList"]!.ToJsonString());
        Assert.Equal("SOFTWARE_TOKEN_MFA", (string?)shown["PreferredMfaSetting"]);

        var challenge = await pool.ByPassword(user);
        Assert.Equal("SOFTWARE_TOKEN_MFA", challenge.ChallengeName());
        Assert.Equal("My phone", challenge.Parameter("FRIENDLY_DEVICE_NAME"));
        Assert.Equal(user, challenge.Parameter("USER_ID_FOR_SRP"));
        AssertError(await pool.RespondFails(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Wrong())), "CodeMismatchException", "Invalid code received for user");
        AssertError(await pool.RespondFails(challenge, user), "InvalidParameterException", "Missing required parameter SOFTWARE_TOKEN_MFA_CODE");
        var tokens = await pool.Respond(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next()));
        AssertTokens(tokens);
        var self = await pool.Holder("GetUser", (string)tokens["AuthenticationResult"]!["AccessToken"]!);
        Assert.Equal("""["SOFTWARE_TOKEN_MFA"]""", self["UserMFASettingList"]!.ToJsonString());
        AssertError(
            await pool.RespondFails(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())), "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task A_code_works_once_across_set_up_and_sign_ins()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP");
        const string used = "Your software token has already been used once.";
        AssertError(await pool.RespondFails(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Again())), "ExpiredCodeException", used);
        AssertTokens(await pool.Respond(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
        AssertError(await pool.RespondFails(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Again())), "ExpiredCodeException", used);
    }

    [Fact]
    public async Task Codes_of_the_neighbouring_steps_count_and_no_others()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP");
        var challenge = await pool.ByPassword(user);
        foreach (var steps in new[] { -3, 3 })
            AssertError(await pool.RespondFails(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Off(steps))), "CodeMismatchException", "Invalid code received for user");
        AssertTokens(await pool.Respond(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Off(1))));
    }

    [Fact]
    public async Task A_pending_secret_replaces_the_verified_one_only_once_it_is_verified()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var old = await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP");
        var challenge = await pool.ByPassword(user);
        var token = (string)(await pool.Respond(challenge, user, ("SOFTWARE_TOKEN_MFA_CODE", old.Next())))["AuthenticationResult"]!["AccessToken"]!;

        var app = new AuthenticatorApp((string)(await pool.Holder("AssociateSoftwareToken", token))["SecretCode"]!);
        AssertError(
            await pool.HolderFails("VerifySoftwareToken", token, new() { ["UserCode"] = app.Wrong() }), "EnableSoftwareTokenMFAException",
            "Code mismatch and fail enable Software Token MFA");
        AssertError(await pool.RespondFails(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())), "CodeMismatchException", "Invalid code received for user");
        await pool.Holder("VerifySoftwareToken", token, new() { ["UserCode"] = app.Again() });
        AssertTokens(await pool.Respond(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
    }

    [Fact]
    public async Task A_pool_that_requires_a_second_factor_lets_users_set_a_token_up_while_they_sign_in()
    {
        var pool = await MfaPool.Create(server, "ON", "TOTP");
        await pool.Admin("AdminCreateUser", "bob", new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
        var challenge = await pool.ByPassword("bob", "Temp0rary!");
        Assert.Equal("NEW_PASSWORD_REQUIRED", challenge.ChallengeName());
        challenge = await pool.Respond(challenge, "bob", ("NEW_PASSWORD", Pool.Password));
        Assert.Equal("MFA_SETUP", challenge.ChallengeName());
        Assert.Equal("""["SOFTWARE_TOKEN_MFA"]""", challenge.Parameter("MFAS_CAN_SETUP"));
        Assert.Equal("bob", challenge.Parameter("USER_ID_FOR_SRP"));
        AssertError(await pool.RespondFails(challenge, "bob"), "NotAuthorizedException", "Invalid session for the user.");

        var associated = await Anonymous("AssociateSoftwareToken", new() { ["Session"] = (string)challenge["Session"]! });
        var secret = (string)associated["SecretCode"]!;
        Assert.Equal(52, secret.Length);
        var app = new AuthenticatorApp(secret);
        AssertError(
            await server.Api.Fail("VerifySoftwareToken", new() { ["Session"] = (string)associated["Session"]!, ["UserCode"] = app.Wrong() }, sign: false),
            "EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
        AssertError(
            await server.Api.Fail("VerifySoftwareToken", new() { ["Session"] = (string)challenge["Session"]!, ["UserCode"] = app.Next() }, sign: false),
            "InvalidParameterException", "No software token is associated: call AssociateSoftwareToken first.");
        var verified = await Anonymous("VerifySoftwareToken", new() { ["Session"] = (string)associated["Session"]!, ["UserCode"] = app.Again() });
        Assert.Equal("SUCCESS", (string?)verified["Status"]);
        challenge["Session"] = (string)verified["Session"]!;
        AssertTokens(await pool.Respond(challenge, "bob", ("SOFTWARE_TOKEN_MFA_CODE", "ignored")));

        challenge = await pool.ByPassword("bob");
        Assert.Equal("SOFTWARE_TOKEN_MFA", challenge.ChallengeName());
        AssertTokens(await pool.Respond(challenge, "bob", ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
    }

    [Fact]
    public async Task Set_up_needs_a_pool_that_offers_tokens_and_exactly_one_proof()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var user = await pool.AddUser();
        var token = await pool.AccessToken(user);
        const string off = "Software Token MFA has not been enabled by the userPool";
        AssertError(await pool.HolderFails("AssociateSoftwareToken", token), "SoftwareTokenMFANotFoundException", off);
        AssertError(await pool.HolderFails("VerifySoftwareToken", token, new() { ["UserCode"] = "123456" }), "SoftwareTokenMFANotFoundException", off);
        const string one = "Either an access token or a session must be given, and not both.";
        AssertError(await server.Api.Fail("AssociateSoftwareToken", [], sign: false), "InvalidParameterException", one);
        AssertError(await pool.HolderFails("AssociateSoftwareToken", token, new() { ["Session"] = new string('a', 40) }), "InvalidParameterException", one);
        AssertError(
            await server.Api.Fail("AssociateSoftwareToken", new() { ["Session"] = new string('a', 40) }, sign: false), "NotAuthorizedException",
            "Invalid session for the user.");
    }

    [Fact]
    public async Task Who_has_a_token_keeps_it_where_the_pool_stops_offering_them_until_an_administrator_deletes_it()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP*");
        await server.Api.Call("SetUserPoolMfaConfig", new()
        {
            ["UserPoolId"] = pool.Id, ["MfaConfiguration"] = "OPTIONAL", ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = false },
        });
        AssertTokens(await pool.Respond(await pool.ByPassword(user), user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));

        var pending = await pool.ByPassword(user);
        await pool.Admin("AdminDeleteSoftwareToken", user);
        AssertError(
            await pool.RespondFails(pending, user, ("SOFTWARE_TOKEN_MFA_CODE", "123456")), "SoftwareTokenMFANotFoundException",
            "Software Token MFA does not exist for the user.");
        AssertTokens(await pool.ByPassword(user));
        Assert.Null((await pool.Admin("AdminGetUser", user))["PreferredMfaSetting"]);
    }

    private Task<JsonObject> Anonymous(string operation, JsonObject request) => server.Api.Call(operation, request, sign: false);
}
