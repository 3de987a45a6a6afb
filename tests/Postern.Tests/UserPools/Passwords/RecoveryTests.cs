using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Passwords;

public class RecoveryTests(TestServer server)
{
    private const string NewPassword = "N3w-Passw0rd";
    private const string NoContact = "Cannot reset password for the user as there is no registered/verified email or phone_number";

    [Fact]
    public async Task A_code_to_the_verified_address_sets_a_new_password()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var answer = await pool.Anyone("ForgotPassword", name);
        Assert.Equal(["CodeDeliveryDetails"], answer.Select(static member => member.Key));
        AssertDelivery(answer["CodeDeliveryDetails"], "email", "EMAIL", "u***@e***");
        var message = (await pool.Api.Get("/_postern/dev/inbox?to=" + Address(name)))!.AsArray()[0]!;
        Assert.Equal($"Your password reset code is {(string)message["code"]!}", (string)message["body"]!);
        await pool.AccessToken(name);   // asking changes nothing

        Assert.Equal("{}", (await Reset(pool, name, (string)message["code"]!)).ToJsonString());
        await pool.AccessToken(name, NewPassword);
        await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name));
        AssertError(await ResetFails(pool, name, (string)message["code"]!), "ExpiredCodeException", "Invalid code provided, please request a code again.");
    }

    [Fact]
    public async Task A_wrong_code_or_a_weak_password_changes_nothing_and_leaves_the_code_of_use()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        await pool.Anyone("ForgotPassword", name);
        var code = await pool.Api.Code(Address(name));
        AssertError(await ResetFails(pool, name, Wrong(code)), "CodeMismatchException", "Invalid verification code provided, please try again.");
        AssertError(await ResetFails(pool, name, code, "weak"), "InvalidPasswordException", "Password did not conform with policy: Password not long enough");
        await pool.AccessToken(name);
        await Reset(pool, name, code);
    }

    [Fact]
    public async Task Without_a_request_there_is_no_code()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        AssertError(await ResetFails(pool, name, "123456"), "ExpiredCodeException", "Invalid code provided, please request a code again.");
    }

    [Fact]
    public async Task Unknown_names_are_told_where_the_client_hides_nobody()
    {
        var pool = await Pool.Create(server);
        AssertError(await pool.AnyoneFails("ForgotPassword", NewName()), "UserNotFoundException", "Username/client id combination not found.");
        AssertError(await ResetFails(pool, NewName(), "123456"), "UserNotFoundException", "Username/client id combination not found.");
    }

    [Fact]
    public async Task A_client_with_a_secret_wants_its_hash_before_anything_else()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var (client, _) = await pool.AddClient(new() { ["GenerateSecret"] = true });
        var secretNotReceived = $"Client {client} is configured for secret but secret was not received";
        AssertError(await pool.AnyoneFails("ForgotPassword", name, new() { ["ClientId"] = client }), "NotAuthorizedException", secretNotReceived);
        AssertError(await pool.AnyoneFails("ResendConfirmationCode", name, new() { ["ClientId"] = client }), "NotAuthorizedException", secretNotReceived);
        AssertError(await pool.ConfirmFails(name, "123456", new() { ["ClientId"] = client }), "NotAuthorizedException", secretNotReceived);
        AssertError(
            await pool.AnyoneFails("ConfirmForgotPassword", name, new() { ["ClientId"] = client, ["ConfirmationCode"] = "123456", ["Password"] = "weak" }),
            "NotAuthorizedException", secretNotReceived);
    }

    [Fact]
    public async Task A_user_without_a_verified_contact_gets_no_code()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var unconfirmed = NewName();
        await pool.SignUp(unconfirmed, ("email", Address(unconfirmed)));
        AssertError(await pool.AnyoneFails("ForgotPassword", unconfirmed), "InvalidParameterException", NoContact);
    }

    [Fact]
    public async Task Temporary_passwords_are_not_recovered()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.Admin("AdminCreateUser", name, new()
        {
            ["MessageAction"] = "SUPPRESS",
            ["TemporaryPassword"] = Pool.Password,
            ["UserAttributes"] = Pool.Attributes(("email", Address(name)), ("email_verified", "true")),
        });
        AssertError(await pool.AnyoneFails("ForgotPassword", name), "NotAuthorizedException", "User password cannot be reset in the current state.");
    }

    [Fact]
    public async Task A_disabled_user_is_told_so()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        await pool.Admin("AdminDisableUser", name);
        AssertError(await pool.AnyoneFails("ForgotPassword", name), "NotAuthorizedException", "User is disabled.");
        AssertError(await ResetFails(pool, name, "123456"), "NotAuthorizedException", "User is disabled.");
    }

    [Fact]
    public async Task The_phone_number_comes_first_unless_the_pool_says_otherwise()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join(("phone_number", "+15555550123"));
        await pool.Admin("AdminUpdateUserAttributes", name, Values(("phone_number_verified", "true")));
        AssertDelivery((await pool.Anyone("ForgotPassword", name))["CodeDeliveryDetails"], "phone_number", "SMS", "+*******0123");

        var byMail = await Pool.Create(server, WithRecovery(("verified_email", 1), ("verified_phone_number", 2)));
        name = await byMail.Join(("phone_number", "+15555550123"));
        await byMail.Admin("AdminUpdateUserAttributes", name, Values(("phone_number_verified", "true")));
        AssertDelivery((await byMail.Anyone("ForgotPassword", name))["CodeDeliveryDetails"], "email", "EMAIL", "u***@e***");
        await byMail.Admin("AdminUpdateUserAttributes", name, Values(("email_verified", "false")));
        AssertDelivery((await byMail.Anyone("ForgotPassword", name))["CodeDeliveryDetails"], "phone_number", "SMS", "+*******0123");

        var onlyPhone = await Pool.Create(server, WithRecovery(("verified_phone_number", 1)));
        AssertError(await onlyPhone.AnyoneFails("ForgotPassword", await onlyPhone.Join()), "InvalidParameterException", NoContact);
    }

    [Fact]
    public async Task What_is_the_users_second_factor_does_not_recover_the_first()
    {
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,EMAIL", WithRecovery(("verified_phone_number", 1), ("verified_email", 2)));
        var user = await pool.AddUserWithPhone();
        await pool.Enable(user, "SMS");
        AssertDelivery((await pool.Anyone("ForgotPassword", user))["CodeDeliveryDetails"], "email", "EMAIL", $"{user[0]}***@e***");
        await pool.Enable(user, "EMAIL");
        var error = await pool.AnyoneFails("ForgotPassword", user);
        AssertError(error, "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number");

        // Where nobody is asked for a second factor, none is one.
        await MfaPool.Configure(pool, "OFF", "");
        Assert.Equal("phone_number", (string?)(await pool.Anyone("ForgotPassword", user))["CodeDeliveryDetails"]!["AttributeName"]);
    }

    [Fact]
    public async Task A_pool_that_says_nothing_of_recovery_takes_the_second_factor_for_it_too()
    {
        var pool = await MfaPool.Create(server, "ON", "SMS");
        var user = await pool.AddUserWithPhone();
        await pool.Enable(user, "SMS");
        Assert.Equal("phone_number", (string?)(await pool.Anyone("ForgotPassword", user))["CodeDeliveryDetails"]!["AttributeName"]);
    }

    [Fact]
    public async Task Who_never_had_a_password_and_must_set_one_is_told_unless_the_client_hides_users()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Policies"] = SigningIn.FirstFactors("PASSWORD", "EMAIL_OTP"),
        });
        await pool.Admin("AdminCreateUser", "anna", new()
        {
            ["MessageAction"] = "SUPPRESS", ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com"), ("email_verified", "true")),
        });
        await pool.Admin("AdminResetUserPassword", "anna");
        var told = await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn("anna"));
        AssertError(told, "PasswordResetRequiredException", "Password reset required for the user");
        var hiding = (await pool.AddClient(HidesUsers)).Id;
        var hidden = await pool.Api.Fail("InitiateAuth", new()
        {
            ["ClientId"] = hiding, ["AuthFlow"] = "USER_PASSWORD_AUTH", ["AuthParameters"] = new JsonObject { ["USERNAME"] = "anna", ["PASSWORD"] = Pool.Password },
        }, sign: false);
        AssertError(hidden, "NotAuthorizedException", "Incorrect username or password.");
        await Reset(pool, "anna", await pool.Api.Code("anna@example.com"));
        await pool.AccessToken("anna", NewPassword);
    }

    [Fact]
    public async Task Where_only_administrators_recover_nobody_gets_a_code()
    {
        var pool = await Pool.Create(server, WithRecovery(("admin_only", 1)), HidesUsers);
        AssertError(await pool.AnyoneFails("ForgotPassword", await pool.Join()), "NotAuthorizedException", "Contact administrator to reset password.");
        AssertError(await pool.AnyoneFails("ForgotPassword", NewName()), "NotAuthorizedException", "Contact administrator to reset password.");
    }

    [Fact]
    public async Task A_password_that_an_administrator_reset_is_set_anew_with_the_code()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        await pool.Admin("AdminResetUserPassword", name);
        Assert.Equal("PasswordResetRequiredException", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name))).Type);
        await Reset(pool, name, await pool.Api.Code(Address(name)));
        await pool.AccessToken(name, NewPassword);
    }

    private static JsonObject WithRecovery(params (string Name, int Priority)[] mechanisms)
    {
        var pool = VerifiesEmail;
        pool["AccountRecoverySetting"] = new JsonObject
        {
            ["RecoveryMechanisms"] = new JsonArray([.. mechanisms.Select(static mechanism => new JsonObject { ["Name"] = mechanism.Name, ["Priority"] = mechanism.Priority })]),
        };
        return pool;
    }

    private static Task<JsonObject> Reset(Pool pool, string name, string code, string password = NewPassword) =>
        pool.Anyone("ConfirmForgotPassword", name, new() { ["ConfirmationCode"] = code, ["Password"] = password });

    private static Task<ServiceError> ResetFails(Pool pool, string name, string code, string password = NewPassword) =>
        pool.AnyoneFails("ConfirmForgotPassword", name, new() { ["ConfirmationCode"] = code, ["Password"] = password });
}
