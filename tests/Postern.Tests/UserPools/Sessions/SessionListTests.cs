using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using Postern.UserPools.Sessions;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.UserPools.Sessions.Tracked;

namespace Postern.Tests.UserPools.Sessions;

public sealed class SessionListTests(TestServer server)
{
    private const string NotEnabled = "User session tracking is not enabled for this user pool.";

    [Fact]
    public async Task A_sign_in_is_listed_with_client_times_and_device()
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var before = DateTimeOffset.UtcNow;
        using var browser = new Api(server.Url);
        browser.Http.DefaultRequestHeaders.TryAddWithoutValidation(
            "User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36");
        var signedIn = (await browser.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name, ["PASSWORD"] = Pool.Password },
        }, sign: false))["AuthenticationResult"]!;

        var session = Assert.Single(await pool.Sessions(name));
        Assert.Matches("^tkn[a-z0-9]{25}$", Id(session));
        Assert.Equal(SessionId.Of(Guid.Parse((string)Jwt.Read((string)signedIn["AccessToken"]!).Claims["origin_jti"]!)), Id(session));
        Assert.Equal("TOKEN", (string?)session["SessionType"]);
        Assert.Equal(pool.ClientId, (string?)session["ClientId"]);
        Assert.Equal("Chrome 126, Windows 10", (string?)session["DeviceType"]);
        Assert.Equal("127.0.0.1", (string?)session["LastIPAddress"]);
        Assert.False((bool)session["IsCurrentSession"]!);
        Assert.InRange(Time(session, "CreateDate"), before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal((double)session["CreateDate"]!, (double)session["LastActiveDate"]!);
        Assert.False(session.ContainsKey("OriginSessionId"));
        Assert.False(session.ContainsKey("LastLocation"));
    }

    [Fact]
    public async Task A_server_tells_where_its_user_is()
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        await server.Api.Call("AdminInitiateAuth", new()
        {
            ["UserPoolId"] = pool.Id,
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "ADMIN_USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name, ["PASSWORD"] = Pool.Password },
            ["ContextData"] = JsonNode.Parse("""
                {"IpAddress":"2001:db8::7","ServerName":"www.example.com","ServerPath":"/","HttpHeaders":[
                 {"headerName":"Accept","headerValue":"*/*"},
                 {"headerName":"user-agent","headerValue":"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}]}
                """),
        });
        var session = Assert.Single(await pool.Sessions(name));
        Assert.Equal(("2001:db8::7", "Firefox 128, Linux"), ((string?)session["LastIPAddress"], (string?)session["DeviceType"]));
    }

    [Theory]
    [InlineData(true, "192.0.2.7", "192.0.2.7")]
    [InlineData(true, "no address", "127.0.0.1")]
    [InlineData(false, "192.0.2.7", "127.0.0.1")]
    public async Task An_address_that_is_told_counts_only_for_clients_that_pass_it_on(bool passesOn, string told, string shown)
    {
        var pool = await Tracked.Create(server, client: new() { ["GenerateSecret"] = true, ["EnablePropagateAdditionalUserContextData"] = passesOn });
        var name = await pool.AddUser();
        var described = await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });
        var secret = (string)described["UserPoolClient"]!["ClientSecret"]!;
        var hash = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name + pool.ClientId)));
        await server.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name, ["PASSWORD"] = Pool.Password, ["SECRET_HASH"] = hash },
            ["UserContextData"] = new JsonObject { ["IpAddress"] = told },
        }, sign: false);
        Assert.Equal(shown, (string?)Assert.Single(await pool.Sessions(name))["LastIPAddress"]);
    }

    [Fact]
    public async Task Users_see_their_own_sessions_and_which_of_them_is_this_one()
    {
        var pool = await Tracked.Create(server);
        var (name, other) = (await pool.AddUser(), await pool.AddUser());
        var (one, two) = (await pool.SignIn(name), await pool.SignIn(name));
        await pool.SignIn(other);
        var asOne = (await pool.Holder("ListUserSessions", Access(one)))["Sessions"]!.AsArray().Select(static session => session!.AsObject()).ToArray();
        Assert.Equal((await pool.Ids(name)).Order(), asOne.Select(Id).Order());
        Assert.Equal(2, asOne.Length);
        var current = asOne.Single(static session => (bool)session["IsCurrentSession"]!);
        var asTwo = (await pool.Holder("ListUserSessions", Access(two)))["Sessions"]!.AsArray();
        Assert.NotEqual(Id(current), Id(asTwo.Single(static session => (bool)session!["IsCurrentSession"]!)!.AsObject()));
    }

    [Fact]
    public async Task Without_tracking_nothing_is_listed_or_revoked()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        const string id = "tkn0000000000000000000000000";
        AssertError(await pool.HolderFails("ListUserSessions", Access(signedIn)), "OperationNotEnabledException", NotEnabled);
        AssertError(await pool.HolderFails("RevokeUserSession", Access(signedIn), new() { ["SessionId"] = id }), "OperationNotEnabledException", NotEnabled);
        JsonObject user = new() { ["UserPoolId"] = pool.Id, ["Username"] = name };
        AssertError(await server.Api.Fail("AdminListUserSessions", user), "OperationNotEnabledException", NotEnabled);
        user["SessionId"] = id;
        AssertError(await server.Api.Fail("AdminRevokeUserSession", user), "OperationNotEnabledException", NotEnabled);
    }

    [Fact]
    public async Task Sign_ins_of_before_tracking_are_not_known_and_live_on()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        var early = await pool.SignIn(name);
        await pool.Track();
        Assert.Empty(await pool.Sessions(name));
        await pool.Refresh(early);
        Assert.Empty(await pool.Sessions(name));
        await pool.SignIn(name);
        Assert.Single(await pool.Sessions(name));
    }

    [Fact]
    public async Task Tracking_that_is_switched_on_again_begins_anew()
    {
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        var first = await pool.SignIn(name);
        await pool.Track(most: 5);
        Assert.Single(await pool.Sessions(name));
        await pool.Track(tracking: "DISABLED");
        await pool.SignIn(name);
        await pool.Track(most: 1);
        Assert.Empty(await pool.Sessions(name));
        await pool.SignIn(name);
        Assert.Single(await pool.Sessions(name));
        await pool.Refresh(first);
    }

    [Fact]
    public async Task A_list_has_one_page()
    {
        var pool = await Tracked.Create(server, most: 100);
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        for (var i = 0; i < 69; i++)
            await pool.SignIn(name);
        var answer = await pool.Admin("AdminListUserSessions", name);
        Assert.Equal(70, answer["Sessions"]!.AsArray().Count);
        Assert.False(answer.ContainsKey("NextToken"));
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("ListUserSessions", Access(signedIn), new() { ["NextToken"] = "more" })).Type);
    }

    [Fact]
    public async Task An_unknown_user_has_no_sessions()
    {
        var pool = await Tracked.Create(server);
        var error = await server.Api.Fail("AdminListUserSessions", new() { ["UserPoolId"] = pool.Id, ["Username"] = "nobody" });
        AssertError(error, "UserNotFoundException", "User does not exist.");
    }

    [Fact]
    public async Task A_refresh_moves_the_last_activity_and_nothing_else()
    {
        await using var own = await TestServer.Own();
        var pool = await Tracked.Create(own);
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        await own.Advance("PT10M");
        await pool.Refresh(signedIn);
        var session = Assert.Single(await pool.Sessions(name));
        Assert.InRange(Time(session, "LastActiveDate") - Time(session, "CreateDate"), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
        await own.Advance("PT10M");
        await pool.Holder("GetUser", Access(signedIn));
        Assert.Equal(Time(session, "LastActiveDate"), Time(Assert.Single(await pool.Sessions(name)), "LastActiveDate"));
    }

    [Fact]
    public async Task A_rotation_keeps_the_session_and_moves_its_last_activity()
    {
        await using var own = await TestServer.Own();
        var pool = await Tracked.Create(own, client: new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 0 },
        });
        var name = await pool.AddUser();
        var signedIn = await pool.SignIn(name);
        var id = Id(Assert.Single(await pool.Sessions(name)));
        await own.Advance("PT10M");
        await own.Api.Call("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = (string)signedIn["RefreshToken"]! }, sign: false);
        var session = Assert.Single(await pool.Sessions(name));
        Assert.Equal(id, Id(session));
        Assert.InRange(Time(session, "LastActiveDate") - Time(session, "CreateDate"), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
    }

    [Fact]
    public async Task A_session_ends_with_its_refresh_token()
    {
        await using var own = await TestServer.Own();
        var pool = await Tracked.Create(own, client: new() { ["RefreshTokenValidity"] = 2, ["TokenValidityUnits"] = new JsonObject { ["RefreshToken"] = "hours" } });
        var name = await pool.AddUser();
        await pool.SignIn(name);
        await own.Advance("PT1H59M");
        Assert.Single(await pool.Sessions(name));
        await own.Advance("PT2M");
        Assert.Empty(await pool.Sessions(name));
    }
}
