using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Clients;

public class UpdateUserPoolClientTests(TestServer server)
{
    [Fact]
    public async Task What_an_update_leaves_out_goes_back_to_its_default_but_name_and_secret()
    {
        var pool = await Pool.Create(server, client: new()
        {
            ["ClientName"] = "updated",
            ["GenerateSecret"] = true,
            ["AccessTokenValidity"] = 5,
            ["RefreshTokenValidity"] = 60,
            ["CallbackURLs"] = new JsonArray("https://app.example"),
            ["PreventUserExistenceErrors"] = "ENABLED",
            ["EnableTokenRevocation"] = false,
            ["ReadAttributes"] = new JsonArray("email"),
            ["AuthSessionValidity"] = 10,
        });
        var before = await Describe(pool);
        var updated = (await server.Api.Call("UpdateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId }))["UserPoolClient"]!.AsObject();
        Assert.True(JsonNode.DeepEquals(updated, await Describe(pool)), updated.ToJsonString());
        Assert.Equal((string?)before["ClientSecret"], (string?)updated["ClientSecret"]);
        Assert.Equal((double)before["CreationDate"]!, (double)updated["CreationDate"]!);
        foreach (var name in new[] { "CreationDate", "LastModifiedDate", "ClientSecret" })
            Assert.True(updated.Remove(name));
        var expected = JsonNode.Parse($$"""
            {"UserPoolId":"{{pool.Id}}","ClientName":"updated","ClientId":"{{pool.ClientId}}","RefreshTokenValidity":30,"TokenValidityUnits":{},
             "AllowedOAuthFlowsUserPoolClient":false,"EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,"AuthSessionValidity":3,"ClientType":"REGULAR"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, updated), updated.ToJsonString());
    }

    [Fact]
    public async Task A_broken_rule_is_told_as_an_update()
    {
        var pool = await Pool.Create(server);
        var error = await server.Api.Fail("UpdateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId, ["WriteAttributes"] = new JsonArray("sub") });
        Assert.Equal("Invalid write attributes specified while updating a client", error.Text);
    }

    [Fact]
    public async Task An_update_shows_in_the_next_sign_in()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        await pool.SignIn(user);
        await server.Api.Call("UpdateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId, ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_SRP_AUTH") });
        var error = await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(user));
        Assert.Equal("USER_PASSWORD_AUTH flow not enabled for this client", error.Text);
    }

    [Theory]
    [InlineData("DescribeUserPoolClient")]
    [InlineData("UpdateUserPoolClient")]
    [InlineData("DeleteUserPoolClient")]
    [InlineData("AddUserPoolClientSecret")]
    [InlineData("ListUserPoolClientSecrets")]
    [InlineData("DeleteUserPoolClientSecret")]
    public async Task A_client_that_is_not_there_or_is_another_pool_s_is_named(string operation)
    {
        var pool = await Pool.Create(server);
        var other = await Pool.Create(server);
        foreach (var id in new[] { "nosuchclient", other.ClientId })
        {
            var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = pool.Id, ["ClientId"] = id, ["ClientSecretId"] = id + "--1" });
            Assert.Equal("ResourceNotFoundException", error.Type);
            Assert.Equal($"User pool client {id} does not exist.", error.Text);
        }
    }

    [Fact]
    public async Task A_deleted_client_is_gone_at_once()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        await pool.SignIn(user);
        Assert.Empty(await server.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId }));
        var error = await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(user));
        Assert.Equal($"User pool client {pool.ClientId} does not exist.", error.Text);
    }

    [Fact]
    public async Task Pages_hold_each_client_once_without_secrets()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        for (var i = 0; i < 4; i++)
            await server.Api.Call("CreateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientName"] = "same name" });
        var listed = new HashSet<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MaxResults"] = 2 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await server.Api.Call("ListUserPoolClients", request);
            foreach (var client in page["UserPoolClients"]!.AsArray())
            {
                Assert.Equal(["ClientId", "UserPoolId", "ClientName"], client!.AsObject().Select(member => member.Key));
                Assert.True(listed.Add((string)client["ClientId"]!));
            }
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(5, listed.Count);

        var first = (string)(await server.Api.Call("ListUserPoolClients", new() { ["UserPoolId"] = pool.Id, ["MaxResults"] = 1 }))["NextToken"]!;
        var other = await Pool.Create(server);
        Assert.Equal("Invalid pagination token", (await server.Api.Fail("ListUserPoolClients", new() { ["UserPoolId"] = other.Id, ["NextToken"] = first })).Text);
        Assert.Empty((await server.Api.Call("ListUserPoolClients", new() { ["UserPoolId"] = pool.Id, ["ClientType"] = "DCR" }))["UserPoolClients"]!.AsArray());
    }

    private async Task<JsonObject> Describe(Pool pool) =>
        (await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId }))["UserPoolClient"]!.AsObject();
}
