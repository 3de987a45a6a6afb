using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;

namespace Postern.Tests.UserPools.Passwords;

public class AdminPasswordTests(TestServer server)
{
    private const string Another = "An0ther-one!";

    [Fact]
    public async Task A_permanent_password_confirms_whatever_the_status_was()
    {
        var pool = await Pool.Create(server);
        await pool.Create("created");
        await pool.SignUp("unconfirmed");
        await pool.AddUser("reset");
        await pool.Admin("AdminResetUserPassword", "reset");
        foreach (var name in new[] { "created", "unconfirmed", "reset" })
        {
            Assert.Empty(await pool.Admin("AdminSetUserPassword", name, new() { ["Password"] = Another, ["Permanent"] = true }));
            Assert.Equal("CONFIRMED", await pool.Status(name));
            Assert.NotNull((await pool.SignIn(name, Another))["AccessToken"]);
        }
    }

    [Fact]
    public async Task A_temporary_password_must_be_changed_and_the_old_one_is_of_no_use()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        await pool.Admin("AdminSetUserPassword", name, new() { ["Password"] = Another });
        Assert.Equal("FORCE_CHANGE_PASSWORD", await pool.Status(name));
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)(await pool.SignIn(name, Another))["ChallengeName"]);
        Assert.Equal("Incorrect username or password.", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name))).Text);
    }

    [Theory]
    [InlineData("Sh0rt!", "Password not long enough")]
    [InlineData("nouppercase1!", "Password must have uppercase characters")]
    [InlineData("NoNumbers!", "Password must have numeric characters")]
    [InlineData("NoSymbols1", "Password must have symbol characters")]
    public async Task The_policy_applies_to_administrators(string password, string rule)
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        Assert.Equal(
            ("InvalidPasswordException", $"Password does not conform to policy: {rule}"),
            await pool.Refuse("AdminSetUserPassword", "anna", new() { ["Password"] = password, ["Permanent"] = true }));
    }

    [Fact]
    public async Task An_unknown_user_is_told_before_a_bad_password()
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminSetUserPassword", "nobody", new() { ["Password"] = "x" }));
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminSetUserPassword", "nobody")).Type);
    }

    [Fact]
    public async Task A_reset_takes_the_password_out_of_use_and_sends_a_code_for_a_new_one()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser("anna", "anna@example.com");
        Assert.Empty(await pool.Admin("AdminResetUserPassword", name));
        Assert.Equal("RESET_REQUIRED", await pool.Status(name));
        var refused = await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name));
        Assert.Equal(("PasswordResetRequiredException", "Password reset required for the user"), (refused.Type, refused.Text));

        var mail = Assert.Single(await pool.Inbox("anna@example.com"))!;
        Assert.Equal("CustomMessage_ForgotPassword", (string?)mail["trigger"]);
        Assert.Equal($"Your password reset code is {mail["code"]}", (string?)mail["body"]);
        await pool.Admin("AdminResetUserPassword", name);
        var code = (string)(await pool.Inbox("anna@example.com"))[0]!["code"]!;
        await server.Api.Call("ConfirmForgotPassword", new() { ["ClientId"] = pool.ClientId, ["Username"] = name, ["ConfirmationCode"] = code, ["Password"] = Another }, sign: false);
        Assert.Equal("CONFIRMED", await pool.Status(name));
        Assert.NotNull((await pool.SignIn(name, Another))["AccessToken"]);
    }

    [Fact]
    public async Task A_reset_is_refused_in_other_states()
    {
        var pool = await Pool.Create(server);
        await pool.Create("created", ("email", "created@example.com"), ("email_verified", "true"));
        await pool.SignUp("unconfirmed", ("email", "unconfirmed@example.com"));
        foreach (var name in new[] { "created", "unconfirmed" })
            Assert.Equal(("NotAuthorizedException", "User password cannot be reset in the current state."), await pool.Refuse("AdminResetUserPassword", name));

        var disabled = await pool.AddUser();
        await pool.Admin("AdminDisableUser", disabled);
        Assert.Equal(("NotAuthorizedException", "User is disabled."), await pool.Refuse("AdminResetUserPassword", disabled));
    }

    [Fact]
    public async Task A_reset_needs_a_verified_contact_that_may_be_used()
    {
        var pool = await Pool.Create(server, new()
        {
            ["AccountRecoverySetting"] = new JsonObject { ["RecoveryMechanisms"] = new JsonArray(new JsonObject { ["Name"] = "verified_phone_number", ["Priority"] = 1 }) },
        });
        var name = await pool.AddUser();
        Assert.Equal(
            ("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number"),
            await pool.Refuse("AdminResetUserPassword", name));
        Assert.Equal("CONFIRMED", await pool.Status(name));

        var closed = await Pool.Create(server, new()
        {
            ["AccountRecoverySetting"] = new JsonObject { ["RecoveryMechanisms"] = new JsonArray(new JsonObject { ["Name"] = "admin_only", ["Priority"] = 1 }) },
        });
        name = await closed.AddUser();
        Assert.Equal(("NotAuthorizedException", "Contact administrator to reset password."), await closed.Refuse("AdminResetUserPassword", name));
    }
}
