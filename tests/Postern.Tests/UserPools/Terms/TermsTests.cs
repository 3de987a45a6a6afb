using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Terms;

public class TermsTests(TestServer server)
{
    private const string Unknown = "8d1b9c6e-98a5-4c3c-9a52-3a7e5b7c1f00";
    private const string Links = """{"cognito:default":"https://a.example/use","cognito:german":"https://a.example/de"}""";

    [Fact]
    public async Task A_document_is_shown_by_its_id_and_by_its_client()
    {
        var pool = await Pool.Create(server);
        var terms = await Create(pool, "terms-of-use");
        Assert.Equal(
            ["TermsId", "UserPoolId", "ClientId", "TermsName", "TermsSource", "Enforcement", "Links", "CreationDate", "LastModifiedDate"], terms.Select(static member => member.Key));
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", Id(terms));
        Assert.Equal((pool.Id, pool.ClientId, "terms-of-use", "LINK", "NONE"),
            ((string?)terms["UserPoolId"], (string?)terms["ClientId"], (string?)terms["TermsName"], (string?)terms["TermsSource"], (string?)terms["Enforcement"]));
        Assert.Equal(Links, terms["Links"]!.ToJsonString());
        Assert.Equal(terms.ToJsonString(), (await Describe(pool, Id(terms))).ToJsonString());
        Assert.Equal(terms.ToJsonString(), (await Describe(pool, Id(terms).ToUpperInvariant())).ToJsonString());
        Assert.Equal(terms.ToJsonString(), (await ByClient(pool, "terms-of-use")).ToJsonString());
        Assert.Equal(("ResourceNotFoundException", $"Terms privacy-policy for client {pool.ClientId} does not exist."), await Refusal(() => ByClient(pool, "privacy-policy")));
    }

