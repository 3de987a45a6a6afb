using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;

namespace Postern.Tests.UserPools.Groups;

public class GroupTests(TestServer server)
{
    private const string Role = "arn:aws:iam::123456789012:role/staff";

    [Fact]
    public async Task A_group_is_shown_without_what_is_unset()
    {
        var pool = await Pool.Create(server);
        var group = (await Call(pool, "CreateGroup", "staff"))["Group"]!.AsObject();
        Assert.Equal(["CreationDate", "GroupName", "LastModifiedDate", "UserPoolId"], group.Members().Order());
        Assert.Equal("staff", (string?)group["GroupName"]);
        Assert.Equal(pool.Id, (string?)group["UserPoolId"]);

        var full = (await Call(pool, "CreateGroup", "admins", new() { ["Description"] = "d", ["Precedence"] = 0, ["RoleArn"] = Role }))["Group"]!.AsObject();
        Assert.Equal(["CreationDate", "Description", "GroupName", "LastModifiedDate", "Precedence", "RoleArn", "UserPoolId"], full.Members().Order());
        Assert.Equal(("d", 0, Role), ((string?)full["Description"], (int)full["Precedence"]!, (string?)full["RoleArn"]));
        Assert.Equal(full.ToJsonString(), (await Call(pool, "GetGroup", "admins"))["Group"]!.ToJsonString());
    }

    [Fact]
    public async Task A_name_is_taken_once_and_has_case()
    {
        var pool = await Pool.Create(server, new() { ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } });
        await Call(pool, "CreateGroup", "staff");
        Assert.Equal(("GroupExistsException", "A group with the name already exists."), await Refuse(pool, "CreateGroup", "staff"));
        await Call(pool, "CreateGroup", "Staff");
        Assert.Equal(2, (await pool.All("ListGroups", "Groups", "NextToken", [])).Count);
    }

    [Fact]
    public async Task An_update_leaves_what_it_does_not_name()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var before = (await Call(pool, "CreateGroup", "staff", new() { ["Description"] = "d", ["Precedence"] = 5, ["RoleArn"] = Role }))["Group"]!;
        await own.Advance("PT1M");
        var after = (await Call(pool, "UpdateGroup", "staff", new() { ["Precedence"] = 1 }))["Group"]!;
        Assert.Equal(("d", 1, Role), ((string?)after["Description"], (int)after["Precedence"]!, (string?)after["RoleArn"]));
        Assert.Equal((double)before["CreationDate"]!, (double)after["CreationDate"]!);
        Assert.True((double)after["LastModifiedDate"]! - (double)before["LastModifiedDate"]! > 59);
        Assert.Equal(after.ToJsonString(), (await Call(pool, "GetGroup", "staff"))["Group"]!.ToJsonString());
        Assert.Equal("e", (string?)(await Call(pool, "UpdateGroup", "staff", new() { ["Description"] = "e" }))["Group"]!["Description"]);
    }

    [Fact]
    public async Task A_deleted_group_is_gone_with_its_memberships()
    {
        var pool = await Pool.Create(server);
        await Call(pool, "CreateGroup", "staff");
        await pool.Create("anna");
        await pool.Admin("AdminAddUserToGroup", "anna", new() { ["GroupName"] = "staff" });
        Assert.Empty(await Call(pool, "DeleteGroup", "staff"));
        foreach (var operation in new[] { "GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup" })
            Assert.Equal(("ResourceNotFoundException", "Group not found."), await Refuse(pool, operation, "staff"));
        await Call(pool, "CreateGroup", "staff");
        Assert.Empty((await Call(pool, "ListUsersInGroup", "staff"))["Users"]!.AsArray());
        Assert.Empty((await pool.Admin("AdminListGroupsForUser", "anna"))["Groups"]!.AsArray());
    }

    [Fact]
    public async Task Pages_hold_every_group_once()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("""{"Groups":[]}""", (await server.Api.Call("ListGroups", new() { ["UserPoolId"] = pool.Id })).ToJsonString());
        var names = Enumerable.Range(0, 65).Select(i => $"group{i:00}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, _) => await Call(pool, "CreateGroup", name));
        foreach (var limit in new[] { 0, 7, 60 })
            Assert.Equal(names, (await pool.All("ListGroups", "Groups", "NextToken", new() { ["Limit"] = limit })).Select(group => (string)group["GroupName"]!));
        var error = await server.Api.Fail("ListGroups", new() { ["UserPoolId"] = pool.Id, ["NextToken"] = "garbage" });
        Assert.Equal(("InvalidParameterException", "Invalid pagination token"), (error.Type, error.Text));
    }

    [Theory]
    [InlineData("CreateGroup")]
    [InlineData("GetGroup")]
    [InlineData("UpdateGroup")]
    [InlineData("DeleteGroup")]
    [InlineData("ListUsersInGroup")]
    public async Task A_pool_that_does_not_exist_is_told_and_bad_input_is_refused(string operation)
    {
        var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nosuchpol", ["GroupName"] = "staff" });
        Assert.Equal(("ResourceNotFoundException", "User pool us-east-1_nosuchpol does not exist."), (error.Type, error.Text));
        Assert.Equal("InvalidParameterException", (await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nosuchpol", ["GroupName"] = "with space" })).Type);
        Assert.Equal("InvalidParameterException", (await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_nosuchpol" })).Type);
    }

    [Fact]
    public async Task A_negative_precedence_and_a_role_that_is_no_ARN_are_refused()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("InvalidParameterException", (await Refuse(pool, "CreateGroup", "staff", new() { ["Precedence"] = -1 })).Type);
        Assert.Equal("InvalidParameterException", (await Refuse(pool, "CreateGroup", "staff", new() { ["RoleArn"] = "staff-role-without-arn" })).Type);
    }

    private static Task<JsonObject> Call(Pool pool, string operation, string group, JsonObject? more = null) => pool.Api.Call(operation, Request(pool, group, more));

    private static async Task<(string Type, string? Text)> Refuse(Pool pool, string operation, string group, JsonObject? more = null)
    {
        var error = await pool.Api.Fail(operation, Request(pool, group, more));
        return (error.Type, error.Text);
    }

    private static JsonObject Request(Pool pool, string group, JsonObject? more)
    {
        var request = more ?? [];
        request["UserPoolId"] = pool.Id;
        request["GroupName"] = group;
        return request;
    }
}
