using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Sessions;
using static Postern.Tests.UserPools.Sessions.Tracked;

namespace Postern.Tests.OAuth;

public sealed class SsoSessionTests(TestServer server)
{
    [Fact]
    public async Task A_browsers_sign_in_is_listed_and_the_sign_ins_that_came_from_it_name_it()
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        var sso = Assert.Single(await pool.Pool.Sessions(user));
        Assert.Matches("^sso[a-z0-9]{25}$", Id(sso));
        Assert.Equal("SSO", (string?)sso["SessionType"]);
        Assert.Equal(pool.ClientId, (string?)sso["ClientId"]);
        Assert.Null(sso["OriginSessionId"]);

        await pool.Exchange(signedIn.Code());
        await pool.Exchange((await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code());
        var implicitly = await Visit.To(pool.Url("/oauth2/authorize", ("response_type", "token")), signedIn.Session);
        var all = await pool.Pool.Sessions(user);
        Assert.Equal(4, all.Count);
        Assert.All(all.Where(static session => (string?)session["SessionType"] is "TOKEN"), session => Assert.Equal(Id(sso), (string?)session["OriginSessionId"]));

        var own = (await server.Api.Call("ListUserSessions", new() { ["AccessToken"] = implicitly.Given("access_token") }, sign: false))["Sessions"]!.AsArray();
        Assert.Equal(4, own.Count);
        Assert.StartsWith("tkn", (string)own.Single(static session => (bool)session!["IsCurrentSession"]!)!["SessionId"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tracking_nothing_is_written()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        await pool.Exchange(signedIn.Code());
        await pool.Pool.Track();
        Assert.Empty(await pool.Pool.Sessions(user));
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("NONE")]
    [InlineData("LINKED")]
    public async Task A_revoked_session_makes_its_cookie_useless_and_LINKED_its_tokens_too(string? associated)
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        var (_, tokens) = await pool.Exchange(signedIn.Code());
        var sso = (await pool.Pool.Ids(user)).Single(static id => id.StartsWith("sso", StringComparison.Ordinal));
        await pool.Pool.Admin("AdminRevokeUserSession", user, new() { ["SessionId"] = sso, ["RevokeAssociatedSessions"] = associated });
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        Assert.Equal(associated is "LINKED" ? 0 : 1, (await pool.Pool.Sessions(user)).Count);
        JsonObject token = new() { ["AccessToken"] = (string?)tokens["access_token"] };
        if (associated is "LINKED")
            Assert.Equal("NotAuthorizedException", (await server.Api.Fail("GetUser", token, sign: false)).Type);
        else
            await server.Api.Call("GetUser", token, sign: false);
    }

    [Fact]
    public async Task A_user_ends_the_browsers_session_from_another_sign_in()
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        var elsewhere = await pool.Pool.SignIn(user);
        var sso = (await pool.Pool.Ids(user)).Single(static id => id.StartsWith("sso", StringComparison.Ordinal));
        await server.Api.Call("RevokeUserSession", new() { ["AccessToken"] = Access(elsewhere), ["SessionId"] = sso }, sign: false);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task Revoking_a_refresh_token_with_LINKED_ends_the_browsers_session_and_not_the_siblings()
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        var (_, first) = await pool.Exchange(signedIn.Code());
        var (_, second) = await pool.Exchange((await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code());
        await server.Api.Call(
            "RevokeToken", new() { ["ClientId"] = pool.ClientId, ["Token"] = (string?)first["refresh_token"], ["RevokeAssociatedSessions"] = "LINKED" }, sign: false);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        await server.Api.Call("GetUser", new() { ["AccessToken"] = (string?)second["access_token"] }, sign: false);
        Assert.Single(await pool.Pool.Sessions(user));
    }

    [Fact]
    public async Task Each_client_says_how_long_it_uses_a_browsers_sign_in()
    {
        await using var own = await TestServer.Own();
        var (pool, user) = await TrackedPool(own);
        var (never, longest) = (await Visit.AddClient(pool), await Visit.AddClient(pool));
        await SetMinutes(own, pool, never, 0);
        await SetMinutes(own, pool, longest, 120);
        var signedIn = await Visit.SignIn(pool, user);
        Assert.Contains("; Max-Age=7200;", signedIn.Cookies.Single(static cookie => cookie.StartsWith("cognito=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Task<Visit> Ask(string client) => Visit.To(pool.Url("/oauth2/authorize", ("client_id", client)), signedIn.Session);
        (await Ask(never)).AssertAsks(pool);
        (await Ask(pool.ClientId)).Code();
        (await Ask(longest)).Code();
        await own.Advance("PT1H");
        (await Ask(pool.ClientId)).AssertAsks(pool);
        (await Ask(longest)).Code();
        Assert.Single(await pool.Pool.Sessions(user));
        await own.Advance("PT1H");
        (await Ask(longest)).AssertAsks(pool);
        Assert.Empty(await pool.Pool.Sessions(user));
        // The session of a client that always asks is good for the others.
        var again = await Visit.SignIn(pool, user, null, ("client_id", never));
        (await Visit.To(pool.Url("/oauth2/authorize"), again.Session)).Code();
    }

    [Fact]
    public async Task A_new_sign_in_in_the_same_browser_takes_the_place_of_the_one_before()
    {
        var (pool, user) = await TrackedPool(server);
        var first = await Visit.SignIn(pool, user);
        var before = Assert.Single(await pool.Pool.Ids(user));
        var second = await Visit.SignIn(pool, user, first.Session, ("prompt", "login"));
        Assert.NotEqual(before, Assert.Single(await pool.Pool.Ids(user)));
        (await Visit.To(pool.Url("/oauth2/authorize"), first.Session)).AssertAsks(pool);
        var another = await pool.Pool.AddUser();
        await Visit.SignIn(pool, another, second.Session);
        Assert.Empty(await pool.Pool.Sessions(user));
        Assert.Single(await pool.Pool.Sessions(another));
    }

    [Fact]
    public async Task Of_too_many_browsers_the_one_used_least_recently_gives_way()
    {
        var (pool, user) = await TrackedPool(server);
        var first = await Visit.SignIn(pool, user);
        for (var i = 0; i < 25; i++)
            await Visit.SignIn(pool, user);
        Assert.Equal(25, (await pool.Pool.Sessions(user)).Count);
        (await Visit.To(pool.Url("/oauth2/authorize"), first.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task Sign_out_at_the_domain_takes_the_session_from_the_list()
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        await Visit.To($"{pool.Base}/logout", signedIn.Session);
        Assert.Empty(await pool.Pool.Sessions(user));
    }

    [Fact]
    public async Task A_sign_out_from_everywhere_ends_tracked_browsers()
    {
        var (pool, user) = await TrackedPool(server);
        var signedIn = await Visit.SignIn(pool, user);
        await pool.Pool.Admin("AdminUserGlobalSignOut", user);
        Assert.Empty(await pool.Pool.Sessions(user));
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task The_length_of_clients_survives_a_change_of_the_pools_tracking()
    {
        var (pool, user) = await TrackedPool(server);
        await SetMinutes(server, pool, pool.ClientId, 129600);
        await pool.Pool.Track(most: 5);
        var signedIn = await Visit.SignIn(pool, user);
        Assert.Contains("; Max-Age=7776000;", signedIn.Cookies.Single(static cookie => cookie.StartsWith("cognito=", StringComparison.Ordinal)), StringComparison.Ordinal);
        await pool.Pool.Track(tracking: "DISABLED");
        var untracked = await Visit.SignIn(pool, user);
        Assert.Contains("; Max-Age=3600;", untracked.Cookies.Single(static cookie => cookie.StartsWith("cognito=", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_refresh_token_is_activity_of_the_browsers_session_and_a_refresh_without_rotation_is_not()
    {
        await using var own = await TestServer.Own();
        var (pool, user) = await TrackedPool(own);
        var rotating = await Visit.AddClient(pool, new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 0 },
        });
        var signedIn = await Visit.SignIn(pool, user);
        var plain = (await pool.Exchange(signedIn.Code())).Body.Text("refresh_token");
        var code = (await Visit.To(pool.Url("/oauth2/authorize", ("client_id", rotating)), signedIn.Session)).Code();
        var tokens = (await pool.Grant(null, ("grant_type", "authorization_code"), ("client_id", rotating), ("code", code), ("redirect_uri", OAuthPool.Callback))).Body;
        async Task<JsonObject> Sso() => (await pool.Pool.Sessions(user)).Single(static session => (string?)session["SessionType"] is "SSO");
        var before = Time(await Sso(), "LastActiveDate");

        await own.Advance("PT5M");
        await pool.Refresh(plain);
        Assert.Equal(before, Time(await Sso(), "LastActiveDate"));
        var rotated = await pool.Grant(null, ("grant_type", "refresh_token"), ("client_id", rotating), ("refresh_token", tokens.Text("refresh_token")));
        var first = await Sso();
        Assert.True(Time(first, "LastActiveDate") >= before + TimeSpan.FromMinutes(5), "the token endpoint rotates");
        await own.Advance("PT5M");
        await own.Api.Call("GetTokensFromRefreshToken", new() { ["ClientId"] = rotating, ["RefreshToken"] = rotated.Body.Text("refresh_token") }, sign: false);
        Assert.True(Time(await Sso(), "LastActiveDate") >= before + TimeSpan.FromMinutes(10), "the API rotates");
        // It is of the browser still.
        Assert.Equal((string?)first["DeviceType"], (string?)(await Sso())["DeviceType"]);
        await own.Advance("PT55M");
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    private static async Task<(OAuthPool Pool, string User)> TrackedPool(TestServer server)
    {
        var pool = await OAuthPool.Create(server);
        await pool.Pool.Track();
        return (pool, await pool.Pool.AddUser());
    }

    private static Task<JsonObject> SetMinutes(TestServer server, OAuthPool pool, string client, int minutes) => server.Api.Call("SetUserPoolClientSessionConfiguration", new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["ClientId"] = client,
        ["SSOSession"] = new JsonObject { ["MaxValidityMinutes"] = minutes },
    });
}
