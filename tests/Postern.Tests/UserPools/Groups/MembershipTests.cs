using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;

namespace Postern.Tests.UserPools.Groups;

public class MembershipTests(TestServer server)
{
    [Fact]
    public async Task A_member_is_listed_on_both_sides_until_removed()
    {
        var pool = await Pool.Create(server);
        await CreateGroup(pool, "staff");
        await pool.Create("anna", ("email", "anna@example.com"));
        Assert.Empty(await Add(pool, "anna", "staff"));
        Assert.Empty(await Add(pool, "anna", "staff"));
        var members = await server.Api.Call("ListUsersInGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "staff" });
        Assert.Equal(["Users"], members.Members());
        var member = Assert.Single(members["Users"]!.AsArray())!.AsObject();
        Assert.Equal(["Attributes", "Enabled", "UserCreateDate", "UserLastModifiedDate", "UserStatus", "Username"], member.Members().Order());
        var groups = await pool.Admin("AdminListGroupsForUser", "anna");
        Assert.Equal(["Groups"], groups.Members());
        Assert.Equal(["CreationDate", "GroupName", "LastModifiedDate", "UserPoolId"], Assert.Single(groups["Groups"]!.AsArray())!.AsObject().Members().Order());

        Assert.Empty(await pool.Admin("AdminRemoveUserFromGroup", "anna", new() { ["GroupName"] = "staff" }));
        Assert.Empty(await pool.Admin("AdminRemoveUserFromGroup", "anna", new() { ["GroupName"] = "staff" }));
        Assert.Equal("""{"Groups":[]}""", (await pool.Admin("AdminListGroupsForUser", "anna")).ToJsonString());
        Assert.Equal("""{"Users":[]}""", (await server.Api.Call("ListUsersInGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "staff" })).ToJsonString());
    }

    [Fact]
    public async Task A_user_is_named_by_alias_or_sub_and_the_token_has_the_groups()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        var name = await pool.AddUser("anna", "anna@example.com");
        await CreateGroup(pool, "staff");
        await CreateGroup(pool, "admins", 1);
        await Add(pool, "anna@example.com", "staff");
        await Add(pool, (await pool.Get(name)).Attribute("sub")!, "admins");
        Assert.Equal(["admins", "staff"], await Groups(pool, name));
        var payload = ((string)(await pool.SignIn(name))["AccessToken"]!).Split('.')[1].Replace('-', '+').Replace('_', '/');
        var claims = JsonNode.Parse(Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '=')))!;
        Assert.Equal(["admins", "staff"], claims["cognito:groups"]!.AsArray().Select(group => (string)group!).Order());
    }

    [Fact]
    public async Task Groups_are_in_the_order_of_precedence_those_without_last()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        foreach (var (name, precedence) in new (string, int?)[] { ("z", 1), ("b", null), ("a", null), ("m", 10), ("y", 1), ("n", 0) })
        {
            await CreateGroup(pool, name, precedence);
            await Add(pool, "anna", name);
        }
        Assert.Equal(["n", "y", "z", "m", "a", "b"], await Groups(pool, "anna"));
        foreach (var limit in new[] { 1, 2, 4, 5, 60 })
            Assert.Equal(["n", "y", "z", "m", "a", "b"], await Groups(pool, "anna", limit));
    }

    [Fact]
    public async Task A_page_of_groups_begins_in_the_right_place_though_the_last_one_was_left()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        for (var i = 0; i < 5; i++)
        {
            await CreateGroup(pool, $"group{i}", i);
            await Add(pool, "anna", $"group{i}");
        }
        var first = await pool.Admin("AdminListGroupsForUser", "anna", new() { ["Limit"] = 2 });
        await pool.Admin("AdminRemoveUserFromGroup", "anna", new() { ["GroupName"] = "group1" });
        var second = await pool.Admin("AdminListGroupsForUser", "anna", new() { ["Limit"] = 2, ["NextToken"] = (string)first["NextToken"]! });
        Assert.Equal(["group2", "group3"], second["Groups"]!.AsArray().Select(group => (string)group!["GroupName"]!));
    }

    [Fact]
    public async Task Pages_hold_every_member_once()
    {
        var pool = await Pool.Create(server);
        await CreateGroup(pool, "staff");
        var names = Enumerable.Range(0, 65).Select(i => $"user{i:00}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, _) =>
        {
            await pool.Create(name);
            await Add(pool, name, "staff");
        });
        foreach (var limit in new[] { 0, 7, 60 })
        {
            var members = await pool.All("ListUsersInGroup", "Users", "NextToken", new() { ["GroupName"] = "staff", ["Limit"] = limit });
            Assert.Equal(names, members.Select(member => (string)member["Username"]!).Order());
        }
        await CreateGroup(pool, "other");
        var page = await server.Api.Call("ListUsersInGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "staff", ["Limit"] = 7 });
        var error = await server.Api.Fail("ListUsersInGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "other", ["NextToken"] = (string)page["NextToken"]! });
        Assert.Equal(("InvalidParameterException", "Invalid pagination token"), (error.Type, error.Text));
    }

    [Fact]
    public async Task A_user_is_in_at_most_a_hundred_groups()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        for (var i = 0; i <= 100; i++)
            await CreateGroup(pool, $"group{i:000}");
        for (var i = 0; i < 100; i++)
            await Add(pool, "anna", $"group{i:000}");
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminAddUserToGroup", "anna", new() { ["GroupName"] = "group100" })).Type);
        Assert.Empty(await Add(pool, "anna", "group000"));
        Assert.Equal(100, (await Groups(pool, "anna")).Count);
    }

    [Theory]
    [InlineData("AdminAddUserToGroup")]
    [InlineData("AdminRemoveUserFromGroup")]
    public async Task Both_user_and_group_must_exist(string operation)
    {
        var pool = await Pool.Create(server);
        await CreateGroup(pool, "staff");
        await pool.Create("anna");
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse(operation, "nobody", new() { ["GroupName"] = "staff" }));
        Assert.Equal(("ResourceNotFoundException", "Group not found."), await pool.Refuse(operation, "anna", new() { ["GroupName"] = "Staff" }));
        Assert.Equal("InvalidParameterException", (await pool.Refuse(operation, "anna")).Type);
        var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nosuchpol", ["Username"] = "anna", ["GroupName"] = "staff" });
        Assert.Equal("User pool us-east-1_nosuchpol does not exist.", error.Text);
    }

    [Fact]
    public async Task The_groups_of_an_unknown_user_are_refused()
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminListGroupsForUser", "nobody"));
        await pool.Create("anna");
        Assert.Equal(("InvalidParameterException", "Invalid pagination token"), await pool.Refuse("AdminListGroupsForUser", "anna", new() { ["NextToken"] = "garbage" }));
    }

    private static Task<JsonObject> CreateGroup(Pool pool, string name, int? precedence = null)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Id, ["GroupName"] = name };
        if (precedence is not null)
            request["Precedence"] = precedence;
        return pool.Api.Call("CreateGroup", request);
    }

    private static Task<JsonObject> Add(Pool pool, string user, string group) => pool.Admin("AdminAddUserToGroup", user, new() { ["GroupName"] = group });

    private static async Task<List<string>> Groups(Pool pool, string user, int limit = 0) =>
        [.. (await pool.All("AdminListGroupsForUser", "Groups", "NextToken", new() { ["Username"] = user, ["Limit"] = limit })).Select(group => (string)group["GroupName"]!)];
}
