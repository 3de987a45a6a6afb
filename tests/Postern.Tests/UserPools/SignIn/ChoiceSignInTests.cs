using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>USER_AUTH: the user chooses the first factor.</summary>
public class ChoiceSignInTests(TestServer server)
{
    private const string WrongCode = "Invalid code or auth state for the user.";

    [Fact]
    public async Task A_code_by_mail_signs_in_without_a_password()
    {
        var pool = await Passwordless("EMAIL_OTP");
        var user = await pool.AddUser();
        var challenge = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
        Assert.Equal("EMAIL_OTP", challenge.ChallengeName());
        Assert.Equal(["EMAIL_OTP", "PASSWORD_SRP", "PASSWORD"], challenge.Available());
        Assert.Equal("EMAIL", challenge.Parameter("CODE_DELIVERY_DELIVERY_MEDIUM"));
        Assert.Equal($"{user[0]}***@e***", challenge.Parameter("CODE_DELIVERY_DESTINATION"));
        Assert.Equal(2, challenge["ChallengeParameters"]!.AsObject().Count);
        var code = await server.Api.Code(Address(user));
        Assert.Equal(8, code.Length);
        for (var tries = 0; tries < 6; tries++)
            AssertError(await pool.RespondFails(challenge, user, ("EMAIL_OTP_CODE", Wrong(code))), "CodeMismatchException", WrongCode);
        AssertTokens(await pool.Respond(challenge, user, ("EMAIL_OTP_CODE", code)));
        AssertError(
            await pool.RespondFails(challenge, user, ("EMAIL_OTP_CODE", code)), "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task A_code_by_text_message_signs_in_without_a_password()
    {
        var pool = await Passwordless("SMS_OTP");
        var user = await pool.AddUserWithPhone();
        var number = (string)(await pool.Admin("AdminGetUser", user))["UserAttributes"]!.AsArray().Single(attribute => (string?)attribute!["Name"] == "phone_number")!["Value"]!;
        var challenge = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "SMS_OTP"));
        Assert.Equal("SMS", challenge.Parameter("CODE_DELIVERY_DELIVERY_MEDIUM"));
        AssertTokens(await pool.Respond(challenge, user, ("SMS_OTP_CODE", await server.Api.Code(number))));
    }

    [Fact]
    public async Task Without_a_preference_the_user_selects()
    {
        var pool = await Passwordless("EMAIL_OTP");
        var user = await pool.AddUser();
        var choice = await pool.Initiate("USER_AUTH", ("USERNAME", user));
        Assert.Equal("SELECT_CHALLENGE", choice.ChallengeName());
        Assert.Equal(["EMAIL_OTP", "PASSWORD_SRP", "PASSWORD"], choice.Available());
        Assert.Equal("InvalidParameterException", (await pool.RespondFails(choice, user, ("ANSWER", "SMS_OTP"))).Type);
        AssertTokens(await pool.Respond(choice, user, ("ANSWER", "PASSWORD"), ("PASSWORD", Pool.Password)));

        choice = await pool.Initiate("USER_AUTH", ("USERNAME", user));
        var challenge = await pool.Respond(choice, user, ("ANSWER", "EMAIL_OTP"));
        Assert.Equal("EMAIL_OTP", challenge.ChallengeName());
        AssertTokens(await pool.Respond(challenge, user, ("EMAIL_OTP_CODE", await server.Api.Code(Address(user)))));

        choice = await pool.Initiate("USER_AUTH", ("USERNAME", user));
        var srp = new SrpClient(12345);
        challenge = await pool.Respond(choice, user, ("ANSWER", "PASSWORD_SRP"), ("SRP_A", srp.SrpA));
        Assert.Equal("PASSWORD_VERIFIER", challenge.ChallengeName());
        AssertTokens(await pool.Respond(challenge, user, srp.Proof(pool, challenge, Pool.Password)));
    }

