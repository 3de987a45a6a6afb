using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Devices;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>CUSTOM_AUTH beside second factors.</summary>
public class CustomAuthMfaTests(TestServer server)
{
    [Fact]
    public async Task A_second_factor_follows_the_password_and_goes_before_the_custom_challenge()
    {
        var auth = await CustomAuth.Create(server, pool: RequiresMfa());
        var (user, phone) = await AddUserWithPhone(auth);
        var mfa = await auth.Respond(await auth.BeginWithSrp(user));
        Assert.Equal("SMS_MFA", (string?)mfa["ChallengeName"]);
        Assert.Single(auth.Defined);
        var code = await auth.Api.Code(phone);
        AssertError(await auth.RespondFails(Code(auth, mfa, user, Wrong(code))), "CodeMismatchException", "Invalid code or auth state for the user.");
        var challenge = await auth.Respond(Code(auth, mfa, user, code));
        Assert.Equal("CUSTOM_CHALLENGE", (string?)challenge["ChallengeName"]);
        Assert.NotNull((await auth.Answer(challenge, "5"))["AuthenticationResult"]);
        Assert.Equal(
            ["SRP_A+", "SRP_A+ PASSWORD_VERIFIER+ SMS_MFA+", "SRP_A+ PASSWORD_VERIFIER+ SMS_MFA+ CUSTOM_CHALLENGE+(SUM)"], auth.Defined.Select(CustomAuth.History));
    }

    [Fact]
    public async Task A_remembered_device_stands_for_the_second_factor_and_in_the_history()
    {
        var auth = await CustomAuth.Create(server, pool: RequiresMfa(("DeviceConfiguration", """{"ChallengeRequiredOnNewDevice":true,"DeviceOnlyRememberedOnUserPrompt":false}""")));
        var (user, phone) = await AddUserWithPhone(auth);
        var mfa = await auth.Respond(await auth.BeginWithSrp(user));
        var challenge = await auth.Respond(Code(auth, mfa, user, await auth.Api.Code(phone)));
        var device = await auth.Pool.ConfirmDevice(user, await auth.Answer(challenge, "5"));

        var answer = await auth.BeginWithSrp(user);
        answer["ChallengeResponses"]!["DEVICE_KEY"] = device.Key;
        challenge = await device.Prove(await auth.Respond(answer));
        Assert.Equal("CUSTOM_CHALLENGE", challenge.ChallengeName());
        Assert.Equal("SRP_A+ PASSWORD_VERIFIER+ DEVICE_SRP_AUTH+ DEVICE_PASSWORD_VERIFIER+", CustomAuth.History(auth.Defined[^1]));
        SigningIn.AssertTokens(await auth.Answer(challenge, "5"));
    }

    [Fact]
    public async Task A_software_token_may_follow_what_functions_kept_outside_the_session()
    {
        var auth = await CustomAuth.Create(
            server,
            define: static sent => sent["request"]!["session"]!.AsArray().Count switch
            {
                0 => new JsonObject { ["challengeName"] = "CUSTOM_CHALLENGE" },
                1 => new JsonObject { ["challengeName"] = "SOFTWARE_TOKEN_MFA" },
                _ => new JsonObject { ["issueTokens"] = true },
            },
            create: static _ => new JsonObject { ["challengeMetadata"] = new string('m', 3000), ["privateChallengeParameters"] = new JsonObject { ["answer"] = "5" } });
        await MfaPool.Configure(auth.Pool, "OPTIONAL", "TOTP");
        var user = await auth.Pool.AddUser();
        var app = await auth.Pool.SetUpToken(user);
        var mfa = await auth.Answer(await auth.Begin(user), "5");
        Assert.Equal("SOFTWARE_TOKEN_MFA", mfa.ChallengeName());
        AssertError(
            await auth.Pool.RespondFails(mfa, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Wrong())), "CodeMismatchException", "Invalid code received for user");
        SigningIn.AssertTokens(await auth.Pool.Respond(mfa, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
        Assert.Equal($"CUSTOM_CHALLENGE+({new string('m', 3000)}) SOFTWARE_TOKEN_MFA+", CustomAuth.History(auth.Defined[^1]));
    }

    [Fact]
    public async Task Without_a_password_a_second_factor_is_the_functions_to_ask_for()
    {
        var auth = await CustomAuth.Create(server, pool: RequiresMfa());
        var (user, _) = await AddUserWithPhone(auth);
        Assert.NotNull((await auth.Answer(await auth.Begin(user), "5"))["AuthenticationResult"]);
    }

    [Fact]
    public async Task Functions_may_ask_for_a_code_by_message()
    {
        var auth = await CustomAuth.Create(server, pool: RequiresMfa(), define: static sent => sent["request"]!["session"]!.AsArray().Count switch
        {
            0 => new JsonObject { ["challengeName"] = "CUSTOM_CHALLENGE" },
            1 => new JsonObject { ["challengeName"] = "SMS_MFA" },
            _ => new JsonObject { ["issueTokens"] = true },
        });
        var (user, phone) = await AddUserWithPhone(auth);
        var mfa = await auth.Answer(await auth.Begin(user), "5");
        Assert.Equal("SMS_MFA", (string?)mfa["ChallengeName"]);
        Assert.NotNull((await auth.Respond(Code(auth, mfa, user, await auth.Api.Code(phone))))["AuthenticationResult"]);
        Assert.Equal("CUSTOM_CHALLENGE+(SUM) SMS_MFA+", CustomAuth.History(auth.Defined[^1]));
    }

    [Theory]
    [InlineData("SMS_MFA")]
    [InlineData("EMAIL_OTP")]
    [InlineData("SOFTWARE_TOKEN_MFA")]
    public async Task Who_lacks_the_factor_that_functions_ask_for_looks_like_nobody(string name)
    {
        var auth = await CustomAuth.Create(server, define: _ => new JsonObject { ["challengeName"] = name }, client: HidesUsers);
        var user = NewName();
        await auth.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS" });
        AssertError(await auth.BeginFails(user), "NotAuthorizedException", "Incorrect username or password.");
        AssertError(await auth.BeginFails("nobody"), "NotAuthorizedException", "Incorrect username or password.");
    }

    private static JsonObject RequiresMfa(params (string Name, string Json)[] more)
    {
        var pool = new JsonObject
        {
            ["MfaConfiguration"] = "ON",
            ["SmsConfiguration"] = JsonNode.Parse("""{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms","ExternalId":"x"}"""),
            ["AccountRecoverySetting"] = JsonNode.Parse("""{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1}]}"""),
        };
        foreach (var (name, json) in more)
            pool[name] = JsonNode.Parse(json);
        return pool;
    }

    private static async Task<(string User, string Phone)> AddUserWithPhone(CustomAuth auth)
    {
        var phone = MfaPool.NewNumber();
        return (await auth.Pool.AddUserWithPhone(phone), phone);
    }

    private static JsonObject Code(CustomAuth auth, JsonNode challenge, string user, string code) => auth.Answering(challenge, "", new()
    {
        ["ChallengeName"] = "SMS_MFA",
        ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["SMS_MFA_CODE"] = code },
    });
}
