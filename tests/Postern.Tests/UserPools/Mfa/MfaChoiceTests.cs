using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.Mfa;

public class MfaChoiceTests(TestServer server)
{
    [Fact]
    public async Task A_code_by_text_message_signs_in_and_verifies_the_number()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var user = await pool.AddUser();
        var number = MfaPool.NewNumber();
        await pool.Admin("AdminUpdateUserAttributes", user, Values(("phone_number", number)));
        await pool.Enable(user, "SMS");
        var challenge = await pool.ByPassword(user);
        Assert.Equal("SMS_MFA", challenge.ChallengeName());
        Assert.Equal("SMS", challenge.Parameter("CODE_DELIVERY_DELIVERY_MEDIUM"));
        Assert.Equal("+*******" + number[^4..], challenge.Parameter("CODE_DELIVERY_DESTINATION"));
        Assert.Equal(user, challenge.Parameter("USER_ID_FOR_SRP"));
        var code = await server.Api.Code(number);
        Assert.Equal(6, code.Length);
        AssertError(
            await pool.RespondFails(challenge, user, ("SMS_MFA_CODE", Wrong(code))), "CodeMismatchException", "Invalid code or auth state for the user.");
        AssertTokens(await pool.Respond(challenge, user, ("SMS_MFA_CODE", code)));
        var verified = (await pool.Admin("AdminGetUser", user))["UserAttributes"]!.AsArray().Single(attribute => (string?)attribute!["Name"] == "phone_number_verified");
        Assert.Equal("true", (string?)verified!["Value"]);
        AssertError(
            await pool.RespondFails(challenge, user, ("SMS_MFA_CODE", code)), "NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task A_code_by_mail_is_sent_with_the_pools_own_text()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "EMAIL");
        var user = await pool.AddUser();
        await pool.Enable(user, "EMAIL");
        var challenge = await pool.ByPassword(user);
        Assert.Equal("EMAIL_OTP", challenge.ChallengeName());
        Assert.Equal("EMAIL", challenge.Parameter("CODE_DELIVERY_DELIVERY_MEDIUM"));
        var mail = (await server.Api.Get("/_postern/dev/inbox?to=" + Address(user)))!.AsArray()[0]!;
        var code = (string)mail["code"]!;
        Assert.Equal(("Sign-in", "Code " + code), ((string?)mail["subject"], (string?)mail["body"]));
        Assert.Equal(6, code.Length);
        AssertTokens(await pool.Respond(challenge, user, ("EMAIL_OTP_CODE", code)));
    }

