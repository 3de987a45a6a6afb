using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class ClientCredentialsTests(TestServer server)
{
    [Fact]
    public async Task A_client_gets_an_access_token_for_itself_and_nothing_else()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read", "write");
        var client = await pool.AddMachine("api/read", "api/write");
        var answer = await Ask(pool, client, ("scope", "api/write api/read"));
        Assert.Equal(["access_token", "expires_in", "token_type"], answer.Body.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal((3600, "Bearer"), ((int)answer.Body["expires_in"]!, (string?)answer.Body["token_type"]));

        var token = await Jwt.Verify(server.Api, pool.Pool.Id, answer.Body.Text("access_token"));
        Assert.Equal(["auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"], token.Names);
        var claims = token.Claims;
        Assert.Equal((client.Id, client.Id, "access", "api/write api/read", 2), ((string?)claims["sub"], (string?)claims["client_id"], (string?)claims["token_use"], (string?)claims["scope"], (int)claims["version"]!));
        Assert.Equal(3600, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.Equal($"{server.PublicUrl}/{pool.Pool.Id}", (string?)claims["iss"]);
    }

    [Fact]
    public async Task The_token_lives_as_long_as_the_client_says()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var (id, secret) = await pool.Pool.AddClient(new()
        {
            ["GenerateSecret"] = true,
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("client_credentials"),
            ["AllowedOAuthScopes"] = new JsonArray("api/read"),
            ["AccessTokenValidity"] = 7,
            ["TokenValidityUnits"] = new JsonObject { ["AccessToken"] = "minutes" },
        });
        var answer = await Ask(pool, (id, secret!));
        Assert.Equal(420, (int)answer.Body["expires_in"]!);
        var claims = Jwt.Read(answer.Body.Text("access_token")).Claims;
        Assert.Equal(420, (long)claims["exp"]! - (long)claims["iat"]!);
    }

    [Fact]
    public async Task Scopes_are_the_client_s_all_of_them_where_none_is_named_without_those_that_lost_their_server()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("https://api.example/v1", "read", "write");
        await pool.AddServer("api", "all");
        var client = await pool.AddMachine("https://api.example/v1/read", "https://api.example/v1/write");
        Assert.Equal("https://api.example/v1/read https://api.example/v1/write", await Scope(pool, client));
        Assert.Equal("https://api.example/v1/write", await Scope(pool, client, ("scope", "https://api.example/v1/write https://api.example/v1/write")));
        Assert.Equal("https://api.example/v1/read https://api.example/v1/write", await Scope(pool, client, ("scope", " ")));
        foreach (var unknown in new[] { "api/all", "openid", "https://api.example/v1/read nothing", "https://api.example/v1/READ" })
            AssertRefused(await Ask(pool, client, ("scope", unknown)), "invalid_scope");

        await pool.ChangeServer("https://api.example/v1", "write");
        Assert.Equal("https://api.example/v1/write", await Scope(pool, client));
        Assert.Equal("https://api.example/v1/write", await Scope(pool, client, ("scope", "https://api.example/v1/read https://api.example/v1/write")));
        await pool.ChangeServer("https://api.example/v1", "read", "write");
        Assert.Equal("https://api.example/v1/read", await Scope(pool, client, ("scope", "https://api.example/v1/read")));
        await server.Api.Call("DeleteResourceServer", new() { ["UserPoolId"] = pool.Pool.Id, ["Identifier"] = "https://api.example/v1" });
        Assert.Equal("", await Scope(pool, client));
    }

    [Fact]
    public async Task The_scope_of_registration_counts_while_the_pool_allows_that()
    {
        var pool = await RegistrationCalls.Pool(server, "{}");
        var client = await pool.AddMachine(RegistrationCalls.Scope);
        Assert.Equal(RegistrationCalls.Scope, await Scope(pool, client));
        Assert.Equal(HttpStatusCode.Created, (await pool.Register(server, token: (await Ask(pool, client)).Body.Text("access_token"))).Status);
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Pool.Id, ["DcrConfiguration"] = new JsonObject { ["EnableStatus"] = "Disabled" } });
        Assert.Equal("", await Scope(pool, client));
    }

    [Fact]
    public async Task A_client_of_another_flow_is_not_authorized()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        AssertRefused(await Ask(pool, (id, secret!)), "unauthorized_client");
        AssertRefused(await pool.Grant(null, ("grant_type", "client_credentials"), ("client_id", pool.ClientId)), "unauthorized_client");
        await pool.AddServer("api", "read");
        var machine = await pool.AddMachine("api/read");
        AssertRefused(await pool.Grant(Basic(machine.Id, machine.Secret), ("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", OAuthPool.Callback)), "unauthorized_client");
    }

    [Theory]
    [InlineData("""{"a":"b","c":""}""", true)]
    [InlineData("{}", true)]
    [InlineData("", true)]
    [InlineData("""{"a":1}""", false)]
    [InlineData("""{"a":null}""", false)]
    [InlineData("""{"a":{"b":"c"}}""", false)]
    [InlineData("""{"a":"b","a":"c"}""", false)]
    [InlineData("""["a"]""", false)]
    [InlineData("\"a\"", false)]
    [InlineData("null", false)]
    [InlineData("{", false)]
    [InlineData("""{"a":"\ud800"}""", false)]
    public async Task Metadata_is_a_JSON_object_of_strings(string metadata, bool isTaken)
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var answer = await Ask(pool, await pool.AddMachine("api/read"), ("aws_client_metadata", metadata));
        Assert.Equal(isTaken ? null : "invalid_request", answer.Error);
        Assert.Equal(isTaken, answer.Body.ContainsKey("access_token"));
    }

    [Fact]
    public async Task Its_token_is_no_user_s()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var token = (await Ask(pool, await pool.AddMachine("api/read"))).Body.Text("access_token");
        SelfService.AssertError(await pool.Pool.HolderFails("GetUser", token), "NotAuthorizedException", "Invalid Access Token");
        var answer = await pool.UserInfo(token);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (answer.Status, answer.Error));
    }

    private static async Task<string?> Scope(OAuthPool pool, (string Id, string Secret) client, params (string Name, string Value)[] more) =>
        (string?)Jwt.Read((await Ask(pool, client, more)).Body.Text("access_token")).Claims["scope"];

    private static Task<OAuthAnswer> Ask(OAuthPool pool, (string Id, string Secret) client, params (string Name, string Value)[] more) =>
        pool.Grant(Basic(client.Id, client.Secret), [("grant_type", "client_credentials"), .. more]);
}
