using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.UserPools.Sessions.Tracked;

namespace Postern.Tests.UserPools.Sessions;

public sealed class SessionEndTests(TestServer server)
{
    [Fact]
    public async Task At_the_maximum_the_session_used_least_recently_gives_way()
    {
        await using var own = await TestServer.Own();
        var pool = await Tracked.Create(own, most: 2);
        var name = await pool.AddUser();
        var first = await pool.SignIn(name);
        await own.Advance("PT1M");
        var second = await pool.SignIn(name);
        await own.Advance("PT1M");
        await pool.Refresh(first);   // now the second is the older one
        await own.Advance("PT1M");
        var third = await pool.SignIn(name);
        Assert.Equal(2, (await pool.Sessions(name)).Count);
        await pool.AssertEnded(second);
        await pool.Holder("GetUser", Access(first));
        await pool.Holder("GetUser", Access(third));
    }

    [Fact]
    public async Task A_wrong_password_ends_nobodys_session()
    {
        var pool = await Tracked.Create(server, most: 1);
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(name, "Wr0ng-password!"));
        await pool.Holder("GetUser", Access(signedIn));
        Assert.Single(await pool.Sessions(name));
    }

    [Fact]
    public async Task A_lower_maximum_ends_sessions_at_the_next_sign_in_only()
    {
        await using var own = await TestServer.Own();
        var pool = await Tracked.Create(own, most: 5);
        var name = await pool.AddUser();
        var signIns = new List<JsonObject>();
        for (var i = 0; i < 4; i++)
        {
            signIns.Add(await pool.SignIn(name));
            await own.Advance("PT1M");
        }
        await pool.Track(most: 2);
        Assert.Equal(4, (await pool.Sessions(name)).Count);
        foreach (var signedIn in signIns)
            await pool.Holder("GetUser", Access(signedIn));
        var last = await pool.SignIn(name);
        Assert.Equal(2, (await pool.Sessions(name)).Count);
        foreach (var ended in signIns[..3])
            await pool.AssertEnded(ended);
        await pool.Holder("GetUser", Access(signIns[3]));
        await pool.Holder("GetUser", Access(last));
    }

    [Fact]
    public async Task The_maximum_is_each_users_own()
    {
        var pool = await Tracked.Create(server, most: 1);
        var (one, two) = (await pool.AddUser(), await pool.AddUser());
        var first = await pool.SignIn(one);
        await pool.SignIn(two);
        await pool.Holder("GetUser", Access(first));
        Assert.Single(await pool.Sessions(one));
        Assert.Single(await pool.Sessions(two));
    }

    [Fact]
    public async Task A_user_ends_another_session_but_not_the_one_in_use()
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var (here, there) = (await pool.SignIn(name), await pool.SignIn(name));
        var list = (await pool.Holder("ListUserSessions", Access(here)))["Sessions"]!.AsArray();
        string Session(bool isCurrent) => (string)list.Single(session => (bool)session!["IsCurrentSession"]! == isCurrent)!["SessionId"]!;
        AssertError(
            await pool.HolderFails("RevokeUserSession", Access(here), new() { ["SessionId"] = Session(true) }),
            "InvalidParameterException", "The current session cannot be revoked. Sign out instead.");
        Assert.Equal("{}", (await pool.Holder("RevokeUserSession", Access(here), new() { ["SessionId"] = Session(false) })).ToJsonString());
        await pool.AssertEnded(there);
        await pool.Holder("GetUser", Access(here));
        Assert.Equal([Session(true)], await pool.Ids(name));
        AssertError(
            await pool.HolderFails("RevokeUserSession", Access(here), new() { ["SessionId"] = Session(false) }),
            "ResourceNotFoundException", $"Session {Session(false)} does not exist.");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("NONE")]
    [InlineData("LINKED")]
    public async Task An_administrator_ends_one_session_and_no_others(string? associated)
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var first = await pool.SignIn(name);
        var id = Assert.Single(await pool.Ids(name));
        var second = await pool.SignIn(name);
        Assert.Equal("{}", (await pool.Admin("AdminRevokeUserSession", name, new() { ["SessionId"] = id, ["RevokeAssociatedSessions"] = associated })).ToJsonString());
        await pool.AssertEnded(first);
        await pool.Holder("GetUser", Access(second));
        Assert.DoesNotContain(id, await pool.Ids(name));
        Assert.Single(await pool.Ids(name));
    }

    [Fact]
    public async Task Nobody_ends_anothers_session()
    {
        var pool = await Tracked.Create(server);
        var (mallory, victim) = (await pool.AddUser(), await pool.AddUser());
        var (attacking, attacked) = (await pool.SignIn(mallory), await pool.SignIn(victim));
        var id = Assert.Single(await pool.Ids(victim));
        Assert.Equal("ResourceNotFoundException", (await pool.HolderFails("RevokeUserSession", Access(attacking), new() { ["SessionId"] = id })).Type);
        JsonObject asAdmin = new() { ["UserPoolId"] = pool.Id, ["Username"] = mallory, ["SessionId"] = id };
        Assert.Equal("ResourceNotFoundException", (await server.Api.Fail("AdminRevokeUserSession", asAdmin)).Type);
        await pool.Holder("GetUser", Access(attacked));
        Assert.Single(await pool.Ids(victim));
    }

    [Theory]
    [InlineData("tkn")]
    [InlineData("tkn000000000000000000000000A")]
    [InlineData("abc0000000000000000000000000")]
    public async Task What_is_no_id_of_a_session_breaks_a_constraint(string id)
    {
        var pool = await Tracked.Create(server);
        var signedIn = await pool.SignIn(await pool.AddUser());
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("RevokeUserSession", Access(signedIn), new() { ["SessionId"] = id })).Type);
    }

    [Theory]
    [InlineData("tknzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("sso0000000000000000000000000")]
    public async Task A_session_that_there_is_not_is_not_found(string id)
    {
        var pool = await Tracked.Create(server);
        var signedIn = await pool.SignIn(await pool.AddUser());
        AssertError(
            await pool.HolderFails("RevokeUserSession", Access(signedIn), new() { ["SessionId"] = id }), "ResourceNotFoundException", $"Session {id} does not exist.");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("LINKED")]
    public async Task A_revoked_refresh_token_takes_its_session_from_the_list(string? associated)
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var revoked = await pool.SignIn(name);
        var id = Assert.Single(await pool.Ids(name));
        await pool.SignIn(name);
        await server.Api.Call(
            "RevokeToken", new() { ["ClientId"] = pool.ClientId, ["Token"] = (string)revoked["RefreshToken"]!, ["RevokeAssociatedSessions"] = associated }, sign: false);
        await pool.AssertEnded(revoked);
        Assert.DoesNotContain(id, await pool.Ids(name));
        Assert.Single(await pool.Ids(name));
    }

    [Theory]
    [InlineData("GlobalSignOut")]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminDisableUser")]
    public async Task What_ends_all_sign_ins_empties_the_list(string operation)
    {
        var pool = await Tracked.Create(server, most: 2);
        var name = await pool.AddUser();
        await pool.SignIn(name);
        var signedIn = await pool.SignIn(name);
        await (operation is "GlobalSignOut" ? pool.Holder(operation, Access(signedIn)) : pool.Admin(operation, name));
        Assert.Empty(await pool.Sessions(name));
        if (operation is "AdminDisableUser")
        {
            await pool.Admin("AdminEnableUser", name);
            Assert.Empty(await pool.Sessions(name));
        }
        var (first, second) = (await pool.SignIn(name), await pool.SignIn(name));
        Assert.Equal(2, (await pool.Sessions(name)).Count);
        await pool.Holder("GetUser", Access(first));
        await pool.Holder("GetUser", Access(second));
    }

    [Fact]
    public async Task A_deleted_user_leaves_no_session_to_the_next_of_the_name()
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        await pool.Holder("DeleteUser", Access(signedIn));
        await pool.AddUser(name);
        Assert.Empty(await pool.Sessions(name));
    }
}