    [Fact]
    public async Task A_preferred_password_is_checked_at_once_or_asked_for()
    {
        var pool = await Passwordless("EMAIL_OTP");
        var user = await pool.AddUser();
        AssertTokens(await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD"), ("PASSWORD", Pool.Password)));
        AssertError(
            await pool.InitiateFails("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD"), ("PASSWORD", "Wr0ng-one!")),
            "NotAuthorizedException", "Incorrect username or password.");

        var asked = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD"));
        Assert.Equal("PASSWORD", asked.ChallengeName());
        AssertError(await pool.RespondFails(asked, user), "InvalidParameterException", "Missing required parameter PASSWORD");
        AssertTokens(await pool.Respond(asked, user, ("PASSWORD", Pool.Password)));

        asked = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD_SRP"));
        Assert.Equal("PASSWORD_SRP", asked.ChallengeName());
        var srp = new SrpClient(54321);
        var verifier = await pool.Respond(asked, user, ("SRP_A", srp.SrpA));
        AssertTokens(await pool.Respond(verifier, user, srp.Proof(pool, verifier, Pool.Password)));

        srp = new SrpClient(777);
        verifier = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD_SRP"), ("SRP_A", srp.SrpA));
        Assert.NotNull(verifier["Session"]);
        var stranger = (string?)verifier["Session"];
        verifier["Session"] = (string?)asked["Session"];
        AssertError(
            await pool.RespondFails(verifier, user, srp.Proof(pool, verifier, Pool.Password)), "NotAuthorizedException", "Invalid session for the user.");
        Assert.NotNull(stranger);

        srp = new SrpClient(778);
        verifier = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD_SRP"), ("SRP_A", srp.SrpA));
        verifier.Remove("Session");
        AssertTokens(await pool.Respond(verifier, user, srp.Proof(pool, verifier, Pool.Password)));

        // The sessions of before are used up with it.
        var choice = await pool.Initiate("USER_AUTH", ("USERNAME", user));
        verifier = await pool.Respond(choice, user, ("ANSWER", "PASSWORD_SRP"), ("SRP_A", srp.SrpA));
        verifier.Remove("Session");
        AssertTokens(await pool.Respond(verifier, user, srp.Proof(pool, verifier, Pool.Password)));
        AssertError(
            await pool.RespondFails(choice, user, ("ANSWER", "PASSWORD"), ("PASSWORD", Pool.Password)), "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.");
    }

