using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class IntrospectionTests(TestServer server)
{
    private const string Api = "https://api.example";

    [Fact]
    public async Task A_pool_that_did_not_switch_it_on_has_no_such_page_and_does_not_announce_it()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(pool, id, secret!, "x")).Status);
        Assert.Null((await Discovery(pool))["introspection_endpoint"]);
        await Visit.Switch(pool, "introspection");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret!, "x")).Status);
        Assert.EndsWith("/oauth2/introspect", (string)(await Discovery(pool))["introspection_endpoint"]!, StringComparison.Ordinal);
        await Visit.Switch(pool, "introspection", "false");
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(pool, id, secret!, "x")).Status);
    }

    [Fact]
    public async Task A_user_s_access_token_is_told_with_the_user_to_any_client_that_proves_itself()
    {
        var (pool, id, secret) = await Prepared();
        var user = await pool.Pool.AddUser();
        var token = (await pool.Tokens(user, ("scope", "openid email"), ("resource", Api))).Text("access_token");
        var claims = Claims(token);
        var told = await Ask(pool, id, secret, token, ("token_type_hint", "refresh_token"));
        var expected = new JsonObject
        {
            ["active"] = true,
            ["scope"] = "openid email",
            ["client_id"] = pool.ClientId,
            ["username"] = user,
            ["token_type"] = "Bearer",
            ["exp"] = claims["exp"]!.DeepClone(),
            ["iat"] = claims["iat"]!.DeepClone(),
            ["sub"] = claims["sub"]!.DeepClone(),
            ["aud"] = Api,
            ["iss"] = $"{server.PublicUrl}/{pool.Pool.Id}",
            ["jti"] = claims["jti"]!.DeepClone(),
        };
        Assert.Equal((HttpStatusCode.OK, expected.ToJsonString()), (told.Status, told.Body.ToJsonString()));
        Assert.Equal("application/json;charset=UTF-8", told.ContentType);
        Assert.Contains("no-store", told.Header("Cache-Control"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_the_API_is_told_by_the_scope_that_it_has()
    {
        var (pool, id, secret) = await Prepared();
        var tokens = await pool.Pool.SignIn(await pool.Pool.AddUser());
        var told = (await Ask(pool, id, secret, tokens.Text("AccessToken"))).Body;
        Assert.Equal((true, "aws.cognito.signin.user.admin"), ((bool)told["active"]!, told.Text("scope")));
        Assert.Null(told["aud"]);
    }

    [Fact]
    public async Task A_client_s_own_token_has_no_user()
    {
        var (pool, id, secret) = await Prepared();
        await pool.AddServer("api", "read");
        var (machine, key) = await pool.AddMachine("api/read");
        var token = (await pool.Grant(Basic(machine, key), ("grant_type", "client_credentials"))).Body.Text("access_token");
        var told = (await Ask(pool, id, secret, token)).Body;
        Assert.Equal((true, "api/read", machine, machine), ((bool)told["active"]!, told.Text("scope"), told.Text("client_id"), told.Text("sub")));
        Assert.Equal(["active", "scope", "client_id", "token_type", "exp", "iat", "sub", "iss", "jti"], told.Select(static member => member.Key));
        await pool.Pool.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = machine });
        AssertInactive(await Ask(pool, id, secret, token));
    }

    [Fact]
    public async Task A_refresh_token_is_told_to_its_own_client_alone()
    {
        var (pool, id, secret) = await Prepared();
        var user = await pool.Pool.AddUser();
        var code = await pool.Code(user, ("client_id", id), ("scope", "openid"));
        var tokens = (await pool.Grant(Basic(id, secret), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OAuthPool.Callback))).Body;
        var told = (await Ask(pool, id, secret, tokens.Text("refresh_token"))).Body;
        Assert.Equal(["active", "scope", "client_id", "username", "exp", "sub", "iss"], told.Select(static member => member.Key));
        Assert.Equal((true, "openid", id, user), ((bool)told["active"]!, told.Text("scope"), told.Text("client_id"), told.Text("username")));
        Assert.Equal(Claims(tokens.Text("access_token")).Text("sub"), told.Text("sub"));
        Assert.InRange((long)told["exp"]! - (long)Claims(tokens.Text("access_token"))["iat"]!, 29 * 86_400, 31 * 86_400);

        var (other, key) = await pool.AddUsersClient(withSecret: true);
        AssertInactive(await Ask(pool, other, key!, tokens.Text("refresh_token")));
        await pool.Form("/oauth2/revoke", Basic(id, secret), ("token", tokens.Text("refresh_token")));
        AssertInactive(await Ask(pool, id, secret, tokens.Text("refresh_token")));
        AssertInactive(await Ask(pool, id, secret, tokens.Text("access_token")));
    }

    [Fact]
    public async Task A_refresh_token_that_was_rotated_away_is_not_good_after_its_grace()
    {
        var (pool, id, secret) = await Prepared();
        var user = await pool.Pool.AddUser();
        foreach (var (grace, isGood) in new[] { (0, false), (60, true) })
        {
            var made = (await server.Api.Call("CreateUserPoolClient", new()
            {
                ["UserPoolId"] = pool.Pool.Id,
                ["ClientName"] = "rotating",
                ["GenerateSecret"] = true,
                ["SupportedIdentityProviders"] = new JsonArray("COGNITO"),
                ["CallbackURLs"] = new JsonArray(OAuthPool.Callback),
                ["AllowedOAuthFlowsUserPoolClient"] = true,
                ["AllowedOAuthFlows"] = new JsonArray("code"),
                ["AllowedOAuthScopes"] = new JsonArray("openid"),
                ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_SRP_AUTH"),
                ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = grace },
            }))["UserPoolClient"]!;
            var (rotating, key) = ((string)made["ClientId"]!, (string)made["ClientSecret"]!);
            var code = await pool.Code(user, ("client_id", rotating));
            var first = (await pool.Grant(Basic(rotating, key), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OAuthPool.Callback))).Body;
            Assert.True((bool)(await Ask(pool, rotating, key, first.Text("refresh_token"))).Body["active"]!);
            var second = (await pool.Grant(Basic(rotating, key), ("grant_type", "refresh_token"), ("refresh_token", first.Text("refresh_token")))).Body;
            Assert.Equal(isGood, (bool)(await Ask(pool, rotating, key, first.Text("refresh_token"))).Body["active"]!);
            Assert.True((bool)(await Ask(pool, rotating, key, second.Text("refresh_token"))).Body["active"]!);
        }
    }

    [Theory]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminResetUserPassword")]
    [InlineData("AdminDeleteUser")]
    public async Task Nothing_is_good_of_a_user_who_may_not_act(string operation)
    {
        var (pool, id, secret) = await Prepared();
        var user = await pool.Pool.AddUser();
        var code = await pool.Code(user, ("client_id", id));
        var tokens = (await pool.Grant(Basic(id, secret), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OAuthPool.Callback))).Body;
        Assert.True((bool)(await Ask(pool, id, secret, tokens.Text("access_token"))).Body["active"]!);
        await pool.Pool.Admin(operation, user);
        AssertInactive(await Ask(pool, id, secret, tokens.Text("access_token")));
        if (operation is not "AdminResetUserPassword")   // refreshing goes on there
            AssertInactive(await Ask(pool, id, secret, tokens.Text("refresh_token")));
    }

    [Fact]
    public async Task Nothing_is_good_after_its_time()
    {
        await using var own = await TestServer.Own();
        var (pool, id, secret) = await Prepared(own);
        var code = await pool.Code(await pool.Pool.AddUser(), ("client_id", id));
        var tokens = (await pool.Grant(Basic(id, secret), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OAuthPool.Callback))).Body;
        await own.Advance("PT59M");
        Assert.True((bool)(await Ask(pool, id, secret, tokens.Text("access_token"))).Body["active"]!);
        await own.Advance("PT2M");
        AssertInactive(await Ask(pool, id, secret, tokens.Text("access_token")));
        Assert.True((bool)(await Ask(pool, id, secret, tokens.Text("refresh_token"))).Body["active"]!);
        await own.Advance("P30D");
        AssertInactive(await Ask(pool, id, secret, tokens.Text("refresh_token")));
    }

    [Fact]
    public async Task What_is_no_token_of_the_pool_is_not_good_and_nothing_is_told_of_it()
    {
        var (pool, id, secret) = await Prepared();
        var tokens = await pool.Tokens(await pool.Pool.AddUser());
        var other = await OAuthPool.Create(server);
        var others = await other.Tokens(await other.Pool.AddUser());
        var (access, refresh) = (tokens.Text("access_token"), tokens.Text("refresh_token"));
        var parts = access.Split('.');
        var none = $"{Convert.ToBase64String("""{"alg":"none","kid":"x"}"""u8).TrimEnd('=')}.{parts[1]}.";
        string[] wrong =
        [
            "x", "a.b.c", "a.b.c.d.e", "tökén \0 ' --", new('a', 20_000), tokens.Text("id_token"), others.Text("access_token"), others.Text("refresh_token"),
            access[..^2], access + "A", $"{parts[0]}.{parts[1][..^1]}.{parts[2]}", none, refresh[..^1], id, secret,
        ];
        foreach (var token in wrong)
            AssertInactive(await Ask(pool, id, secret, token));
        Assert.True((bool)(await Ask(pool, id, secret, access)).Body["active"]!);
    }

    [Fact]
    public async Task Who_does_not_prove_itself_is_told_nothing()
    {
        var (pool, id, secret) = await Prepared();
        var (_, stranger, key) = await Prepared();
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("access_token");
        foreach (var (header, client, given) in new[]
        {
            (Basic(id, "wrong"), "", ""), (Basic(stranger, key), "", ""), (null, id, ""), (null, id, "wrong"), ("Bearer " + token, id, ""), (Basic("nobody", "x"), "", ""),
            (null, pool.ClientId, ""), (Basic(pool.ClientId, ""), "", ""),
        })
        {
            var answer = await pool.Form("/oauth2/introspect", header, ("token", token), ("client_id", client), ("client_secret", given));
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
            Assert.Null(answer.Body["active"]);
        }
        AssertRefused(await pool.Form("/oauth2/introspect", null, ("token", token)), "invalid_request");
        Assert.True((bool)(await pool.Form("/oauth2/introspect", null, ("token", token), ("client_id", id), ("client_secret", secret))).Body["active"]!);
    }

    [Fact]
    public async Task A_token_is_asked_about_by_a_form_with_one_token()
    {
        var (pool, id, secret) = await Prepared();
        AssertRefused(await pool.Form("/oauth2/introspect", Basic(id, secret)), "invalid_request", "token is required");
        AssertRefused(await Ask(pool, id, secret, ""), "invalid_request", "token is required");
        AssertRefused(await Ask(pool, id, secret, "x", ("token", "y")), "invalid_request");
        var json = await pool.Send(HttpMethod.Post, "/oauth2/introspect", new StringContent("""{"token":"x"}""", Encoding.UTF8, "application/json"), Basic(id, secret));
        AssertRefused(json, "invalid_request");
        var get = await pool.Send(HttpMethod.Get, "/oauth2/introspect?token=x", null, Basic(id, secret));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.Status, get.Header("Allow")));
        var preflight = await pool.Send(HttpMethod.Options, "/oauth2/introspect", null, null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.Status);
    }

    [Fact]
    public async Task It_can_be_for_some_clients()
    {
        var (pool, id, secret) = await Prepared();
        var (other, key) = await pool.AddUsersClient(withSecret: true);
        await Visit.Switch(pool, "introspection", id);
        AssertInactive(await Ask(pool, id, secret, "x"));
        AssertRefused(await Ask(pool, other, key!, "x"), "unauthorized_client");
    }

    private async Task<(OAuthPool Pool, string Id, string Secret)> Prepared(TestServer? own = null)
    {
        var pool = await OAuthPool.Create(own ?? server);
        await Visit.Switch(pool, "introspection");
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        return (pool, id, secret!);
    }

    private static Task<OAuthAnswer> Ask(OAuthPool pool, string id, string secret, string token, params (string Name, string Value)[] more) =>
        pool.Form("/oauth2/introspect", Basic(id, secret), [("token", token), .. more]);

    private static async Task<JsonObject> Discovery(OAuthPool pool) => (await pool.Pool.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!.AsObject();

    private static JsonObject Claims(string token) => JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!.AsObject();

    private static void AssertInactive(OAuthAnswer answer) => Assert.Equal((HttpStatusCode.OK, """{"active":false}"""), (answer.Status, answer.Body.ToJsonString()));
}
