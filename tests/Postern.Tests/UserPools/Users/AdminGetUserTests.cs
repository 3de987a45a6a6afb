using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Users;

public class AdminGetUserTests(TestServer server)
{
    [Fact]
    public async Task A_user_is_shown_with_all_attributes_and_nothing_that_is_unset()
    {
        var pool = await Pool.Create(server, client: new() { ["ReadAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("email", "anna@example.com"), ("name", "Anna"));
        var user = await pool.Get("anna");
        Assert.Equal(["Enabled", "UserAttributes", "UserCreateDate", "UserLastModifiedDate", "UserStatus", "Username"], user.Members().Order());
        Assert.Equal(["sub", "email", "name"], user.AttributeNames());
        Assert.Equal("anna", (string?)user["Username"]);
        Assert.True((bool)user["Enabled"]!);
    }

    [Fact]
    public async Task A_user_is_found_by_name_sub_and_verified_alias()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email", "phone_number", "preferred_username") });
        var user = await pool.Create(
            "anna", ("email", "anna@example.com"), ("email_verified", "true"), ("phone_number", "+15555550100"), ("preferred_username", "ann"));
        foreach (var name in new[] { "anna", user.Attribute("sub")!, "anna@example.com", "ann" })
            Assert.Equal("anna", (string?)(await pool.Get(name))["Username"]);
        foreach (var name in new[] { "+15555550100", "Anna", "ANNA@example.com", Guid.NewGuid().ToString(), "nobody" })
            Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminGetUser", name));
    }

    [Fact]
    public async Task A_pool_without_case_finds_every_spelling()
    {
        var pool = await Pool.Create(server, new()
        {
            ["AliasAttributes"] = new JsonArray("email"), ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false },
        });
        await pool.Create("Anna", ("email", "Anna@Example.com"), ("email_verified", "true"));
        foreach (var name in new[] { "anna", "ANNA", "anna@example.com", "ANNA@EXAMPLE.COM" })
            Assert.Equal("anna", (string?)(await pool.Get(name))["Username"]);
    }

    [Fact]
    public async Task A_pool_that_signs_in_with_contacts_finds_them_unverified()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email", "phone_number") });
        var user = await pool.Create("anna@example.com", ("phone_number", "+15555550100"));
        foreach (var name in new[] { "anna@example.com", "+15555550100", user.Attribute("sub")! })
            Assert.Equal(user.Attribute("sub"), (await pool.Get(name)).Attribute("sub"));
    }

    [Fact]
    public async Task Another_account_does_not_see_the_pool()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        using var other = new Api(server.Url, accessKey: "999999999999");
        var error = await other.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Id, ["Username"] = "anna" });
        Assert.Equal(("ResourceNotFoundException", $"User pool {pool.Id} does not exist."), (error.Type, error.Text));
    }
}
