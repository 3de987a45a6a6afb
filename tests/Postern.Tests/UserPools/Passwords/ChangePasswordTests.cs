using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Passwords;

public class ChangePasswordTests(TestServer server)
{
    private const string NewPassword = "N3w-Passw0rd";

    [Fact]
    public async Task A_user_changes_the_password_and_stays_signed_in()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        Assert.Equal("{}", (await pool.Holder("ChangePassword", token, Change(Pool.Password, NewPassword))).ToJsonString());
        await pool.AccessToken(name, NewPassword);
        Assert.Equal("NotAuthorizedException", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name))).Type);
        await pool.Holder("GetUser", token);
    }

    [Fact]
    public async Task The_previous_password_must_be_right_and_the_new_one_fit_the_policy()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        AssertError(await pool.HolderFails("ChangePassword", token, Change("Wr0ng-Passw0rd", NewPassword)), "NotAuthorizedException", "Incorrect username or password.");
        AssertError(await pool.HolderFails("ChangePassword", token, Change(Pool.Password, "weak")), "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough");
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("ChangePassword", token, new() { ["ProposedPassword"] = NewPassword })).Type);
        await pool.AccessToken(name);
    }

    [Fact]
    public async Task The_sixth_change_within_an_hour_is_refused_also_with_the_right_password()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var token = await pool.AccessToken(await pool.Join());
        for (var i = 0; i < 5; i++)
            Assert.Equal("NotAuthorizedException", (await pool.HolderFails("ChangePassword", token, Change("Wr0ng-Passw0rd", NewPassword))).Type);
        AssertError(await pool.HolderFails("ChangePassword", token, Change(Pool.Password, NewPassword)), "LimitExceededException",
            "Attempt limit exceeded, please try after some time.");
    }

    [Fact]
    public async Task Of_many_changes_at_once_one_succeeds()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        var passwords = Enumerable.Range(0, 5).Select(static i => $"N3w-Passw0rd-{i}").ToList();
        var outcomes = await Task.WhenAll(passwords.Select(async password =>
        {
            try
            {
                await pool.Holder("ChangePassword", token, Change(Pool.Password, password));
                return password;
            }
            catch (ServiceError error)
            {
                Assert.Equal("NotAuthorizedException", error.Type);
                return null;
            }
        }));
        await pool.AccessToken(name, Assert.Single(outcomes.OfType<string>()));
    }

    private static JsonObject Change(string previous, string proposed) => new() { ["PreviousPassword"] = previous, ["ProposedPassword"] = proposed };
}
