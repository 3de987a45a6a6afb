using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

public sealed class GrantedScopeTests(TestServer server)
{
    [Fact]
    public async Task Without_scope_all_of_the_clients_are_granted()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal("openid email phone profile aws.cognito.signin.user.admin", await Scope(pool));
    }

    [Theory]
    [InlineData("openid  email", "openid email")]
    [InlineData("email openid email", "email openid")]
    [InlineData("aws.cognito.signin.user.admin", "aws.cognito.signin.user.admin")]
    public async Task Scopes_are_granted_once_in_the_order_in_which_they_were_asked_for(string asked, string granted)
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(granted, await Scope(pool, asked));
    }

    [Fact]
    public async Task A_scope_that_went_from_its_resource_server_is_left_out_until_it_is_back()
    {
        var pool = await OAuthPool.Create(server);
        await Server(pool, "CreateResourceServer", "read", "write");
        await Server(pool, "CreateResourceServer", "read", "write", identifier: "https://other.example/a");
        var client = await Visit.AddClient(pool, new() { ["AllowedOAuthScopes"] = new JsonArray("openid", "api/read", "api/write", "https://other.example/a/read") });
        Assert.Equal("openid api/read api/write https://other.example/a/read", await Scope(pool, null, client));
        await Server(pool, "UpdateResourceServer", "read");
        Assert.Equal("openid api/read https://other.example/a/read", await Scope(pool, null, client));
        Assert.Equal("api/read openid", await Scope(pool, "api/write api/read openid", client));
        Assert.Equal("", await Scope(pool, "api/write", client));
        await server.Api.Call("DeleteResourceServer", new() { ["UserPoolId"] = pool.Pool.Id, ["Identifier"] = "https://other.example/a" });
        Assert.Equal("openid api/read", await Scope(pool, null, client));
        await Server(pool, "UpdateResourceServer", "read", "write");
        Assert.Equal("api/write", await Scope(pool, "api/write", client));
    }

    [Fact]
    public async Task More_scopes_than_a_token_can_carry_are_refused_instead_of_failing_later()
    {
        var pool = await OAuthPool.Create(server);
        var names = Enumerable.Range(0, 40).Select(static i => $"{i:00}{new string('s', 200)}").ToArray();
        await Server(pool, "CreateResourceServer", names);
        var client = await Visit.AddClient(pool, new() { ["AllowedOAuthScopes"] = new JsonArray([.. names.Select(static name => JsonValue.Create("api/" + name))]) });
        var answer = await Visit.Authorize(pool, ("client_id", client));
        Assert.Equal("scope is longer than 4096 bytes", answer.Given("error_description"));
        Assert.Equal("api/" + names[0], await Scope(pool, "api/" + names[0], client));
    }

    private static async Task<string> Scope(OAuthPool pool, string? asked = null, string? client = null)
    {
        var answer = await Visit.SignIn(pool, await pool.Pool.AddUser(), null, ("response_type", "token"), ("scope", asked), ("client_id", client ?? pool.ClientId));
        return (string)Jwt.Read(answer.Given("access_token") ?? throw new Xunit.Sdk.XunitException(answer.Location!)).Claims["scope"]!;
    }

    private Task<JsonObject> Server(OAuthPool pool, string operation, params string[] scopes) => Server(pool, operation, scopes, "api");

    private Task<JsonObject> Server(OAuthPool pool, string operation, string one, string two, string identifier) => Server(pool, operation, [one, two], identifier);

    private Task<JsonObject> Server(OAuthPool pool, string operation, string[] scopes, string identifier) => server.Api.Call(operation, new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["Identifier"] = identifier,
        ["Name"] = "API",
        ["Scopes"] = new JsonArray([.. scopes.Select(static scope => new JsonObject { ["ScopeName"] = scope, ["ScopeDescription"] = "d" })]),
    });
}
