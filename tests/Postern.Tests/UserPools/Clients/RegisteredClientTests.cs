using System.Text.Json.Nodes;
using Postern.Tests.OAuth;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Clients;

public sealed class RegisteredClientTests(TestServer server)
{
    private const string Open = """{"OpenDcrEnabled":true}""";

    [Fact]
    public async Task Clients_are_listed_by_how_they_were_made()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var registered = new List<string> { (await pool.Register(server)).ClientId, (await pool.Register(server)).ClientId };
        Assert.Equal(registered.Order(StringComparer.Ordinal), await List(pool, "DCR"));
        Assert.Equal([pool.ClientId], await List(pool, "REGULAR"));
        Assert.Equal(registered.Append(pool.ClientId).Order(StringComparer.Ordinal), await List(pool, null));
        Assert.Equal("REGULAR", (string?)(await pool.Describe(pool.ClientId))["ClientType"]);
    }

    [Fact]
    public async Task No_operation_touches_the_secret_of_a_registered_client()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var id = (await pool.Register(server, """{"token_endpoint_auth_method":"client_secret_basic"}""")).ClientId;
        foreach (var (operation, more) in new[] { ("AddUserPoolClientSecret", "{}"), ("ListUserPoolClientSecrets", "{}"), ("DeleteUserPoolClientSecret", """{"ClientSecretId":"x"}""") })
        {
            var request = JsonNode.Parse(more)!.AsObject();
            request["UserPoolId"] = pool.Pool.Id;
            request["ClientId"] = id;
            var error = await server.Api.Fail(operation, request);
            Assert.Equal("InvalidParameterException", error.Type);
            Assert.Contains("dynamic client registration", error.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_administrator_changes_and_deletes_a_registered_client_but_can_not_let_it_register_others()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var id = (await pool.Register(server)).ClientId;
        var request = new JsonObject { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id, ["ClientName"] = "Renamed", ["AllowedOAuthScopes"] = new JsonArray("openid", RegistrationCalls.Scope) };
        var error = await server.Api.Fail("UpdateUserPoolClient", request.DeepClone().AsObject());
        Assert.Equal("InvalidParameterException", error.Type);

        request["AllowedOAuthScopes"] = new JsonArray("openid");
        var updated = (await server.Api.Call("UpdateUserPoolClient", request))["UserPoolClient"]!;
        Assert.Equal("Renamed", (string?)updated["ClientName"]);
        Assert.Equal("DCR", (string?)updated["ClientType"]);

        await server.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id });
        Assert.Empty(await List(pool, "DCR"));
    }

    [Fact]
    public async Task The_scope_for_registration_exists_while_the_pool_allows_registration()
    {
        var request = new JsonObject { ["ClientName"] = "registrar", ["AllowedOAuthScopes"] = new JsonArray(RegistrationCalls.Scope) };
        var without = await Pool.Create(server);
        request["UserPoolId"] = without.Id;
        Assert.Equal("ScopeDoesNotExistException", (await server.Api.Fail("CreateUserPoolClient", request.DeepClone().AsObject())).Type);
        var pool = await RegistrationCalls.Pool(server, "{}");
        request["UserPoolId"] = pool.Pool.Id;
        Assert.Equal("REGULAR", (string?)(await server.Api.Call("CreateUserPoolClient", request))["UserPoolClient"]!["ClientType"]);
    }

    /// <summary>All pages, each of one client.</summary>
    private async Task<List<string>> List(OAuthPool pool, string? type)
    {
        var ids = new List<string>();
        string? next = null;
        do
        {
            var request = new JsonObject { ["UserPoolId"] = pool.Pool.Id, ["MaxResults"] = 1 };
            if (type is not null)
                request["ClientType"] = type;
            if (next is not null)
                request["NextToken"] = next;
            var page = await server.Api.Call("ListUserPoolClients", request);
            ids.AddRange(page["UserPoolClients"]!.AsArray().Select(static client => (string)client!["ClientId"]!));
            next = (string?)page["NextToken"];
        }
        while (next is not null);
        return ids;
    }
}