    [Fact]
    public async Task A_code_by_mail_verifies_the_address_unless_it_is_somebody_else_s_alias()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "EMAIL", new() { ["AliasAttributes"] = new JsonArray("email") });
        var address = NewName() + "@example.com";
        foreach (var user in (string[])["first", "second"])
        {
            await pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS", ["UserAttributes"] = Pool.Attributes(("email", address)) });
            await pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = Pool.Password, ["Permanent"] = true });
            await pool.Enable(user, "EMAIL");
            AssertTokens(await pool.Respond(await pool.ByPassword(user), user, ("EMAIL_OTP_CODE", await server.Api.Code(address))));
        }
        Assert.Equal("first", (string?)(await pool.Admin("AdminGetUser", address))["Username"]);
        var second = (await pool.Admin("AdminGetUser", "second"))["UserAttributes"]!.ToJsonString();
        Assert.DoesNotContain("email_verified\",\"Value\":\"true", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_factors_without_a_preference_are_chosen_from()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP,EMAIL");
        var user = await pool.AddUserWithPhone();
        var app = await pool.SetUpToken(user);
        await pool.Enable(user, "SMS", "TOTP", "EMAIL");
        var challenge = await pool.ByPassword(user);
        Assert.Equal("SELECT_MFA_TYPE", challenge.ChallengeName());
        Assert.Equal("""["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]""", challenge.Parameter("MFAS_CAN_CHOOSE"));
        Assert.Equal("InvalidParameterException", (await pool.RespondFails(challenge, user, ("ANSWER", "WEB_AUTHN"))).Type);
        AssertError(await pool.RespondFails(challenge, user), "InvalidParameterException", "Missing required parameter ANSWER");

        Assert.Equal("EMAIL_OTP", (await pool.Respond(challenge, user, ("ANSWER", "EMAIL_MFA"))).ChallengeName());
        Assert.Equal("SMS_MFA", (await pool.Respond(challenge, user, ("ANSWER", "SMS_MFA"))).ChallengeName());
        var chosen = await pool.Respond(challenge, user, ("ANSWER", "SOFTWARE_TOKEN_MFA"));
        Assert.Equal("SOFTWARE_TOKEN_MFA", chosen.ChallengeName());
        AssertTokens(await pool.Respond(chosen, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
        AssertError(
            await pool.RespondFails(challenge, user, ("ANSWER", "SMS_MFA")), "NotAuthorizedException", "Invalid session for the user, session can only be used once.");

        await pool.Enable(user, "EMAIL*");
        Assert.Equal("EMAIL_OTP", (await pool.ByPassword(user)).ChallengeName());
    }

    [Fact]
    public async Task A_required_factor_is_whatever_the_user_can_answer_even_if_he_never_enabled_it()
    {
        var pool = await MfaPool.Create(server, "ON", "SMS,TOTP");
        var withPhone = await pool.AddUserWithPhone();
        Assert.Equal("SMS_MFA", (await pool.ByPassword(withPhone)).ChallengeName());
        var without = await pool.AddUser();
        var setUp = await pool.ByPassword(without);
        Assert.Equal("MFA_SETUP", setUp.ChallengeName());
        Assert.Equal("""["SMS_MFA","SOFTWARE_TOKEN_MFA"]""", setUp.Parameter("MFAS_CAN_SETUP"));
    }

    [Fact]
    public async Task The_first_means_of_recovery_is_no_second_factor_unless_the_user_enabled_it()
    {
        var pool = await MfaPool.Create(server, "ON", "SMS,TOTP", Recovery("verified_phone_number"));
        var user = await pool.AddUserWithPhone();
        var challenge = await pool.ByPassword(user);
        Assert.Equal("MFA_SETUP", challenge.ChallengeName());
        Assert.Equal("""["SOFTWARE_TOKEN_MFA"]""", challenge.Parameter("MFAS_CAN_SETUP"));
        await pool.Enable(user, "SMS");
        Assert.Equal("SMS_MFA", (await pool.ByPassword(user)).ChallengeName());

        var alone = await MfaPool.Create(server, "ON", "SMS", Recovery("admin_only"));
        Assert.Equal("SMS_MFA", (await alone.ByPassword(await alone.AddUserWithPhone())).ChallengeName());
    }

    [Fact]
    public async Task Who_can_neither_answer_nor_set_up_a_required_factor_is_told()
    {
        var pool = await MfaPool.Create(server, "ON", "EMAIL", Recovery("verified_email"));
        var error = await pool.InitiateFails("USER_PASSWORD_AUTH", ("USERNAME", await pool.AddUser()), ("PASSWORD", Pool.Password));
        Assert.Equal("MFAMethodNotFoundException", error.Type);
    }

    [Fact]
    public async Task An_address_is_set_up_as_a_factor_by_the_code_that_goes_to_it()
    {
        var pool = await MfaPool.Create(server, "ON", "EMAIL");
        await pool.Admin("AdminCreateUser", "carol", new() { ["MessageAction"] = "SUPPRESS" });
        await pool.Admin("AdminSetUserPassword", "carol", new() { ["Password"] = Pool.Password, ["Permanent"] = true });
        var challenge = await pool.ByPassword("carol");
        Assert.Equal("""["EMAIL_OTP"]""", challenge.Parameter("MFAS_CAN_SETUP"));
        AssertError(await pool.RespondFails(challenge, "carol", ("EMAIL", "no address")), "InvalidParameterException", "Invalid email address format.");
        var address = NewName() + "@example.com";
        var code = await pool.Respond(challenge, "carol", ("EMAIL", address));
        Assert.Equal("EMAIL_OTP", code.ChallengeName());
        AssertTokens(await pool.Respond(code, "carol", ("EMAIL_OTP_CODE", await server.Api.Code(address))));
        var user = await pool.Admin("AdminGetUser", "carol");
        Assert.Contains($$"""{"Name":"email","Value":"{{address}}"}""", user["UserAttributes"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("""{"Name":"email_verified","Value":"true"}""", user["UserAttributes"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""["EMAIL_OTP"]""", user["UserMFASettingList"]!.ToJsonString());
        Assert.Equal("EMAIL_OTP", (await pool.ByPassword("carol")).ChallengeName());
    }

    [Fact]
    public async Task Preferences_are_set_by_the_user_and_by_administrators_each_with_its_own_texts()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP,EMAIL");
        var user = await pool.AddUser();
        var token = await pool.AccessToken(user);
        async Task<(string, string?)> Fails(string json)
        {
            var error = await pool.HolderFails("SetUserMFAPreference", token, JsonNode.Parse(json)!.AsObject());
            return (error.Type, error.Text);
        }
        Assert.Equal(("InvalidParameterException", "User has not verified software token mfa"), await Fails("""{"SoftwareTokenMfaSettings":{"Enabled":true}}"""));
        Assert.Equal(("InvalidParameterException", "User does not have a phone_number set to turn on SMS MFA"), await Fails("""{"SMSMfaSettings":{"Enabled":true}}"""));
        var error = await pool.Api.Fail("AdminSetUserMFAPreference", new()
        {
            ["UserPoolId"] = pool.Id, ["Username"] = user, ["SoftwareTokenMfaSettings"] = new JsonObject { ["Enabled"] = true },
        });
        AssertError(error, "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA");

        await pool.Admin("AdminUpdateUserAttributes", user, Values(("phone_number", MfaPool.NewNumber())));
        Assert.Equal("InvalidParameterException", (await Fails("""{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true},"EmailMfaSettings":{"Enabled":true,"PreferredMfa":true}}""")).Item1);
        Assert.Equal("InvalidParameterException", (await Fails("""{"SMSMfaSettings":{"PreferredMfa":true}}""")).Item1);

        async Task<string> Shown(string json)
        {
            await pool.Holder("SetUserMFAPreference", token, JsonNode.Parse(json)!.AsObject());
            var shown = await pool.Holder("GetUser", token);
            return $"{shown["UserMFASettingList"]?.ToJsonString()} {shown["PreferredMfaSetting"]}";
        }
        Assert.Equal("""["SMS_MFA","EMAIL_OTP"] EMAIL_OTP""", await Shown("""{"SMSMfaSettings":{"Enabled":true},"EmailMfaSettings":{"Enabled":true,"PreferredMfa":true}}"""));
        Assert.Equal("""["SMS_MFA","EMAIL_OTP"] SMS_MFA""", await Shown("""{"SMSMfaSettings":{"Enabled":true,"PreferredMfa":true}}"""));
        Assert.Equal("""["EMAIL_OTP"] """, await Shown("""{"SMSMfaSettings":{"Enabled":false}}"""));
        Assert.Equal(" ", await Shown("""{"EmailMfaSettings":{"Enabled":false}}"""));
    }

    [Fact]
    public async Task The_last_factor_of_a_pool_that_requires_one_stays()
    {
        var pool = await MfaPool.Create(server, "ON", "SMS");
        var user = await pool.AddUserWithPhone();
        await pool.Enable(user, "SMS");
        var error = await pool.Api.Fail("AdminSetUserMFAPreference", new()
        {
            ["UserPoolId"] = pool.Id, ["Username"] = user, ["SMSMfaSettings"] = new JsonObject { ["Enabled"] = false },
        });
        Assert.Equal("InvalidParameterException", error.Type);
    }

    [Fact]
    public async Task The_old_settings_switch_text_messages_on_and_off()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var user = await pool.AddUserWithPhone();
        var on = new JsonArray(new JsonObject { ["DeliveryMedium"] = "SMS", ["AttributeName"] = "phone_number" });
        await pool.Holder("SetUserSettings", await pool.AccessToken(user), new() { ["MFAOptions"] = on });
        Assert.Equal("""[{"DeliveryMedium":"SMS","AttributeName":"phone_number"}]""", (await pool.Admin("AdminGetUser", user))["MFAOptions"]!.ToJsonString());
        var listed = (await pool.Api.Call("ListUsers", new() { ["UserPoolId"] = pool.Id }))["Users"]![0]!;
        Assert.Equal("""[{"DeliveryMedium":"SMS","AttributeName":"phone_number"}]""", listed["MFAOptions"]!.ToJsonString());
        Assert.Equal("SMS_MFA", (await pool.ByPassword(user)).ChallengeName());
        await pool.Admin("AdminSetUserSettings", user, new() { ["MFAOptions"] = new JsonArray() });
        AssertTokens(await pool.ByPassword(user));
        Assert.Null((await pool.Admin("AdminGetUser", user))["MFAOptions"]);
    }

    private static JsonObject Recovery(string name) => new()
    {
        ["AccountRecoverySetting"] = new JsonObject { ["RecoveryMechanisms"] = new JsonArray(new JsonObject { ["Priority"] = 1, ["Name"] = name }) },
    };
}