    [Fact]
    public async Task A_client_has_one_document_of_each_name()
    {
        var pool = await Pool.Create(server);
        await Create(pool, "terms-of-use");
        await Create(pool, "privacy-policy");
        Assert.Equal(("TermsExistsException", $"Terms terms-of-use already exist for client {pool.ClientId}."), await Refusal(() => Create(pool, "terms-of-use")));
        var outcomes = await Task.WhenAll((await Pool.Create(server)) is var other ? Enumerable.Range(0, 3).Select(async _ => (await Refusal(() => Create(other, "terms-of-use"))).Type) : []);
        Assert.Equal(["", "TermsExistsException", "TermsExistsException"], outcomes.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("terms-of-use", "null", "Links must contain a link for cognito:default.")]
    [InlineData("terms-of-use", """{"cognito:german":"https://a.example"}""", "Links must contain a link for cognito:default.")]
    [InlineData("terms-of-use", """{"cognito:default":"http://a.example"}""", "The link for cognito:default must be an https URL.")]
    [InlineData("terms-of-use", """{"cognito:default":"https://a.example","cognito:german":"javascript:alert(1)"}""", "The link for cognito:german must be an https URL.")]
    [InlineData("terms-of-use", """{"cognito:default":"//a.example"}""", "The link for cognito:default must be an https URL.")]
    [InlineData("terms-of-use", """{"cognito:default":"https://me@a.example"}""", "The link for cognito:default must be an https URL.")]
    [InlineData("terms-of-use", """{"cognito:default":"https://"}""", "The link for cognito:default must be an https URL.")]
    [InlineData("terms-of-use", "{}", null)]
    [InlineData("terms-of-use", """{"cognito:default":"https://a.example","cognito:klingon":"https://a.example"}""", null)]
    [InlineData("terms-of-use", """{"cognito:default":"https://a.example/a b"}""", null)]
    [InlineData("terms-of-use-2", Links, null)]
    public async Task What_is_no_document_is_refused(string name, string links, string? text)
    {
        var pool = await Pool.Create(server);
        var (type, said) = await Refusal(() => Create(pool, name, links));
        Assert.Equal("InvalidParameterException", type);
        if (text is null)
            Assert.Contains("validation error", said, StringComparison.Ordinal);
        else
            Assert.Equal(text, said);
    }

    [Fact]
    public async Task An_update_replaces_the_members_that_are_given_and_the_links_as_a_whole()
    {
        var pool = await Pool.Create(server);
        var terms = await Create(pool, "terms-of-use");
        var updated = await Update(pool, Id(terms), """{"Links":{"cognito:default":"https://b.example"}}""");
        Assert.Equal(("""{"cognito:default":"https://b.example"}""", "terms-of-use", Id(terms)), (updated["Links"]!.ToJsonString(), (string?)updated["TermsName"], Id(updated)));
        Assert.Equal((double)terms["CreationDate"]!, (double)updated["CreationDate"]!);
        Assert.Equal(updated.ToJsonString(), (await Describe(pool, Id(terms))).ToJsonString());
        Assert.Equal(("InvalidParameterException", "The link for cognito:default must be an https URL."), await Refusal(() => Update(pool, Id(terms), """{"Links":{"cognito:default":"ftp://b.example"}}""")));

        updated = await Update(pool, Id(terms), """{"TermsName":"privacy-policy","TermsSource":"LINK","Enforcement":"NONE"}""");
        Assert.Equal(("""{"cognito:default":"https://b.example"}""", "privacy-policy", Id(terms)), (updated["Links"]!.ToJsonString(), (string?)updated["TermsName"], Id(updated)));
        Assert.Equal(updated.ToJsonString(), (await Describe(pool, Id(terms))).ToJsonString());
        Assert.Equal(updated.ToJsonString(), (await ByClient(pool, "privacy-policy")).ToJsonString());
        Assert.Equal("ResourceNotFoundException", (await Refusal(() => ByClient(pool, "terms-of-use"))).Type);

        await Create(pool, "terms-of-use");
        Assert.Equal(("TermsExistsException", $"Terms terms-of-use already exist for client {pool.ClientId}."), await Refusal(() => Update(pool, Id(terms), """{"TermsName":"terms-of-use"}""")));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_its_name_free()
    {
        var pool = await Pool.Create(server);
        var terms = await Create(pool, "terms-of-use");
        Assert.Empty(await server.Api.Call("DeleteTerms", new() { ["UserPoolId"] = pool.Id, ["TermsId"] = Id(terms) }));
        foreach (var id in new[] { Id(terms), Unknown })
        {
            Assert.Equal(("ResourceNotFoundException", "Terms does not exist."), await Refusal(() => Describe(pool, id)));
            Assert.Equal(("ResourceNotFoundException", "Terms does not exist."), await Refusal(() => Update(pool, id, "{}")));
            var error = await server.Api.Fail("DeleteTerms", new() { ["UserPoolId"] = pool.Id, ["TermsId"] = id });
            Assert.Equal(("ResourceNotFoundException", "Terms does not exist."), (error.Type, error.Text));
        }
        Assert.NotEqual(Id(terms), Id(await Create(pool, "terms-of-use")));
    }

    [Fact]
    public async Task Pages_hold_each_document_once_without_links()
    {
        var pool = await Pool.Create(server);
        var made = new List<string> { Id(await Create(pool, "terms-of-use")), Id(await Create(pool, "privacy-policy")) };
        for (var i = 0; i < 3; i++)
            made.Add(Id(await Create(pool, "terms-of-use", client: await Client(pool))));

        var listed = new List<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MaxResults"] = 2 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await server.Api.Call("ListTerms", request);
            Assert.All(page["Terms"]!.AsArray(), static terms =>
                Assert.Equal(["TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate"], terms!.AsObject().Select(static member => member.Key)));
            listed.AddRange(page["Terms"]!.AsArray().Select(static terms => (string)terms!["TermsId"]!));
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(made.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal("""{"Terms":[]}""", (await server.Api.Call("ListTerms", new() { ["UserPoolId"] = (await Pool.Create(server)).Id })).ToJsonString());
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("ListTerms", new() { ["UserPoolId"] = pool.Id, ["NextToken"] = "x" })).Type);
    }

    [Fact]
    public async Task A_pool_has_at_most_forty_documents_even_when_they_are_made_at_once()
    {
        var pool = await Pool.Create(server);
        for (var i = 0; i < 19; i++)
        {
            var client = await Client(pool);
            await Create(pool, "terms-of-use", client: client);
            await Create(pool, "privacy-policy", client: client);
        }
        var clients = new[] { await Client(pool), await Client(pool), await Client(pool), await Client(pool) };
        var outcomes = await Task.WhenAll(clients.Select(async client => (await Refusal(() => Create(pool, "terms-of-use", client: client))).Type));
        Assert.Equal(["", "", "LimitExceededException", "LimitExceededException"], outcomes.Order(StringComparer.Ordinal));
        Assert.Equal(40, (await server.Api.Call("ListTerms", new() { ["UserPoolId"] = pool.Id }))["Terms"]!.AsArray().Count);
    }

    [Fact]
    public async Task Pool_client_and_id_must_be_there_and_belong_together()
    {
        var pool = await Pool.Create(server);
        var other = await Pool.Create(server);
        var terms = await Create(pool, "terms-of-use");
        Assert.Equal(("ResourceNotFoundException", "Terms does not exist."), await Refusal(() => Describe(other, Id(terms))));
        Assert.Equal(("ResourceNotFoundException", $"User pool client {pool.ClientId} does not exist."), await Refusal(() => Create(other, "terms-of-use", client: pool.ClientId)));
        await server.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });
        Assert.Equal(("ResourceNotFoundException", "Terms does not exist."), await Refusal(() => Describe(pool, Id(terms))));
        Assert.Equal(("ResourceNotFoundException", $"User pool client {pool.ClientId} does not exist."), await Refusal(() => ByClient(pool, "terms-of-use")));
        await server.Api.Call("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal(("ResourceNotFoundException", $"User pool {pool.Id} does not exist."), await Refusal(() => Describe(pool, Id(terms))));
    }

    private static string Id(JsonObject terms) => (string)terms["TermsId"]!;

    private static async Task<(string Type, string? Text)> Refusal(Func<Task<JsonObject>> call)
    {
        try
        {
            await call();
            return ("", null);
        }
        catch (ServiceError error)
        {
            return (error.Type, error.Text);
        }
    }

    private async Task<string> Client(Pool pool) =>
        (string)(await server.Api.Call("CreateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientName"] = "c" }))["UserPoolClient"]!["ClientId"]!;

    private Task<JsonObject> Create(Pool pool, string name, string links = Links, string? client = null) => Call("CreateTerms", new()
    {
        ["UserPoolId"] = pool.Id,
        ["ClientId"] = client ?? pool.ClientId,
        ["TermsName"] = name,
        ["TermsSource"] = "LINK",
        ["Enforcement"] = "NONE",
        ["Links"] = JsonNode.Parse(links),
    });

    private Task<JsonObject> Update(Pool pool, string id, string members)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        request["TermsId"] = id;
        return Call("UpdateTerms", request);
    }

    private Task<JsonObject> Describe(Pool pool, string id) => Call("DescribeTerms", new() { ["UserPoolId"] = pool.Id, ["TermsId"] = id });

    private Task<JsonObject> ByClient(Pool pool, string name) => Call("DescribeTermsByClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId, ["TermsName"] = name });

    private async Task<JsonObject> Call(string operation, JsonObject request) => (await server.Api.Call(operation, request))["Terms"]!.AsObject();
}
