using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Sessions;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class DeviceGrantTests(TestServer server)
{
    [Fact]
    public async Task A_device_waits_until_its_user_allows_it_and_then_has_the_tokens_that_a_code_would_give()
    {
        var pool = await DeviceCalls.Create(server);
        var user = await pool.Pool.AddUser();
        var codes = await pool.Codes(("scope", "openid email"), ("resource", "https://api.example"));
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        using var browser = await pool.Confirming(codes, user);
        await browser.Decide("allow");
        var answer = await pool.Poll(codes);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["id_token", "access_token", "refresh_token", "expires_in", "token_type"], answer.Body.Select(static member => member.Key));

        var id = (await Jwt.Verify(server.Api, pool.Pool.Id, answer.Body.Text("id_token"))).Claims;
        var access = (await Jwt.Verify(server.Api, pool.Pool.Id, answer.Body.Text("access_token"))).Claims;
        Assert.Equal((pool.ClientId, user, user + "@example.com"), ((string?)id["aud"], (string?)id["cognito:username"], (string?)id["email"]));
        Assert.Equal(("openid email", "https://api.example", pool.ClientId), ((string?)access["scope"], (string?)access["aud"], (string?)access["client_id"]));
        Assert.Equal((string?)id["origin_jti"], (string?)access["origin_jti"]);
        Assert.Null(id["nonce"]);
        Assert.Equal(user, (string?)(await pool.UserInfo(answer.Body.Text("access_token"))).Body["username"]);
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(answer.Body.Text("refresh_token"))).Status);
        var code = await pool.Tokens(user, ("scope", "openid email"), ("resource", "https://api.example"));
        Assert.Equal(Names(code.Text("id_token")), Names(answer.Body.Text("id_token")));
        Assert.Equal(Names(code.Text("access_token")), Names(answer.Body.Text("access_token")));

        static IEnumerable<string> Names(string token) => Jwt.Read(token).Claims.Select(static claim => claim.Key).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Without_openid_there_is_no_id_token_and_without_scopes_all_of_the_client_are_meant()
    {
        var pool = await DeviceCalls.Create(server);
        var user = await pool.Pool.AddUser();
        var bare = await pool.Poll(await pool.Allowed(user, ("scope", "aws.cognito.signin.user.admin")));
        Assert.Null(bare.Body["id_token"]);
        Assert.Equal("aws.cognito.signin.user.admin", (string?)Jwt.Read(bare.Body.Text("access_token")).Claims["scope"]);
        var all = await pool.Poll(await pool.Allowed(user));
        Assert.Equal(AllScopes.Order(StringComparer.Ordinal), ((string)Jwt.Read(all.Body.Text("access_token")).Claims["scope"]!).Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_tokens_tell_when_the_user_signed_in_not_when_the_device_got_them()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        var signedIn = (long)Jwt.Read((await pool.Exchange(browser.Given("code")!)).Body.Text("access_token")).Claims["auth_time"]!;
        await own.Advance("PT20M");
        var codes = await pool.Codes();
        await browser.Bring(codes);
        await browser.Decide("allow");
        await own.Advance("PT3M");
        var tokens = (await pool.Poll(codes)).Body;
        foreach (var token in new[] { "id_token", "access_token" })
        {
            var claims = Jwt.Read(tokens.Text(token)).Claims;
            Assert.Equal(signedIn, (long)claims["auth_time"]!);
            Assert.InRange((long)claims["iat"]! - signedIn, 22 * 60, 25 * 60);
        }
    }

    [Fact]
    public async Task A_refresh_token_lives_as_the_client_says_from_when_the_device_got_it()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own, client: new()
        {
            ["RefreshTokenValidity"] = 60,
            ["AccessTokenValidity"] = 30,
            ["IdTokenValidity"] = 30,
            ["TokenValidityUnits"] = new JsonObject { ["RefreshToken"] = "minutes", ["AccessToken"] = "minutes", ["IdToken"] = "minutes" },
        });
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        await own.Advance("PT9M");
        var tokens = (await pool.Poll(codes)).Body;
        Assert.Equal(1800, (int)tokens["expires_in"]!);
        await own.Advance("PT58M");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(tokens.Text("refresh_token"))).Status);
        await own.Advance("PT3M");
        AssertRefused(await pool.Refresh(tokens.Text("refresh_token")), "invalid_grant");
    }

    [Fact]
    public async Task A_device_that_asks_too_soon_must_wait_five_seconds_longer_from_then_on()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own);
        var codes = await pool.Codes();
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        await own.Advance("PT5S");
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        await own.Advance("PT2S");
        AssertRefused(await pool.Poll(codes), "slow_down");
        // From 5 to 10 seconds, then to 15.
        await own.Advance("PT6S");
        AssertRefused(await pool.Poll(codes), "slow_down");
        await own.Advance("PT15S");
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        await own.Advance("PT11S");
        AssertRefused(await pool.Poll(codes), "slow_down");
        await own.Advance("PT20S");
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        // Another device has its own pace.
        AssertRefused(await pool.Poll(await pool.Codes()), "authorization_pending");
    }

    [Fact]
    public async Task A_device_that_polls_too_soon_gets_its_tokens_all_the_same()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        AssertRefused(await pool.Poll(codes), "authorization_pending");
        for (var count = 0; count < 3; count++)
            AssertRefused(await pool.Poll(codes), "slow_down");
        using var browser = await pool.Confirming(codes, await pool.Pool.AddUser());
        AssertRefused(await pool.Poll(codes), "slow_down");
        await browser.Decide("allow");
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
    }

    [Fact]
    public async Task A_device_that_hammers_is_told_so_until_its_code_is_over()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        for (var count = 0; count < 130; count++)
            AssertRefused(await pool.Poll(codes), count == 0 ? "authorization_pending" : "slow_down");
    }

    [Fact]
    public async Task A_device_that_the_user_denied_is_told_so_each_time()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        using var browser = await pool.Confirming(codes, await pool.Pool.AddUser());
        await browser.Decide("deny");
        AssertRefused(await pool.Poll(codes), "access_denied");
        AssertRefused(await pool.Poll(codes), "access_denied");
    }

    [Fact]
    public async Task A_code_is_over_after_ten_minutes_whatever_was_said()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own);
        var user = await pool.Pool.AddUser();
        var (waiting, allowed) = (await pool.Codes(), await pool.Allowed(user));
        await own.Advance("PT9M");
        AssertRefused(await pool.Poll(waiting), "authorization_pending");
        await own.Advance("PT61S");
        AssertRefused(await pool.Poll(waiting), "expired_token");
        AssertRefused(await pool.Poll(allowed), "expired_token");
    }

    [Fact]
    public async Task A_code_gives_tokens_once()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        var first = await pool.Poll(codes);
        Assert.Equal(HttpStatusCode.OK, first.Status);
        AssertRefused(await pool.Poll(codes), "invalid_grant");
        // The device has its tokens; who asks again takes nothing away.
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(first.Body.Text("access_token"))).Status);
    }

    [Fact]
    public async Task Of_eight_polls_at_once_one_gets_the_tokens()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pool.Poll(codes)));
        Assert.Single(answers, static answer => answer.Status is HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status is not HttpStatusCode.OK), static answer => AssertRefused(answer, "invalid_grant"));
    }

    [Fact]
    public async Task Of_eight_polls_at_once_that_wait_one_is_in_time()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => pool.Poll(codes)));
        Assert.Single(answers, static answer => answer.Error is "authorization_pending");
        Assert.Equal(7, answers.Count(static answer => answer.Error is "slow_down"));
    }

    [Fact]
    public async Task A_device_code_is_of_one_client_of_one_pool_and_cannot_be_changed()
    {
        var (pool, elsewhere) = (await DeviceCalls.Create(server), await DeviceCalls.Create(server));
        var (other, _) = await pool.AddUsersClient();
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        var code = codes.Text("device_code");
        AssertRefused(await pool.Grant(null, ("grant_type", DeviceCalls.GrantType), ("client_id", other), ("device_code", code)), "invalid_grant");
        AssertRefused(await elsewhere.Poll(code), "invalid_grant");
        foreach (var wrong in new[] { "x", code[..^2], code + "AA", code[..40] + (code[40] is 'A' ? 'B' : 'A') + code[41..], codes.Text("user_code"), "tökén \0", new string('A', 6000) })
            AssertRefused(await pool.Poll(wrong), "invalid_grant");
        AssertRefused(await pool.Grant(null, ("grant_type", DeviceCalls.GrantType), ("client_id", pool.ClientId)), "invalid_request");
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(code)).Status);
    }

    [Fact]
    public async Task A_confidential_client_proves_itself_when_it_polls()
    {
        var pool = await DeviceCalls.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        var codes = (await pool.Form("/oauth2/device_authorization", Basic(id, secret!))).Body;
        (string, string)[] asked = [("grant_type", DeviceCalls.GrantType), ("device_code", codes.Text("device_code"))];
        AssertRefused(await pool.Grant(Basic(id, "wrong"), asked), "invalid_client", "invalid_client_secret");
        AssertRefused(await pool.Grant(Basic(id, secret!), asked), "authorization_pending");
        using var browser = await pool.Confirming(codes, await pool.Pool.AddUser());
        await browser.Decide("allow");
        Assert.Equal(HttpStatusCode.OK, (await pool.Grant(Basic(id, secret!), asked)).Status);
    }

    [Theory]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    public async Task What_a_user_allowed_ends_with_the_user(string operation)
    {
        var pool = await DeviceCalls.Create(server);
        var user = await pool.Pool.AddUser();
        var codes = await pool.Allowed(user);
        if (operation is "AdminDeleteUser")
            await pool.Pool.Admin("AdminDisableUser", user);
        await pool.Pool.Admin(operation, user);
        AssertRefused(await pool.Poll(codes), "invalid_grant");
    }

    [Fact]
    public async Task A_switch_that_is_taken_back_holds_for_devices_that_wait()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        await Visit.Switch(pool, "device-grant", "another");
        AssertRefused(await pool.Poll(codes), "unauthorized_client");
        await Visit.Switch(pool, "device-grant", "false");
        AssertRefused(await pool.Poll(codes), "unsupported_grant_type");
    }

    [Fact]
    public async Task Scopes_that_a_resource_server_lost_meanwhile_are_left_out()
    {
        var pool = await DeviceCalls.Create(server);
        await pool.AddServer("api", "read", "write");
        await pool.Change(("AllowedOAuthScopes", new JsonArray("openid", "api/read", "api/write")));
        var codes = await pool.Allowed(await pool.Pool.AddUser(), ("scope", "openid api/read api/write"));
        await pool.ChangeServer("api", "read");
        Assert.Equal("openid api/read", (string?)Jwt.Read((await pool.Poll(codes)).Body.Text("access_token")).Claims["scope"]);
    }

    [Fact]
    public async Task A_pool_that_tracks_sessions_lists_the_device_under_the_sign_in_that_allowed_it()
    {
        var pool = await DeviceCalls.Create(server);
        await pool.Pool.Track();
        var user = await pool.Pool.AddUser();
        var tokens = (await pool.Poll(await pool.Allowed(user))).Body;
        var sessions = await pool.Pool.Sessions(user);
        var sso = Assert.Single(sessions, static session => (string?)session["SessionType"] is "SSO");
        var own = Assert.Single(sessions, static session => (string?)session["SessionType"] is "TOKEN");
        Assert.Equal((string?)sso["SessionId"], (string?)own["OriginSessionId"]);
        await pool.Pool.Admin("AdminRevokeUserSession", user, new() { ["SessionId"] = (string?)own["SessionId"] });
        AssertRefused(await pool.Refresh(tokens.Text("refresh_token")), "invalid_grant");
    }

    [Fact]
    public async Task Tokens_are_bound_to_a_key_that_the_device_proves_to_hold()
    {
        var pool = await DeviceCalls.Create(server);
        await Visit.Switch(pool, "dpop");
        using var key = new HeldKey("ES256");
        var codes = await pool.Allowed(await pool.Pool.AddUser());
        var tokens = (await pool.Ask(
            "/oauth2/token", [pool.TokenProof(key)], null, ("grant_type", DeviceCalls.GrantType), ("client_id", pool.ClientId), ("device_code", codes.Text("device_code")))).Body;
        Assert.Equal(("DPoP", key.Thumbprint), (tokens.Text("token_type"), DPoPCalls.BoundTo(tokens.Text("access_token"))));
        AssertRefused(await pool.Refresh(tokens.Text("refresh_token")), "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await pool.RefreshWith(tokens.Text("refresh_token"), pool.TokenProof(key))).Status);
    }
}
