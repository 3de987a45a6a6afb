using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignUp;

/// <summary>What the clock ends: codes, and the hours in which attempts are counted.</summary>
public class CodeLifetimeTests
{
    private const string Expired = "Invalid code provided, please request a code again.";
    private const string NewPassword = "N3w-Passw0rd";

    [Fact]
    public async Task A_sign_up_code_lives_a_day()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server, VerifiesEmail);
        var (early, late) = (NewName(), NewName());
        foreach (var name in (string[])[early, late])
            await pool.SignUp(name, ("email", Address(name)));
        await server.Advance("PT23H59M");
        await pool.Confirm(early, await pool.Api.Code(Address(early)));
        await server.Advance("PT2M");
        var code = await pool.Api.Code(Address(late));
        AssertError(await pool.ConfirmFails(late, code), "ExpiredCodeException", Expired);
        await pool.Anyone("ResendConfirmationCode", late);
        await pool.Confirm(late, await pool.Api.Code(Address(late)));
    }

    [Fact]
    public async Task A_recovery_code_lives_an_hour_whether_anybody_gets_it_or_not()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server, VerifiesEmail, HidesUsers);
        var (early, late, nobody) = (await pool.Join(), await pool.Join(), NewName());
        foreach (var name in (string[])[early, late, nobody])
            await pool.Anyone("ForgotPassword", name);
        await server.Advance("PT59M");
        await pool.Anyone("ConfirmForgotPassword", early, Reset(await pool.Api.Code(Address(early))));
        Assert.Equal("CodeMismatchException", (await pool.AnyoneFails("ConfirmForgotPassword", nobody, Reset("123456"))).Type);
        await server.Advance("PT2M");
        AssertError(await pool.AnyoneFails("ConfirmForgotPassword", late, Reset(await pool.Api.Code(Address(late)))), "ExpiredCodeException", Expired);
        AssertError(await pool.AnyoneFails("ConfirmForgotPassword", nobody, Reset("123456")), "ExpiredCodeException", Expired);
        await pool.AccessToken(late);
    }

    [Fact]
    public async Task A_code_for_an_attribute_lives_a_day()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        foreach (var (minutes, isAlive) in ((int, bool)[])[(23 * 60 + 59, true), (24 * 60 + 1, false)])
        {
            await pool.Holder("GetUserAttributeVerificationCode", await pool.AccessToken(name), new() { ["AttributeName"] = "email" });
            await server.Advance($"PT{minutes}M");
            var token = await pool.AccessToken(name);
            var verify = new System.Text.Json.Nodes.JsonObject { ["AttributeName"] = "email", ["Code"] = await pool.Api.Code(Address(name)) };
            if (isAlive)
                await pool.Holder("VerifyUserAttribute", token, verify);
            else
                AssertError(await pool.HolderFails("VerifyUserAttribute", token, verify), "ExpiredCodeException", Expired);
        }
    }

    [Fact]
    public async Task Fifteen_tries_an_hour_count_also_where_the_sixteenth_is_right()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        var code = await pool.Api.Code(Address(name));
        for (var i = 0; i < 15; i++)
            Assert.Equal("CodeMismatchException", (await pool.ConfirmFails(name, Wrong(code))).Type);
        AssertError(await pool.ConfirmFails(name, code), "LimitExceededException", "Attempt limit exceeded, please try after some time.");
        await server.Advance("PT59M");
        Assert.Equal("LimitExceededException", (await pool.ConfirmFails(name, code)).Type);
        await server.Advance("PT2M");
        await pool.Confirm(name, code);
    }

    [Fact]
    public async Task Each_action_has_its_own_count()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        for (var i = 0; i < 5; i++)
            await pool.Anyone("ResendConfirmationCode", name);
        Assert.Equal("LimitExceededException", (await pool.AnyoneFails("ResendConfirmationCode", name)).Type);
        await pool.Confirm(name, await pool.Api.Code(Address(name)));
        var token = await pool.AccessToken(name);
        await pool.Holder("GetUserAttributeVerificationCode", token, new() { ["AttributeName"] = "email" });
        for (var i = 0; i < 15; i++)
            Assert.Equal("CodeMismatchException", (await Verify("not-it")).Type);
        Assert.Equal("LimitExceededException", (await Verify(await pool.Api.Code(Address(name)))).Type);
        await pool.Anyone("ForgotPassword", name);
        await pool.Anyone("ConfirmForgotPassword", name, Reset(await pool.Api.Code(Address(name))));

        Task<ServiceError> Verify(string given) => pool.HolderFails("VerifyUserAttribute", token, new() { ["AttributeName"] = "email", ["Code"] = given });
    }

    [Fact]
    public async Task A_switch_turns_the_limits_off()
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        await pool.SignUp(name, ("email", Address(name)));
        for (var i = 0; i < 25; i++)
            await pool.Anyone("ResendConfirmationCode", name);
        await pool.Confirm(name, await pool.Api.Code(Address(name)));
    }

    private static System.Text.Json.Nodes.JsonObject Reset(string code) => new() { ["ConfirmationCode"] = code, ["Password"] = NewPassword };
}
