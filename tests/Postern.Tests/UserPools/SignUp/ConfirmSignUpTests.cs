using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignUp;

public class ConfirmSignUpTests(TestServer server)
{
    [Fact]
    public async Task Confirming_lets_the_user_sign_in_with_a_verified_address()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name));
        Assert.Equal("{}", (await pool.Confirm(name, await pool.Api.Code(Address(name)))).ToJsonString());
        var own = await pool.OwnAttributes(await pool.AccessToken(name));
        Assert.Equal("true", own["email_verified"]);
    }

    [Fact]
    public async Task A_wrong_code_says_so_and_leaves_the_right_one_of_use()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        var code = await pool.Api.Code(Address(name));
        AssertError(await pool.ConfirmFails(name, Wrong(code)), "CodeMismatchException", "Invalid verification code provided, please try again.");
        AssertError(await pool.ConfirmFails(name, "not-digits"), "CodeMismatchException", "Invalid verification code provided, please try again.");
        await pool.Confirm(name, code);
    }

    [Fact]
    public async Task A_confirmed_user_can_not_be_confirmed()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        AssertError(await pool.ConfirmFails(name, "123456"), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    }

    [Fact]
    public async Task Without_a_code_there_is_nothing_to_confirm()
    {
        var pool = await Pool.Create(server);
        var name = NewName();
        await pool.SignUp(name);
        AssertError(await pool.ConfirmFails(name, "123456"), "ExpiredCodeException", "Invalid code provided, please request a code again.");
    }

    [Fact]
    public async Task An_unknown_name_is_told_where_the_client_hides_nobody()
    {
        var pool = await Pool.Create(server);
        AssertError(await pool.ConfirmFails(NewName(), "123456"), "UserNotFoundException", "Username/client id combination not found.");
    }

    [Fact]
    public async Task Of_many_confirmations_at_once_one_succeeds()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        var code = await pool.Api.Code(Address(name));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            try
            {
                await pool.Confirm(name, code);
                return "";
            }
            catch (ServiceError error)
            {
                return error.Type;
            }
        }));
        Assert.Single(outcomes, "");
        Assert.All(outcomes.Where(static type => type != ""), static type => Assert.Contains(type, (string[])["NotAuthorizedException", "ExpiredCodeException"]));
    }

    [Fact]
    public async Task A_sign_up_with_a_taken_alias_succeeds_and_confirmation_refuses_it()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var owner = await pool.Join();
        var second = NewName();
        await pool.SignUp(second, ("email", Address(owner)));
        var code = await pool.Api.Code(Address(owner));
        AssertError(await pool.ConfirmFails(second, code), "AliasExistsException", "An account with the email already exists.");
        Assert.Equal("true", (await pool.OwnAttributes(await pool.AccessToken(Address(owner))))["email_verified"]);

        // The code was not used up by the refusal; forced, the alias moves.
        Assert.Equal("{}", (await pool.Anyone("ConfirmSignUp", second, new() { ["ConfirmationCode"] = code, ["ForceAliasCreation"] = true })).ToJsonString());
        var byAlias = await pool.Holder("GetUser", await pool.AccessToken(Address(owner)));
        Assert.Equal(second, (string)byAlias["Username"]!);
        var before = await pool.OwnAttributes(await pool.AccessToken(owner));
        Assert.Equal("false", before["email_verified"]);
        Assert.Equal(Address(owner), before["email"]);
    }

    [Fact]
    public async Task A_forced_alias_that_nobody_has_is_simply_claimed()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        await pool.Anyone("ConfirmSignUp", name, new() { ["ConfirmationCode"] = await pool.Api.Code(Address(name)), ["ForceAliasCreation"] = true });
        await pool.AccessToken(Address(name));
    }

    [Fact]
    public async Task A_new_code_makes_the_old_one_void()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        var first = await pool.Api.Code(Address(name));
        string second;
        do
        {
            var answer = await pool.Anyone("ResendConfirmationCode", name);
            Assert.Equal(["CodeDeliveryDetails"], answer.Select(static member => member.Key));
            AssertDelivery(answer["CodeDeliveryDetails"], "email", "EMAIL", "u***@e***");
            second = await pool.Api.Code(Address(name));
        }
        while (second == first);
        Assert.Equal("CodeMismatchException", (await pool.ConfirmFails(name, first)).Type);
        await pool.Confirm(name, second);
    }

    [Fact]
    public async Task A_code_is_sent_again_only_to_those_who_wait_for_one()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        AssertError(await pool.AnyoneFails("ResendConfirmationCode", await pool.Join()), "InvalidParameterException", "User is already confirmed.");
        var without = NewName();
        await pool.SignUp(without);
        AssertError(await pool.AnyoneFails("ResendConfirmationCode", without), "InvalidParameterException", "Cannot resend codes. Auto verification not turned on.");
        AssertError(await pool.AnyoneFails("ResendConfirmationCode", NewName()), "UserNotFoundException", "Username/client id combination not found.");
    }
}
