using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Clients;

public class CreateUserPoolClientTests(TestServer server)
{
    [Fact]
    public async Task A_client_with_only_a_name_has_every_default_of_the_service()
    {
        var poolId = await CreatePool();
        var client = await Create(poolId, new() { ["ClientName"] = "c", ["GenerateSecret"] = true });
        Assert.Matches("^[0-9][0-9a-z]{25}$", (string)client["ClientId"]!);
        Assert.Matches("^[0-9a-z]{51}$", (string)client["ClientSecret"]!);
        foreach (var name in new[] { "ClientId", "ClientSecret", "CreationDate", "LastModifiedDate" })
            Assert.True(client.Remove(name));
        var expected = JsonNode.Parse($$"""
            {"UserPoolId":"{{poolId}}","ClientName":"c","RefreshTokenValidity":30,"TokenValidityUnits":{},
             "AllowedOAuthFlowsUserPoolClient":false,"EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,"AuthSessionValidity":3}
            """);
        Assert.True(JsonNode.DeepEquals(expected, client), client.ToJsonString());
    }

    [Fact]
    public async Task Describe_shows_what_create_answered()
    {
        var poolId = await CreatePool();
        var created = await Create(poolId, new()
        {
            ["ClientName"] = "described",
            ["ClientSecret"] = "a_secret_of_the_users_own_choice",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_SRP_AUTH"),
            ["CallbackURLs"] = new JsonArray("https://app.example/callback", "http://localhost:3000/", "myapp://callback"),
        });
        var described = (await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = poolId, ["ClientId"] = (string)created["ClientId"]! }))["UserPoolClient"]!;
        Assert.True(JsonNode.DeepEquals(created, described), described.ToJsonString());
        Assert.Equal("a_secret_of_the_users_own_choice", (string?)described["ClientSecret"]);
    }

    private async Task<string> CreatePool(JsonObject? more = null)
    {
        more ??= [];
        more["PoolName"] = "clients";
        return (string)(await server.Api.Call("CreateUserPool", more))["UserPool"]!["Id"]!;
    }

    private async Task<JsonObject> Create(string poolId, JsonObject request)
    {
        request["UserPoolId"] = poolId;
        return (await server.Api.Call("CreateUserPoolClient", request))["UserPoolClient"]!.AsObject();
    }
}
