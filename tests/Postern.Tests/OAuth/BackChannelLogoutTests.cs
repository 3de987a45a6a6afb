using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Sessions;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

/// <summary>Who hears of the end of which session (OpenID Connect Back-Channel Logout 1.0).</summary>
public sealed class BackChannelLogoutTests(TestServer server)
{
    private const string SidPattern = "^sso[a-z0-9]{25}$";

    [Fact]
    public async Task Signing_out_tells_every_client_of_the_session_and_nobody_else()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var (second, _) = await pool.AddUsersClient();
        var (third, _) = await pool.AddUsersClient();
        await Name(pool, second, receiver, "/second");
        await Name(pool, third, receiver, "/third");
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        var first = Claims(await Exchange(pool, signedIn));
        var other = Claims(await Exchange(pool, await Visit.To(pool.Url("/oauth2/authorize", ("client_id", second)), signedIn.Session), second));
        Assert.Equal((string?)first["sid"], (string?)other["sid"]);
        Assert.Matches(SidPattern, (string)first["sid"]!);

        await Logout(pool, signedIn.Session);
        var told = new Dictionary<string, JsonObject>();
        foreach (var _ in new[] { 1, 2 })
        {
            var (path, token) = await receiver.Raw();
            told[path] = (await Jwt.Verify(server.Api, pool.Pool.Id, token, "logout+jwt")).Claims;
        }
        Assert.Equal((pool.ClientId, second), ((string?)told["/out"]["aud"], (string?)told["/second"]["aud"]));
        Assert.All(told.Values, claims => Assert.Equal(((string?)first["sid"], (string?)first["sub"]), ((string?)claims["sid"], (string?)claims["sub"])));

