using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class RefreshGrantTests(TestServer server)
{
    [Fact]
    public async Task A_refresh_gives_tokens_of_the_same_sign_in_with_its_scopes_and_its_resource_whatever_is_asked_for()
    {
        var pool = await OAuthPool.Create(server);
        var first = await pool.Tokens(await pool.Pool.AddUser(), ("scope", "openid email"), ("resource", "https://api.example"), ("nonce", "n"));
        var answer = await pool.Refresh(first.Text("refresh_token"), ("scope", "openid profile phone"), ("resource", "https://other.example"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(["access_token", "expires_in", "id_token", "token_type"], answer.Body.Select(static pair => pair.Key).Order(StringComparer.Ordinal));

        var (before, after) = (await Access(pool, first), await Access(pool, answer.Body));
        foreach (var same in new[] { "origin_jti", "event_id", "auth_time", "sub", "client_id", "scope", "aud", "version" })
            Assert.Equal(before[same]!.ToJsonString(), after[same]!.ToJsonString());
        Assert.Equal(("openid email", "https://api.example"), ((string?)after["scope"], (string?)after["aud"]));
        Assert.NotEqual((string?)before["jti"], (string?)after["jti"]);
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(answer.Body.Text("access_token"))).Status);
    }

    [Fact]
    public async Task Without_openid_a_refresh_gives_no_ID_token_either()
    {
        var pool = await OAuthPool.Create(server);
        var first = await pool.Tokens(await pool.Pool.AddUser(), ("scope", "aws.cognito.signin.user.admin"));
        Assert.False(first.ContainsKey("id_token"));
        Assert.False((await pool.Refresh(first.Text("refresh_token"))).Body.ContainsKey("id_token"));
    }

    [Fact]
    public async Task Rotation_gives_a_new_refresh_token_with_the_life_of_the_old_which_works_through_the_grace_period()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own, client: new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 10 },
            ["RefreshTokenValidity"] = 1,
        });
        var first = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        await own.Advance("PT23H");
        var second = (await pool.Refresh(first)).Body.Text("refresh_token");
        Assert.NotEqual(first, second);
        await own.Advance("PT9S");
        var retried = (await pool.Refresh(first)).Body.Text("refresh_token");
        await own.Advance("PT2S");
        AssertRefused(await pool.Refresh(first), "invalid_grant");
        var third = (await pool.Refresh(retried)).Body.Text("refresh_token");
        await own.Advance("PT1H");
        AssertRefused(await pool.Refresh(third), "invalid_grant");
    }

    [Fact]
    public async Task Many_refreshes_of_a_rotating_token_at_once_all_get_the_same_generation_within_the_grace_period()
    {
        var pool = await OAuthPool.Create(server, client: new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 60 },
        });
        var first = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => pool.Refresh(first)));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var next = await pool.Refresh(answers[0].Body.Text("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, next.Status);
        foreach (var answer in answers.Skip(1))
            Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(answer.Body.Text("refresh_token"))).Status);   // the generation before, within its grace
    }

    [Fact]
    public async Task Tokens_of_pages_are_refreshed_by_the_API_and_tokens_of_the_API_here()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var hosted = (await pool.Tokens(user, ("scope", "openid email"))).Text("refresh_token");
        var initiated = (await pool.Pool.Initiate("REFRESH_TOKEN_AUTH", ("REFRESH_TOKEN", hosted)))["AuthenticationResult"]!;
        var exchanged = (await server.Api.Call("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = hosted }, sign: false))["AuthenticationResult"]!;
        foreach (var result in new[] { initiated, exchanged })
            Assert.Equal("openid email", (string?)Jwt.Read((string)result["AccessToken"]!).Claims["scope"]);

        var answer = await pool.Refresh((string)(await pool.Pool.SignIn(user))["RefreshToken"]!);
        Assert.Equal("aws.cognito.signin.user.admin", (string?)(await Access(pool, answer.Body))["scope"]);
        Assert.True(answer.Body.ContainsKey("id_token"));
    }

    [Fact]
    public async Task Where_devices_are_tracked_tokens_of_the_API_are_refused_and_those_of_pages_work_everywhere()
    {
        var pool = await OAuthPool.Create(server, pool: new() { ["DeviceConfiguration"] = new JsonObject { ["DeviceOnlyRememberedOnUserPrompt"] = false } });
        var user = await pool.Pool.AddUser();
        AssertRefused(await pool.Refresh((string)(await pool.Pool.SignIn(user))["RefreshToken"]!), "invalid_grant");
        var tokens = await pool.Tokens(user);
        Assert.False((await Access(pool, tokens)).ContainsKey("device_key"));
        var hosted = tokens.Text("refresh_token");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(hosted)).Status);
        Assert.NotNull((await pool.Pool.Initiate("REFRESH_TOKEN_AUTH", ("REFRESH_TOKEN", hosted)))["AuthenticationResult"]);
    }

    [Fact]
    public async Task A_token_of_another_client_or_a_mangled_one_is_an_invalid_grant()
    {
        var pool = await OAuthPool.Create(server);
        var other = await OAuthPool.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        var tokens = await pool.Tokens(await pool.Pool.AddUser());
        var token = tokens.Text("refresh_token");
        AssertRefused(await other.Refresh(token), "invalid_grant");
        AssertRefused(await pool.Grant(Basic(id, secret!), ("grant_type", "refresh_token"), ("refresh_token", token)), "invalid_grant");
        foreach (var bad in new[] { token[..^4] + "AAAA", "eyJ.a.b.c.d", "x", "A" + token[1..], tokens.Text("access_token"), tokens.Text("id_token"), "\0" })
            AssertRefused(await pool.Refresh(bad), "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(token)).Status);
    }

    [Theory]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    [InlineData("AdminUserGlobalSignOut")]
    public async Task A_token_of_a_user_who_may_not_go_on_is_an_invalid_grant(string operation)
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var token = (await pool.Tokens(user)).Text("refresh_token");
        await pool.Pool.Admin(operation, user);
        AssertRefused(await pool.Refresh(token), "invalid_grant");
    }

    [Fact]
    public async Task A_token_ends_with_its_life()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        await own.Advance("P29DT23H");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(token)).Status);
        await own.Advance("PT1H1S");
        AssertRefused(await pool.Refresh(token), "invalid_grant");
    }

    [Fact]
    public async Task A_client_without_OAuth_is_refused()
    {
        var pool = await OAuthPool.Create(server);
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        await pool.Change(("AllowedOAuthFlowsUserPoolClient", false));
        AssertRefused(await pool.Refresh(token), "unauthorized_client");
    }

    private static async Task<JsonObject> Access(OAuthPool pool, JsonObject tokens) => (await Jwt.Verify(pool.Pool.Api, pool.Pool.Id, tokens.Text("access_token"))).Claims;
}