    [Fact]
    public async Task Who_has_a_temporary_password_has_no_other_factor()
    {
        var pool = await Passwordless("EMAIL_OTP");
        await pool.Admin("AdminCreateUser", "tom", new()
        {
            ["MessageAction"] = "SUPPRESS",
            ["TemporaryPassword"] = "Temp0rary!",
            ["UserAttributes"] = Pool.Attributes(("email", "tom@example.com"), ("email_verified", "true")),
        });
        var choice = await pool.Initiate("USER_AUTH", ("USERNAME", "tom"), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
        Assert.Equal("SELECT_CHALLENGE", choice.ChallengeName());
        Assert.Equal(["PASSWORD_SRP", "PASSWORD"], choice.Available());
        Assert.Equal("NEW_PASSWORD_REQUIRED", (await pool.Respond(choice, "tom", ("ANSWER", "PASSWORD"), ("PASSWORD", "Temp0rary!"))).ChallengeName());
    }

    [Fact]
    public async Task A_second_factor_leaves_only_passwords_to_begin_with()
    {
        var pool = await Passwordless("EMAIL_OTP");
        await MfaPool.Configure(pool, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var app = await pool.SetUpToken(user);
        Assert.Equal(["EMAIL_OTP", "PASSWORD_SRP", "PASSWORD"], (await pool.Initiate("USER_AUTH", ("USERNAME", user))).Available());
        await pool.Enable(user, "TOTP");
        var choice = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
        Assert.Equal(["PASSWORD_SRP", "PASSWORD"], choice.Available());
        var second = await pool.Respond(choice, user, ("ANSWER", "PASSWORD"), ("PASSWORD", Pool.Password));
        Assert.Equal("SOFTWARE_TOKEN_MFA", second.ChallengeName());
        AssertTokens(await pool.Respond(second, user, ("SOFTWARE_TOKEN_MFA_CODE", app.Next())));
    }

    [Fact]
    public async Task A_name_that_nobody_has_looks_like_anyones_and_no_code_is_right()
    {
        var pool = await Passwordless("EMAIL_OTP", hides: true);
        var name = NewName();
        var challenge = await pool.Initiate("USER_AUTH", ("USERNAME", name + "@example.com"), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
        Assert.Equal("EMAIL_OTP", challenge.ChallengeName());
        Assert.Equal($"{name[0]}***@e***", challenge.Parameter("CODE_DELIVERY_DESTINATION"));
        Assert.Empty((await server.Api.Get("/_postern/dev/inbox?to=" + name + "%40example.com"))!.AsArray());
        Assert.Empty((await server.Api.Get("/_postern/dev/inbox?pool=" + pool.Id))!.AsArray());
        AssertError(await pool.RespondFails(challenge, name + "@example.com", ("EMAIL_OTP_CODE", "12345678")), "CodeMismatchException", WrongCode);
        AssertError(await pool.RespondFails(challenge, "someone", ("EMAIL_OTP_CODE", "12345678")), "NotAuthorizedException", "Invalid session for the user.");

        var choice = await pool.Initiate("USER_AUTH", ("USERNAME", name));
        Assert.Equal(["EMAIL_OTP", "PASSWORD_SRP", "PASSWORD"], choice.Available());
        AssertError(
            await pool.RespondFails(choice, name, ("ANSWER", "PASSWORD"), ("PASSWORD", Pool.Password)), "NotAuthorizedException", "Incorrect username or password.");
        var srp = new SrpClient(4711);
        var verifier = await pool.Respond(choice, name, ("ANSWER", "PASSWORD_SRP"), ("SRP_A", srp.SrpA));
        AssertError(
            await pool.RespondFails(verifier, name, srp.Proof(pool, verifier, Pool.Password)), "NotAuthorizedException", "Incorrect username or password.");

        var legacy = await Passwordless("EMAIL_OTP");
        AssertError(await legacy.InitiateFails("USER_AUTH", ("USERNAME", name)), "UserNotFoundException", "User does not exist.");
    }

    [Fact]
    public async Task A_confirmed_sign_up_signs_in_without_a_second_code()
    {
        var pool = await Passwordless("EMAIL_OTP", verifies: true);
        var name = NewName();
        var signedUp = await pool.Anyone("SignUp", name, new() { ["UserAttributes"] = Pool.Attributes(("email", Address(name))) });
        var confirmed = await pool.Anyone("ConfirmSignUp", name, new()
        {
            ["ConfirmationCode"] = await server.Api.Code(Address(name)), ["Session"] = (string)signedUp["Session"]!,
        });
        var session = (string)confirmed["Session"]!;
        AssertError(
            await pool.InitiateFails("USER_AUTH", ("USERNAME", name), ("Session", (string)signedUp["Session"]!)), "NotAuthorizedException", "Invalid session for the user.");
        AssertError(
            await pool.InitiateFails("USER_AUTH", ("USERNAME", "someone"), ("Session", session)), "NotAuthorizedException", "Invalid session for the user.");
        AssertTokens(await pool.Initiate("USER_AUTH", ("USERNAME", name), ("Session", session), ("PREFERRED_CHALLENGE", "EMAIL_OTP")));
        AssertError(
            await pool.InitiateFails("USER_AUTH", ("USERNAME", name), ("Session", session)), "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.");
        // Without a password, a code is what there is.
        Assert.Equal(["EMAIL_OTP"], (await pool.Initiate("USER_AUTH", ("USERNAME", name))).Available());
    }

    [Fact]
    public async Task A_sign_up_without_password_needs_a_pool_that_can_do_without()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var error = await pool.AnyoneFails("SignUp", NewName());
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Null((await pool.SignUp(NewName()))["Session"]);
    }

    [Fact]
    public async Task A_confirmed_sign_up_still_has_to_set_up_the_second_factor_of_its_pool()
    {
        var pool = await Passwordless("", verifies: true);
        await MfaPool.Configure(pool, "ON", "TOTP");
        var name = NewName();
        var signedUp = await pool.SignUp(name, ("email", Address(name)));
        var confirmed = await pool.Anyone("ConfirmSignUp", name, new()
        {
            ["ConfirmationCode"] = await server.Api.Code(Address(name)), ["Session"] = (string)signedUp["Session"]!,
        });
        Assert.Equal("MFA_SETUP", (await pool.Initiate("USER_AUTH", ("USERNAME", name), ("Session", (string)confirmed["Session"]!))).ChallengeName());
    }

    [Fact]
    public async Task Factors_are_told_to_the_user_and_to_administrators()
    {
        var pool = await Passwordless("EMAIL_OTP");
        var user = await pool.AddUser();
        var own = await pool.Holder("GetUserAuthFactors", await pool.AccessToken(user));
        Assert.Equal(user, (string?)own["Username"]);
        Assert.Equal("""["EMAIL_OTP","PASSWORD"]""", own["ConfiguredUserAuthFactors"]!.ToJsonString());
        Assert.Null(own["UserMFASettingList"]);
        Assert.Equal(own.ToJsonString(), (await pool.Admin("AdminGetUserAuthFactors", user)).ToJsonString());
    }

    [Fact]
    public async Task The_client_must_allow_it()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("InvalidParameterException", (await pool.InitiateFails("USER_AUTH", ("USERNAME", await pool.AddUser()))).Type);
    }

    [Fact]
    public async Task A_pending_code_is_sent_again_a_few_times_an_hour()
    {
        var pool = await Passwordless("EMAIL_OTP");
        var user = await pool.AddUser();
        var challenge = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
        var first = await server.Api.Code(Address(user));
        var again = await Resend(pool, challenge, user);
        Assert.Equal("EMAIL_OTP", again.ChallengeName());
        Assert.NotEqual((string?)challenge["Session"], (string?)again["Session"]);
        Assert.Equal(challenge["ChallengeParameters"]!.ToJsonString(), again["ChallengeParameters"]!.ToJsonString());
        var second = await server.Api.Code(Address(user));
        Assert.NotEqual(first, second);
        AssertError(await pool.RespondFails(again, user, ("EMAIL_OTP_CODE", first)), "CodeMismatchException", WrongCode);
        for (var more = 1; more < 5; more++)
            again = await Resend(pool, again, user);
        var error = await server.Api.Fail("RespondToAuthChallenge", ResendRequest(pool, again, user), sign: false);
        AssertError(error, "LimitExceededException", "Attempt limit exceeded, please try after some time.");
        AssertTokens(await pool.Respond(again, user, ("EMAIL_OTP_CODE", await server.Api.Code(Address(user)))));
    }

    [Fact]
    public async Task A_second_factors_code_is_sent_again_too()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var number = MfaPool.NewNumber();
        var user = await pool.AddUserWithPhone(number);
        await pool.Enable(user, "SMS");
        var challenge = await pool.ByPassword(user);
        var first = await server.Api.Code(number);
        var again = await Resend(pool, challenge, user);
        Assert.Equal("SMS_MFA", again.ChallengeName());
        AssertError(await pool.RespondFails(again, user, ("SMS_MFA_CODE", first)), "CodeMismatchException", WrongCode);
        AssertTokens(await pool.Respond(again, user, ("SMS_MFA_CODE", await server.Api.Code(number))));
    }

    private static Task<JsonObject> Resend(Pool pool, JsonObject challenge, string user) =>
        pool.Api.Call("RespondToAuthChallenge", ResendRequest(pool, challenge, user), sign: false);

    private static JsonObject ResendRequest(Pool pool, JsonObject challenge, string user)
    {
        var request = pool.Response(challenge, user);
        request["ClientMetadata"] = new JsonObject { ["postern:resend"] = "true" };
        return request;
    }

    private Task<Pool> Passwordless(string factor, bool hides = false, bool verifies = false)
    {
        var settings = new JsonObject { ["Policies"] = factor.Length == 0 ? FirstFactors("PASSWORD") : FirstFactors("PASSWORD", factor) };
        if (verifies)
            settings["AutoVerifiedAttributes"] = new JsonArray("email");
        if (factor is "SMS_OTP")
            settings["SmsConfiguration"] = new JsonObject { ["SnsCallerArn"] = "arn:aws:iam::123456789012:role/sms" };
        var client = hides ? HidesUsers : new JsonObject();
        client["ExplicitAuthFlows"] = AllFlows;
        return Pool.Create(server, settings, client);
    }
}
