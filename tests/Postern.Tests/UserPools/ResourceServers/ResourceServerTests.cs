using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.ResourceServers;

public class ResourceServerTests(TestServer server)
{
    [Fact]
    public async Task A_resource_server_is_made_shown_changed_and_deleted()
    {
        var pool = await Pool.Create(server);
        const string scopes = """[{"ScopeName":"read","ScopeDescription":"Reads"},{"ScopeName":"write","ScopeDescription":"Writes"}]""";
        var created = await Call(pool, "CreateResourceServer", "https://api.example", $$"""{"Name":"API","Scopes":{{scopes}}}""");
        var expected = $$"""{"UserPoolId":"{{pool.Id}}","Identifier":"https://api.example","Name":"API","Scopes":{{scopes}}}""";
        Assert.Equal(expected, created["ResourceServer"]!.ToJsonString());
        Assert.Equal(expected, (await Call(pool, "DescribeResourceServer", "https://api.example"))["ResourceServer"]!.ToJsonString());

        var updated = await Call(pool, "UpdateResourceServer", "https://api.example", """{"Name":"Renamed"}""");
        Assert.Equal($$"""{"UserPoolId":"{{pool.Id}}","Identifier":"https://api.example","Name":"Renamed","Scopes":[]}""", updated["ResourceServer"]!.ToJsonString());

        Assert.Empty(await Call(pool, "DeleteResourceServer", "https://api.example"));
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "DescribeResourceServer", "https://api.example"));
        Assert.Equal("ResourceNotFoundException", error.Type);
        Assert.Equal("Resource server https://api.example does not exist.", error.Text);
    }

    [Fact]
    public async Task A_client_may_have_a_scope_that_exists_and_may_use_it_for_client_credentials()
    {
        var pool = await Pool.Create(server);
        await Call(pool, "CreateResourceServer", "a/b", """{"Name":"API","Scopes":[{"ScopeName":"read","ScopeDescription":"Reads"}]}""");
        var request = new JsonObject
        {
            ["UserPoolId"] = pool.Id,
            ["ClientName"] = "machine",
            ["GenerateSecret"] = true,
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("client_credentials"),
            ["AllowedOAuthScopes"] = new JsonArray("a/b/read"),
        };
        await server.Api.Call("CreateUserPoolClient", request.DeepClone().AsObject());
        foreach (var scope in new[] { "a/b/write", "a/read", "a/b/", "/read", "read" })
        {
            request["AllowedOAuthScopes"] = new JsonArray(scope);
            var error = await server.Api.Fail("CreateUserPoolClient", request.DeepClone().AsObject());
            Assert.Equal("ScopeDoesNotExistException", error.Type);
        }
    }

    [Fact]
    public async Task A_pool_that_allows_registration_shows_the_services_own_server_which_nobody_changes()
    {
        const string own = "aws.cognito/dcr";
        var pool = await Pool.Create(server, new() { ["DcrConfiguration"] = new JsonObject() });
        var shown = (await Call(pool, "DescribeResourceServer", own))["ResourceServer"]!;
        Assert.Equal("COGNITO", (string?)shown["ManagedBy"]);
        Assert.Equal("register", (string?)shown["Scopes"]![0]!["ScopeName"]);
        foreach (var operation in new[] { "CreateResourceServer", "UpdateResourceServer", "DeleteResourceServer" })
        {
            var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, operation, own, operation is "DeleteResourceServer" ? "{}" : """{"Name":"mine"}"""));
            Assert.Equal("InvalidParameterException", error.Type);
        }

        await Call(pool, "CreateResourceServer", "a", """{"Name":"A"}""");
        await Call(pool, "CreateResourceServer", "b", """{"Name":"B"}""");
        Assert.Equal([own, "a", "b"], await Listed(pool, 60));
        Assert.Equal([own, "a", "b"], await Listed(pool, 1));
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["DcrConfiguration"] = new JsonObject { ["EnableStatus"] = "Disabled" } });
        Assert.Equal(["a", "b"], await Listed(pool, 1));
        await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "DescribeResourceServer", own));
    }

    [Fact]
    public async Task An_identifier_is_taken_once_in_a_pool_and_again_in_another()
    {
        var pool = await Pool.Create(server);
        await Call(pool, "CreateResourceServer", "rs", """{"Name":"API"}""");
        await Call(await Pool.Create(server), "CreateResourceServer", "rs", """{"Name":"API"}""");
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "CreateResourceServer", "rs", """{"Name":"API"}"""));
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal($"rs already exists in user pool {pool.Id}.", error.Text);
    }

    [Theory]
    [InlineData("UpdateResourceServer", """{"Name":"API"}""", "ResourceNotFoundException")]
    [InlineData("DeleteResourceServer", "{}", "ResourceNotFoundException")]
    [InlineData("CreateResourceServer", """{"Name":"API","Scopes":[{"ScopeName":"a","ScopeDescription":"A"},{"ScopeName":"a","ScopeDescription":"B"}]}""", "InvalidParameterException")]
    [InlineData("CreateResourceServer", """{"Name":"API","Scopes":[{"ScopeName":"a/b","ScopeDescription":"A"}]}""", "InvalidParameterException")]
    [InlineData("CreateResourceServer", """{"Name":"API","Scopes":[{"ScopeName":"a"}]}""", "InvalidParameterException")]
    [InlineData("UpdateResourceServer", "{}", "InvalidParameterException")]
    public async Task A_request_that_breaks_a_rule_is_refused(string operation, string members, string type)
    {
        var pool = await Pool.Create(server);
        Assert.Equal(type, (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, operation, "unknown", members))).Type);
    }

    [Fact]
    public async Task A_pool_has_at_most_twenty_five_and_pages_hold_each_once()
    {
        var pool = await Pool.Create(server);
        for (var i = 0; i < 25; i++)
            await Call(pool, "CreateResourceServer", "rs" + i, """{"Name":"API"}""");
        Assert.Equal("LimitExceededException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "CreateResourceServer", "more", """{"Name":"API"}"""))).Type);

        var listed = new HashSet<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MaxResults"] = 10 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await server.Api.Call("ListResourceServers", request);
            foreach (var found in page["ResourceServers"]!.AsArray())
                Assert.True(listed.Add((string)found!["Identifier"]!));
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(25, listed.Count);
    }

    private Task<JsonObject> Call(Pool pool, string operation, string identifier, string members = "{}")
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        request["Identifier"] = identifier;
        return server.Api.Call(operation, request);
    }

    private async Task<List<string>> Listed(Pool pool, int page)
    {
        var names = new List<string>();
        var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MaxResults"] = Math.Min(page, 50) };
        do
        {
            var answer = await server.Api.Call("ListResourceServers", request);
            var items = answer["ResourceServers"]!.AsArray();
            Assert.True(items.Count <= page);
            names.AddRange(items.Select(static item => (string)item!["Identifier"]!));
            request = new() { ["UserPoolId"] = pool.Id, ["MaxResults"] = Math.Min(page, 50), ["NextToken"] = (string?)answer["NextToken"] };
        }
        while (request["NextToken"] is not null);
        return names;
    }
}
