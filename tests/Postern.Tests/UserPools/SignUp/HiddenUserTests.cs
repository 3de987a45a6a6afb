using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignUp;

/// <summary>PreventUserExistenceErrors: what sign-up and recovery tell of names that nobody has.</summary>
public class HiddenUserTests(TestServer server)
{
    private const string Mismatch = "Invalid verification code provided, please try again.";
    private const string Expired = "Invalid code provided, please request a code again.";

    [Theory]
    [InlineData("ForgotPassword")]
    [InlineData("ResendConfirmationCode")]
    public async Task Details_of_a_code_that_nobody_gets_are_made_up_and_stable(string operation)
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var (name, other) = (NewName(), NewName());
        var answer = await pool.Anyone(operation, name);
        Assert.Equal(["CodeDeliveryDetails"], answer.Select(static member => member.Key));
        Assert.Matches(@"^[a-z]\*\*\*@[a-z]\*\*\*$", (string)answer["CodeDeliveryDetails"]!["Destination"]!);
        Assert.Equal(("email", "EMAIL"), ((string)answer["CodeDeliveryDetails"]!["AttributeName"]!, (string)answer["CodeDeliveryDetails"]!["DeliveryMedium"]!));
        Assert.Equal(answer.ToJsonString(), (await pool.Anyone(operation, name)).ToJsonString());

        var destinations = new HashSet<string>();
        for (var i = 0; i < 4; i++)
            destinations.Add((string)(await pool.Anyone(operation, other + i))["CodeDeliveryDetails"]!["Destination"]!);
        Assert.True(destinations.Count > 1);
        Assert.DoesNotContain(
            (await pool.Api.Get("/_postern/dev/inbox?pool=" + pool.Id))!.AsArray(), message => (string)message!["username"]! == name);
    }

    [Fact]
    public async Task A_name_that_is_an_address_is_where_the_code_seems_to_go()
    {
        var pool = await Pool.Create(
            server, new() { ["UsernameAttributes"] = new JsonArray("email", "phone_number"), ["AutoVerifiedAttributes"] = new JsonArray("email", "phone_number") }, HidesUsers);
        AssertDelivery((await pool.Anyone("ForgotPassword", "zoe@quux.example"))["CodeDeliveryDetails"], "email", "EMAIL", "z***@q***");
        AssertDelivery((await pool.Anyone("ForgotPassword", "+15555550199"))["CodeDeliveryDetails"], "phone_number", "SMS", "+*******0199");
        AssertDelivery((await pool.Anyone("ResendConfirmationCode", "zoe@quux.example"))["CodeDeliveryDetails"], "email", "EMAIL", "z***@q***");
    }

    [Fact]
    public async Task An_unknown_name_fares_like_a_known_one_through_recovery()
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var known = await pool.Join();
        foreach (var name in (string[])[known, NewName()])
        {
            AssertError(await ResetFails(pool, name), "ExpiredCodeException", Expired);
            await pool.Anyone("ForgotPassword", name);
            AssertError(await ResetFails(pool, name), "CodeMismatchException", Mismatch);
            AssertError(await ResetFails(pool, name, "weak"), "InvalidPasswordException", "Password did not conform with policy: Password not long enough");
        }
        await pool.AccessToken(known);
    }

    [Fact]
    public async Task An_unknown_name_fares_like_a_known_one_through_confirmation()
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var known = NewName();
        await pool.SignUp(known);
        foreach (var name in (string[])[known, NewName()])
            AssertError(await pool.ConfirmFails(name, "not-it"), "ExpiredCodeException", Expired);
        var unknown = NewName();
        await pool.Anyone("ResendConfirmationCode", unknown);
        AssertError(await pool.ConfirmFails(unknown, "123456"), "CodeMismatchException", Mismatch);
    }

    [Fact]
    public async Task Attempts_of_unknown_names_are_counted_as_those_of_known_ones()
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var (known, unknown) = (NewName(), NewName());
        await pool.SignUp(known, ("email", Address(known)));
        foreach (var name in (string[])[known, unknown])
        {
            for (var i = 0; i < 5; i++)
                await pool.Anyone("ResendConfirmationCode", name);
            AssertError(await pool.AnyoneFails("ResendConfirmationCode", name), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
            for (var i = 0; i < 15; i++)
                AssertError(await pool.ConfirmFails(name, "not-it"), "CodeMismatchException", Mismatch);
            AssertError(await pool.ConfirmFails(name, "not-it"), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
            for (var i = 0; i < 20; i++)
                await ForgotOrReset(i, name);
            AssertError(await pool.AnyoneFails("ForgotPassword", name), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
            AssertError(await ResetFails(pool, name), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
        }

        async Task ForgotOrReset(int i, string name)
        {
            if (i % 2 == 0)
                await pool.Anyone("ForgotPassword", name);
            else
                Assert.Equal("CodeMismatchException", (await ResetFails(pool, name)).Type);
        }
    }

    [Fact]
    public async Task Disabled_users_and_those_without_a_verified_contact_are_hidden_too()
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var disabled = await pool.Join();
        await pool.Anyone("ForgotPassword", disabled);
        var code = await pool.Api.Code(Address(disabled));
        await pool.Admin("AdminDisableUser", disabled);
        AssertError(await ResetFails(pool, disabled, code: code), "CodeMismatchException", Mismatch);
        var sent = (await pool.Api.Get("/_postern/dev/inbox?to=" + Address(disabled)))!.AsArray().Count;
        Assert.True((await pool.Anyone("ForgotPassword", disabled)).ContainsKey("CodeDeliveryDetails"));
        Assert.True((await pool.Anyone("ResendConfirmationCode", disabled)).ContainsKey("CodeDeliveryDetails"));
        Assert.Equal(sent, (await pool.Api.Get("/_postern/dev/inbox?to=" + Address(disabled)))!.AsArray().Count);
        AssertError(await pool.ConfirmFails(disabled, "123456"), "CodeMismatchException", Mismatch);

        var unverified = NewName();
        await pool.SignUp(unverified, ("email", Address(unverified)));
        Assert.Matches(@"^[a-z]\*\*\*@[a-z]\*\*\*$", (string)(await pool.Anyone("ForgotPassword", unverified))["CodeDeliveryDetails"]!["Destination"]!);
        AssertError(await ResetFails(pool, unverified), "CodeMismatchException", Mismatch);
        Assert.Single((await pool.Api.Get("/_postern/dev/inbox?to=" + Address(unverified)))!.AsArray());
    }

    [Fact]
    public async Task An_unknown_name_leaves_no_user_behind()
    {
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var name = NewName();
        foreach (var operation in (string[])["ForgotPassword", "ResendConfirmationCode"])
            await pool.Anyone(operation, name);
        Assert.Empty((await pool.Api.Call("ListUsers", new() { ["UserPoolId"] = pool.Id }))["Users"]!.AsArray());
        await pool.SignUp(name);
    }

    [Fact]
    public async Task A_pool_that_verifies_nothing_says_the_same_of_known_and_unknown_names()
    {
        var pool = await Pool.Create(server, client: HidesUsers);
        var known = NewName();
        await pool.SignUp(known, ("email", Address(known)));
        foreach (var name in (string[])[known, NewName()])
            AssertError(await pool.AnyoneFails("ResendConfirmationCode", name), "InvalidParameterException", "Cannot resend codes. Auto verification not turned on.");
    }

    private static Task<ServiceError> ResetFails(Pool pool, string name, string password = "N3w-Passw0rd", string code = "not-it") =>
        pool.AnyoneFails("ConfirmForgotPassword", name, new() { ["ConfirmationCode"] = code, ["Password"] = password });
}
