using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Users;

public class UserStateTests(TestServer server)
{
    [Theory]
    [InlineData("AdminEnableUser")]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminConfirmSignUp")]
    [InlineData("AdminResetUserPassword")]
    [InlineData("AdminGetUser")]
    public async Task A_user_or_pool_that_does_not_exist_is_told(string operation)
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse(operation, "nobody"));
        var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nosuchpol", ["Username"] = "nobody" });
        Assert.Equal(("ResourceNotFoundException", "User pool us-east-1_nosuchpol does not exist."), (error.Type, error.Text));
        Assert.Equal("InvalidParameterException", (await pool.Refuse(operation, "with space")).Type);
    }

    [Fact]
    public async Task A_disabled_user_can_t_sign_in_and_has_no_tokens_left()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        var tokens = await pool.SignIn(name);
        Assert.Empty(await pool.Admin("AdminDisableUser", name));
        Assert.False((bool)(await pool.Get(name))["Enabled"]!);
        Assert.Equal("User is disabled.", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name))).Text);
        Assert.Equal("NotAuthorizedException", (await Self(pool, tokens)).Type);
        Assert.Empty(await pool.Admin("AdminDisableUser", name));

        Assert.Empty(await pool.Admin("AdminEnableUser", name));
        Assert.Empty(await pool.Admin("AdminEnableUser", name));
        Assert.Equal("Access Token has been revoked", (await Self(pool, tokens)).Text);
        Assert.NotNull((await pool.SignIn(name))["AccessToken"]);
    }

    [Fact]
    public async Task A_signed_out_user_has_no_tokens_left_and_may_sign_in_again()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        var (one, two) = (await pool.SignIn(name), await pool.SignIn(name));
        Assert.Empty(await pool.Admin("AdminUserGlobalSignOut", name));
        Assert.Empty(await pool.Admin("AdminUserGlobalSignOut", name));
        foreach (var tokens in new[] { one, two })
        {
            Assert.Equal(("NotAuthorizedException", "Access Token has been revoked"), await Self(pool, tokens));
            var refresh = await server.Api.Fail("InitiateAuth", new()
            {
                ["ClientId"] = pool.ClientId, ["AuthFlow"] = "REFRESH_TOKEN_AUTH", ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)tokens["RefreshToken"]! },
            }, sign: false);
            Assert.Equal(("NotAuthorizedException", "Refresh Token has been revoked"), (refresh.Type, refresh.Text));
        }
        var again = await pool.SignIn(name);
        Assert.NotNull(await server.Api.Call("GetUser", new() { ["AccessToken"] = (string)again["AccessToken"]! }, sign: false));
    }

    [Fact]
    public async Task A_deleted_user_is_gone_with_names_memberships_and_tokens()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        var name = await pool.AddUser("anna", "anna@example.com");
        await server.Api.Call("CreateGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "staff" });
        await pool.Admin("AdminAddUserToGroup", name, new() { ["GroupName"] = "staff" });
        var tokens = await pool.SignIn(name);
        Assert.Empty(await pool.Admin("AdminDeleteUser", "anna@example.com"));
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminDeleteUser", name));
        Assert.Equal(("UserNotFoundException", "User does not exist."), await Self(pool, tokens));

        await pool.AddUser("bert", "anna@example.com");
        await pool.AddUser("anna", "other@example.com");
        Assert.Equal("bert", (string?)(await pool.Get("anna@example.com"))["Username"]);
        Assert.Empty((await pool.Admin("AdminListGroupsForUser", "anna"))["Groups"]!.AsArray());
    }

    [Fact]
    public async Task Changes_move_the_date_and_idempotent_ones_do_not()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var name = await pool.AddUser();
        var before = await pool.Get(name);
        await own.Advance("PT1M");
        await pool.Admin("AdminEnableUser", name);
        await pool.SignIn(name);
        Assert.Equal((double)before["UserLastModifiedDate"]!, (double)(await pool.Get(name))["UserLastModifiedDate"]!);
        await pool.Admin("AdminDisableUser", name);
        var after = await pool.Get(name);
        Assert.Equal((double)before["UserCreateDate"]!, (double)after["UserCreateDate"]!);
        Assert.InRange((double)after["UserLastModifiedDate"]! - (double)before["UserLastModifiedDate"]!, 59, 120);
    }

    [Fact]
    public async Task Concurrent_changes_are_all_kept()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        await Task.WhenAll(
            pool.Admin("AdminUpdateUserAttributes", "anna", new() { ["UserAttributes"] = Pool.Attributes(("name", "Anna")) }),
            pool.Admin("AdminUpdateUserAttributes", "anna", new() { ["UserAttributes"] = Pool.Attributes(("nickname", "A")) }),
            pool.Admin("AdminDisableUser", "anna"));
        var user = await pool.Get("anna");
        Assert.Equal(("Anna", "A", false), (user.Attribute("name"), user.Attribute("nickname"), (bool)user["Enabled"]!));
    }

    private static async Task<(string Type, string? Text)> Self(Pool pool, JsonObject tokens)
    {
        var error = await pool.Api.Fail("GetUser", new() { ["AccessToken"] = (string)tokens["AccessToken"]! }, sign: false);
        return (error.Type, error.Text);
    }
}
