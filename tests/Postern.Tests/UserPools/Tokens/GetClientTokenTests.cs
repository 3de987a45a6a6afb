using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Tokens;

public class GetClientTokenTests(TestServer server)
{
    [Fact]
    public async Task A_client_gets_a_token_for_itself_without_a_domain()
    {
        var machine = await Machine.Create(server);
        var result = (await machine.Ask())["ClientAuthenticationResult"]!.AsObject();
        Assert.Equal(["AccessToken", "ExpiresIn", "TokenType"], result.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal((3600, "Bearer"), ((int)result["ExpiresIn"]!, (string?)result["TokenType"]));
        var token = await Jwt.Verify(server.Api, machine.Pool.Id, (string)result["AccessToken"]!);
        Assert.Equal(["auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"], token.Names);
        Assert.Equal((machine.Id, machine.Id, "api/read api/write"), ((string?)token.Claims["sub"], (string?)token.Claims["client_id"], (string?)token.Claims["scope"]));
        SelfService.AssertError(await machine.Pool.HolderFails("GetUser", (string)result["AccessToken"]!), "NotAuthorizedException", "Invalid Access Token");
    }

    [Fact]
    public async Task Scopes_are_some_of_the_client_s()
    {
        var machine = await Machine.Create(server);
        var result = (await machine.Ask(new() { ["Scopes"] = new JsonArray("api/write"), ["ClientMetadata"] = new JsonObject { ["a"] = "b" } }))["ClientAuthenticationResult"]!;
        Assert.Equal("api/write", (string?)Jwt.Read((string)result["AccessToken"]!).Claims["scope"]);
        SelfService.AssertError(await machine.Fails(new() { ["Scopes"] = new JsonArray("api/read", "api/none") }), "InvalidParameterException", "Invalid scope requested: api/none");
        await server.Api.Call("DeleteResourceServer", new() { ["UserPoolId"] = machine.Pool.Id, ["Identifier"] = "api" });
        result = (await machine.Ask())["ClientAuthenticationResult"]!;
        Assert.Equal("", (string?)Jwt.Read((string)result["AccessToken"]!).Claims["scope"]);
    }

    [Fact]
    public async Task A_wrong_secret_another_flow_and_an_unknown_client_are_refused()
    {
        var machine = await Machine.Create(server);
        SelfService.AssertError(await machine.Fails(new() { ["Secret"] = new string('x', 51) }), "NotAuthorizedException", $"Unable to verify secret for client {machine.Id}");
        Assert.Equal("InvalidParameterException", (await machine.Fails(new() { ["Secret"] = "short" })).Type);
        Assert.Equal("ResourceNotFoundException", (await machine.Fails(new() { ["ClientId"] = "nosuchclient" })).Type);
        Assert.Equal("NotAuthorizedException", (await machine.Fails(new() { ["ClientId"] = machine.Pool.ClientId })).Type);
        var (id, secret) = await machine.Pool.AddClient(new() { ["GenerateSecret"] = true });
        SelfService.AssertError(
            await machine.Fails(new() { ["ClientId"] = id, ["Secret"] = secret }), "OperationNotEnabledException", $"ALLOW_CLIENT_TOKEN_AUTH is not enabled for client {id}");
    }

    private sealed record Machine(Pool Pool, string Id, string Secret)
    {
        public static async Task<Machine> Create(TestServer server)
        {
            var pool = await Pool.Create(server);
            await server.Api.Call("CreateResourceServer", new()
            {
                ["UserPoolId"] = pool.Id,
                ["Identifier"] = "api",
                ["Name"] = "an API",
                ["Scopes"] = new JsonArray([.. new[] { "read", "write" }.Select(static scope => new JsonObject { ["ScopeName"] = scope, ["ScopeDescription"] = scope })]),
            });
            var client = (await server.Api.Call("CreateUserPoolClient", new()
            {
                ["UserPoolId"] = pool.Id,
                ["ClientName"] = "machine",
                ["GenerateSecret"] = true,
                ["ExplicitAuthFlows"] = new JsonArray("ALLOW_CLIENT_TOKEN_AUTH"),
                ["AllowedOAuthScopes"] = new JsonArray("api/read", "api/write"),
            }))["UserPoolClient"]!;
            return new(pool, (string)client["ClientId"]!, (string)client["ClientSecret"]!);
        }

        public Task<JsonObject> Ask(JsonObject? more = null) => Pool.Api.Call("GetClientToken", Request(more), sign: false);

        public Task<ServiceError> Fails(JsonObject more) => Pool.Api.Fail("GetClientToken", Request(more), sign: false);

        private JsonObject Request(JsonObject? more)
        {
            var request = more ?? [];
            request["ClientId"] ??= Id;
            request["Secret"] ??= Secret;
            return request;
        }
    }
}
