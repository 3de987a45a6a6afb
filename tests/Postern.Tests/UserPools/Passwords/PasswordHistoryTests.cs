using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.Passwords;

/// <summary>A pool that remembers three passwords: the present one and two before it.</summary>
public class PasswordHistoryTests(TestServer server)
{
    private const string Violation = "PasswordHistoryPolicyViolationException";

    private static readonly string[] Passwords = [Pool.Password, "S3cond-one!", "Th1rd-one!", "F0urth-one!"];

    [Fact]
    public async Task The_last_passwords_are_refused_and_older_ones_are_not()
    {
        // More changes than a user has in an hour.
        await using var unlimited = await TestServer.Own(static options => options with { AttemptLimits = false });
        var pool = await Create(unlimited);
        var user = await pool.AddUser();
        for (var i = 1; i < Passwords.Length; i++)
            await Change(pool, user, Passwords[i - 1], Passwords[i]);
        foreach (var known in Passwords[1..])
            Assert.Equal(Violation, (await ChangeFails(pool, user, Passwords[3], known)).Type);
        await Change(pool, user, Passwords[3], Passwords[0]);
        AssertTokens(await pool.ByPassword(user));
    }

    [Fact]
    public async Task It_holds_for_every_way_to_set_a_password()
    {
        var pool = await Create(server);
        var user = await pool.AddUser();
        var set = new JsonObject { ["UserPoolId"] = pool.Id, ["Username"] = user, ["Password"] = Pool.Password, ["Permanent"] = true };
        Assert.Equal(Violation, (await pool.Api.Fail("AdminSetUserPassword", set)).Type);

        await pool.Anyone("ForgotPassword", user);
        var code = await server.Api.Code(Address(user));
        Assert.Equal(Violation, (await pool.AnyoneFails("ConfirmForgotPassword", user, new() { ["ConfirmationCode"] = code, ["Password"] = Pool.Password })).Type);
        await pool.Anyone("ConfirmForgotPassword", user, new() { ["ConfirmationCode"] = code, ["Password"] = Passwords[1] });

        await pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = Passwords[2] });
        var challenge = await pool.ByPassword(user, Passwords[2]);
        Assert.Equal("NEW_PASSWORD_REQUIRED", challenge.ChallengeName());
        Assert.Equal(Violation, (await pool.RespondFails(challenge, user, ("NEW_PASSWORD", Passwords[2]))).Type);
        AssertTokens(await pool.Respond(challenge, user, ("NEW_PASSWORD", Passwords[3])));
    }

    [Fact]
    public async Task A_pool_that_remembers_none_takes_the_same_again()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        await Change(pool, user, Pool.Password, Pool.Password);
    }

    private static async Task Change(Pool pool, string user, string from, string to) =>
        await pool.Holder("ChangePassword", await pool.AccessToken(user, from), new() { ["PreviousPassword"] = from, ["ProposedPassword"] = to });

    private static async Task<ServiceError> ChangeFails(Pool pool, string user, string from, string to) =>
        await pool.HolderFails("ChangePassword", await pool.AccessToken(user, from), new() { ["PreviousPassword"] = from, ["ProposedPassword"] = to });

    private static Task<Pool> Create(TestServer server) => Pool.Create(server, new()
    {
        ["UserPoolTier"] = "PLUS",
        ["Policies"] = new JsonObject { ["PasswordPolicy"] = new JsonObject { ["MinimumLength"] = 8, ["PasswordHistorySize"] = 3 } },
    });
}