        // What came next would have come after anything else: the same cookie ends nothing more.
        await Logout(pool, signedIn.Session);
        await AssertNothingElse(pool, receiver, user);
    }

    [Fact]
    public async Task A_logout_token_has_the_claims_of_the_specification_and_is_no_ID_token()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        await Exchange(pool, signedIn);
        await Logout(pool, signedIn.Session);
        var (_, token) = await receiver.Raw();
        var claims = (await Jwt.Verify(server.Api, pool.Pool.Id, token, "logout+jwt")).Claims;
        Assert.Equal(["iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"], claims.Select(static pair => pair.Key));
        Assert.NotEqual(HttpStatusCode.OK, (await pool.UserInfo(token)).Status);
        (await Visit.To($"{pool.Base}/logout?post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye&id_token_hint={token}")).AssertShows("id_token_hint is no ID token of this client");
    }

    [Fact]
    public async Task An_ID_token_keeps_its_session_through_refreshes_with_rotation_and_without()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser(), parameters: ("resource", "https://api.example"));
        var tokens = await Exchange(pool, signedIn);
        var sid = (string?)Claims(tokens)["sid"];
        Assert.Matches(SidPattern, sid);
        var refreshed = await pool.Refresh(tokens.Text("refresh_token"));
        Assert.Equal(sid, (string?)Claims(refreshed.Body)["sid"]);
        Assert.Equal("https://api.example", (string?)Jwt.Read(refreshed.Body.Text("access_token")).Claims["aud"]);
        await pool.Change(("RefreshTokenRotation", new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 0 }), ("ExplicitAuthFlows", new JsonArray("ALLOW_USER_PASSWORD_AUTH")));
        var rotated = await pool.Refresh(tokens.Text("refresh_token"));
        Assert.Equal(sid, (string?)Claims(rotated.Body)["sid"]);
        var last = await pool.Refresh(rotated.Body.Text("refresh_token"));
        Assert.Equal(sid, (string?)Claims(last.Body)["sid"]);
        await Visit.Switch(pool, "backchannel-logout", "false");
        Assert.False(Claims((await pool.Refresh(last.Body.Text("refresh_token"))).Body).ContainsKey("sid"));
    }

    [Fact]
    public async Task Without_the_switch_nothing_is_there_and_for_some_clients_only_they_have_it()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver, "false");
        var user = await pool.Pool.AddUser();
        var before = await Visit.SignIn(pool, user);
        Assert.False(Claims(await Exchange(pool, before)).ContainsKey("sid"));
        await Logout(pool, before.Session);
        await pool.Pool.Admin("AdminUserGlobalSignOut", user);

        var (second, _) = await pool.AddUsersClient();
        await Name(pool, second, receiver, "/second");
        await Visit.Switch(pool, "backchannel-logout", second);
        var signedIn = await Visit.SignIn(pool, user);
        Assert.False(Claims(await Exchange(pool, signedIn)).ContainsKey("sid"));
        var sid = Claims(await Exchange(pool, await Visit.To(pool.Url("/oauth2/authorize", ("client_id", second)), signedIn.Session), second))["sid"];
        await Logout(pool, signedIn.Session);
        Assert.Equal((string?)sid, (string?)(await receiver.Next(server, pool, second, "/second"))["sid"]);
    }

    [Fact]
    public async Task A_client_without_openid_and_a_sign_in_by_the_API_are_of_no_session()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var user = await pool.Pool.AddUser();
        Assert.False(Jwt.Read((string)(await pool.Pool.SignIn(user))["IdToken"]!).Claims.ContainsKey("sid"));
        var plain = await Visit.SignIn(pool, user, parameters: ("scope", "aws.cognito.signin.user.admin"));
        await Exchange(pool, plain);
        await Logout(pool, plain.Session);
        await AssertNothingElse(pool, receiver, user);
    }

    [Fact]
    public async Task Implicit_tokens_are_of_the_session_too()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser(), parameters: ("response_type", "token"));
        var sid = (string?)Jwt.Read(signedIn.Given("id_token")!).Claims["sid"];
        Assert.Matches(SidPattern, sid);
        await Logout(pool, signedIn.Session);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
    }

    [Fact]
    public async Task The_same_user_who_signs_in_again_goes_on_with_the_session_and_another_ends_it()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        var sid = (string?)Claims(await Exchange(pool, signedIn))["sid"];
        var again = await Visit.SignIn(pool, user, signedIn.Session);
        Assert.Equal(sid, (string?)Claims(await Exchange(pool, again))["sid"]);
        var other = await Visit.SignIn(pool, await pool.Pool.AddUser(), again.Session);
        Assert.NotEqual(sid, (string?)Claims(await Exchange(pool, other))["sid"]);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        (await Visit.To(pool.Url("/oauth2/authorize"), again.Session)).AssertAsks(pool);
        // An ended session does not go on, even by a copy of its cookie.
        Assert.NotEqual(sid, (string?)Claims(await Exchange(pool, await Visit.SignIn(pool, user, again.Session)))["sid"]);
    }

    [Fact]
    public async Task Another_browser_of_the_same_user_stays_signed_in()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var user = await pool.Pool.AddUser();
        Visit[] browsers = [await Visit.SignIn(pool, user), await Visit.SignIn(pool, user)];
        var sids = new List<string?>();
        foreach (var browser in browsers)
            sids.Add((string?)Claims(await Exchange(pool, browser))["sid"]);
        Assert.NotEqual(sids[0], sids[1]);
        await Logout(pool, browsers[1].Session);
        Assert.Equal(sids[1], (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        await Logout(pool, browsers[0].Session);
        Assert.Equal(sids[0], (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
    }

    [Theory]
    [InlineData("GlobalSignOut")]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminDisableUser")]
    [InlineData("DeleteUser")]
    [InlineData("AdminDeleteUser")]
    public async Task The_end_of_all_sessions_tells_each_client_once_and_names_the_user_alone(string operation)
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var (second, _) = await pool.AddUsersClient();
        await Name(pool, second, receiver, "/second");
        var user = await pool.Pool.AddUser();
        var first = await Exchange(pool, await Visit.SignIn(pool, user));
        await Exchange(pool, await Visit.SignIn(pool, user));
        await Exchange(pool, await Visit.SignIn(pool, user, parameters: ("client_id", second)), second);
        if (operation.StartsWith("Admin", StringComparison.Ordinal))
            await pool.Pool.Admin(operation, user);
        else
            await pool.Pool.Holder(operation, first.Text("access_token"));
        var told = new Dictionary<string, JsonObject>();
        foreach (var _ in new[] { 1, 2 })
        {
            var (path, token) = await receiver.Raw();
            told.Add(path, (await Jwt.Verify(server.Api, pool.Pool.Id, token, "logout+jwt")).Claims);
        }
        Assert.Equal(["/out", "/second"], told.Keys.Order(StringComparer.Ordinal));
        Assert.All(told.Values, claims => Assert.Equal(["iss", "sub", "aud", "iat", "exp", "jti", "events"], claims.Select(static pair => pair.Key)));
        Assert.All(told.Values, claims => Assert.Equal((string?)Claims(first)["sub"], (string?)claims["sub"]));
        if (operation is "AdminDisableUser")
            await pool.Pool.Admin(operation, user);   // again: nothing ends
        await AssertNothingElse(pool, receiver, await pool.Pool.AddUser());
    }

    [Theory]
    [InlineData("AdminRevokeUserSession")]
    [InlineData("RevokeUserSession")]
    [InlineData("RevokeToken")]
    [InlineData("/logout")]
    public async Task Where_sessions_are_tracked_the_end_of_one_is_told_by_the_id_that_lists_show(string how)
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        await pool.Pool.Track();
        var user = await pool.Pool.AddUser();
        var elsewhere = Tracked.Access(await pool.Pool.SignIn(user));
        var signedIn = await Visit.SignIn(pool, user);
        var tokens = await Exchange(pool, signedIn);
        var sid = (await pool.Pool.Ids(user)).Single(static id => id.StartsWith("sso", StringComparison.Ordinal));
        Assert.Equal(sid, (string?)Claims(tokens)["sid"]);
        if (how is "AdminRevokeUserSession")
            await pool.Pool.Admin(how, user, new() { ["SessionId"] = sid });
        else if (how is "RevokeUserSession")
            await pool.Pool.Holder(how, elsewhere, new() { ["SessionId"] = sid });
        else if (how is "RevokeToken")
            await server.Api.Call(how, new() { ["ClientId"] = pool.ClientId, ["Token"] = tokens.Text("refresh_token"), ["RevokeAssociatedSessions"] = "LINKED" }, sign: false);
        else
            await Logout(pool, signedIn.Session);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task A_new_password_and_the_end_of_one_sign_in_tell_nobody()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        await pool.Pool.Track();
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        var tokens = await Exchange(pool, signedIn);
        var token = (await pool.Pool.Ids(user)).Single(static id => id.StartsWith("tkn", StringComparison.Ordinal));
        await pool.Pool.Admin("AdminRevokeUserSession", user, new() { ["SessionId"] = token });
        await pool.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = Pool.Password, ["Permanent"] = true });
        await Logout(pool, signedIn.Session);
        Assert.Equal((string?)Claims(tokens)["sid"], (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
    }

    [Fact]
    public async Task A_code_of_a_session_that_ended_gives_no_tokens_since_nobody_would_end_them()
    {
        await using var receiver = await LogoutReceiver.Start();
        var pool = await Create(receiver);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        await Logout(pool, signedIn.Session);
        Assert.Equal((HttpStatusCode.BadRequest, """{"error":"invalid_grant"}"""), await Status(pool.Exchange(signedIn.Code())));

        static async Task<(HttpStatusCode, string)> Status(Task<(HttpStatusCode Status, JsonObject Body)> exchange) => ((await exchange).Status, (await exchange).Body.ToJsonString());
    }

    [Fact]
    public async Task An_application_ends_its_session_by_an_ID_token_when_the_cookie_is_gone()
    {
        await using var receiver = await LogoutReceiver.Start();
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        await Visit.Switch(pool, "backchannel-logout");
        await Name(pool, pool.ClientId, receiver);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var tokens = await Exchange(pool, signedIn);
        await own.Advance("PT3H");
        await Visit.To($"{pool.Base}/logout?id_token_hint={tokens.Text("access_token")}");
        await Visit.To($"{pool.Base}/logout?id_token_hint={tokens.Text("id_token")}x");
        await Visit.To($"{pool.Base}/logout?id_token_hint={tokens.Text("id_token")}");
        var claims = (await Jwt.Verify(own.Api, pool.Pool.Id, (await receiver.Raw()).Token, "logout+jwt")).Claims;
        Assert.Equal((string?)Claims(tokens)["sid"], (string?)claims["sid"]);
        Assert.Equal(1, receiver.Count);
    }

    [Fact]
    public async Task Discovery_says_so_while_it_is_on()
    {
        var pool = await OAuthPool.Create(server);
        Assert.DoesNotContain("backchannel", await Discovery(), StringComparison.Ordinal);
        await Visit.Switch(pool, "backchannel-logout");
        Assert.Contains("\"backchannel_logout_session_supported\":true,\"backchannel_logout_supported\":true", await Discovery(), StringComparison.Ordinal);

        async Task<string> Discovery() => (await server.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!.ToJsonString();
    }

    private async Task<OAuthPool> Create(LogoutReceiver receiver, string value = "true")
    {
        var pool = await OAuthPool.Create(server);
        await Visit.Switch(pool, "backchannel-logout", value);
        await Name(pool, pool.ClientId, receiver);
        return pool;
    }

    /// <summary>The next thing that the receiver hears is of a sign-in that comes now.</summary>
    private async Task AssertNothingElse(OAuthPool pool, LogoutReceiver receiver, string user)
    {
        var signedIn = await Visit.SignIn(pool, user);
        var sid = (string?)Claims(await Exchange(pool, signedIn))["sid"];
        await Logout(pool, signedIn.Session);
        Assert.Equal(sid, (string?)(await receiver.Next(server, pool, pool.ClientId))["sid"]);
    }

    internal static Task Name(OAuthPool pool, string client, LogoutReceiver receiver, string path = "/out") =>
        Visit.Switch(pool, "backchannel-logout-uri:" + client, receiver.Url + path);

    internal static Task<Visit> Logout(OAuthPool pool, string session) => Visit.To($"{pool.Base}/logout?client_id={pool.ClientId}", session);

    internal static async Task<JsonObject> Exchange(OAuthPool pool, Visit answered, string? client = null)
    {
        var answer = await pool.Grant(null, ("grant_type", "authorization_code"), ("client_id", client ?? pool.ClientId), ("code", answered.Code()), ("redirect_uri", OAuthPool.Callback));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer.Body;
    }

    internal static JsonObject Claims(JsonObject tokens) => Jwt.Read(tokens.Text("id_token")).Claims;
}
