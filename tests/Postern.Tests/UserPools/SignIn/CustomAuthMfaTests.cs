using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
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

    private static JsonObject RequiresMfa() => new()
    {
        ["MfaConfiguration"] = "ON",
        ["SmsConfiguration"] = JsonNode.Parse("""{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms","ExternalId":"x"}"""),
        ["AccountRecoverySetting"] = JsonNode.Parse("""{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1}]}"""),
    };

    private static async Task<(string User, string Phone)> AddUserWithPhone(CustomAuth auth)
    {
        var user = await auth.Pool.AddUser();
        var phone = $"+1555{RandomNumberGenerator.GetInt32(1_000_000, 9_999_999)}";
        await auth.Pool.Admin("AdminUpdateUserAttributes", user, new() { ["UserAttributes"] = Pool.Attributes(("phone_number", phone), ("phone_number_verified", "true")) });
        return (user, phone);
    }

    private static JsonObject Code(CustomAuth auth, JsonNode challenge, string user, string code) => auth.Answering(challenge, "", new()
    {
        ["ChallengeName"] = "SMS_MFA",
        ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["SMS_MFA_CODE"] = code },
    });
}
