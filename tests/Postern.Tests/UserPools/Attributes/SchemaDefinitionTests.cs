using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Attributes;

public class SchemaDefinitionTests(TestServer server)
{
    [Fact]
    public async Task The_standard_attributes_come_in_the_service_s_order_with_its_constraints()
    {
        var expected = JsonNode.Parse($$$"""
            [{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},
             {{{string.Join(",", new[] { "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email" }.Select(name => Text(name)))}}},
             {"Name":"email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},
             {{{Text("gender")}}},{{{Text("birthdate", "10", "10")}}},{{{Text("zoneinfo")}}},{{{Text("locale")}}},{{{Text("phone_number")}}},
             {"Name":"phone_number_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},
             {{{Text("address")}}},
             {"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}}]
            """);
        var schema = await Create(null);
        Assert.True(JsonNode.DeepEquals(expected, schema), schema.ToJsonString());
    }

    [Fact]
    public async Task Custom_attributes_follow_in_order_with_their_prefix()
    {
        var schema = await Create("""
            [{"Name":"company","AttributeDataType":"String"},{"Name":"custom:given","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"10"}},
             {"Name":"hidden","AttributeDataType":"Boolean","DeveloperOnlyAttribute":true},{"Name":"age","AttributeDataType":"Number","Mutable":false,"NumberAttributeConstraints":{"MinValue":"-1","MaxValue":"130"}},
             {"Name":"email_verified","AttributeDataType":"Boolean"}]
            """);
        var expected = JsonNode.Parse("""
            [{"Name":"custom:company","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{}},
             {"Name":"custom:given","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MaxLength":"10"}},
             {"Name":"dev:custom:hidden","AttributeDataType":"Boolean","DeveloperOnlyAttribute":true,"Mutable":true,"Required":false},
             {"Name":"custom:age","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":false,"Required":false,"NumberAttributeConstraints":{"MinValue":"-1","MaxValue":"130"}},
             {"Name":"custom:email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}]
            """)!.AsArray();
        Assert.Equal(25, schema.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(JsonNode.DeepEquals(expected[i], schema[20 + i]), schema[20 + i]!.ToJsonString());
    }

    [Fact]
    public async Task A_standard_attribute_keeps_what_the_request_does_not_change()
    {
        var schema = await Create("""[{"Name":"email","Required":true},{"Name":"name","AttributeDataType":"String","Mutable":false,"StringAttributeConstraints":{"MaxLength":"50"}},{"Name":"sub","Required":true}]""");
        Assert.Equal("""{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":true,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}}""", schema[10]!.ToJsonString());
        Assert.Equal("""{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"50"}}""", schema[1]!.ToJsonString());
        Assert.False((bool)schema[0]!["Mutable"]!);
    }

    [Theory]
    [InlineData("""{"Name":"x","AttributeDataType":"String","Required":true}""", "Required custom attributes are not supported currently.")]
    [InlineData("""{"Name":"x"}""", "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")]
    [InlineData("""{"Name":"email","AttributeDataType":"Number"}""", "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email")]
    [InlineData("""{"Name":"email","DeveloperOnlyAttribute":true}""", "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email")]
    [InlineData("""{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"2049"}}""", "user.custom:x: String attributes cannot have a length of more than 2048")]
    [InlineData("""{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"5","MaxLength":"4"}}""", "user.custom:x: Max length cannot be less than min length.")]
    [InlineData("""{"Name":"x","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"5","MaxValue":"4"}}""", "user.custom:x: Max value cannot be less than min value.")]
    [InlineData("""{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"many"}}""", "Invalid StringAttributeConstraints for schema attribute custom:x")]
    [InlineData("""{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"-1"}}""", "Invalid StringAttributeConstraints for schema attribute custom:x")]
    [InlineData("""{"Name":"x","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"99999999999999999999999999999999999"}}""", "Invalid NumberAttributeConstraints for schema attribute custom:x")]
    [InlineData("""{"AttributeDataType":"String"}""", null)]
    [InlineData("""{"Name":"phone_number_verified","AttributeDataType":"Boolean"}""", "1 validation error detected: Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 20")]
    public async Task A_definition_that_breaks_a_rule_is_refused(string attribute, string? text)
    {
        var error = await server.Api.Fail("CreateUserPool", new() { ["PoolName"] = "schema", ["Schema"] = new JsonArray(JsonNode.Parse(attribute)) });
        Assert.Equal("InvalidParameterException", error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Theory]
    [InlineData("company", "custom:company")]
    [InlineData("email", "email")]
    public async Task A_name_given_twice_is_refused(string name, string stored)
    {
        var error = await server.Api.Fail("CreateUserPool", new()
        {
            ["PoolName"] = "twice",
            ["Schema"] = new JsonArray(
                new JsonObject { ["Name"] = name, ["AttributeDataType"] = "String" },
                new JsonObject { ["Name"] = name, ["AttributeDataType"] = "String" }),
        });
        Assert.Equal($"Duplicate custom attribute names {stored} are not allowed in a user pool schema.", error.Text);
    }

    [Fact]
    public async Task Added_attributes_come_last_and_an_existing_name_is_refused()
    {
        var pool = await Pool.Create(server);
        Assert.Empty(await Add(pool, """[{"Name":"one","AttributeDataType":"String"},{"Name":"two","AttributeDataType":"DateTime","DeveloperOnlyAttribute":true}]"""));
        var schema = (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!["SchemaAttributes"]!.AsArray();
        Assert.Equal(["custom:one", "dev:custom:two"], schema.Skip(20).Select(attribute => (string)attribute!["Name"]!));

        var error = await Assert.ThrowsAsync<ServiceError>(() => Add(pool, """[{"Name":"one","AttributeDataType":"String"}]"""));
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal("custom:one: Existing attribute already has name custom:one.", error.Text);
    }

    [Fact]
    public async Task A_pool_has_at_most_fifty_custom_attributes()
    {
        var pool = await Pool.Create(server);
        foreach (var batch in new[] { 0, 25 })
            await Add(pool, new JsonArray([.. Enumerable.Range(batch, 25).Select(n => new JsonObject { ["Name"] = "a" + n, ["AttributeDataType"] = "String" })]).ToJsonString());
        var error = await Assert.ThrowsAsync<ServiceError>(() => Add(pool, """[{"Name":"more","AttributeDataType":"String"}]"""));
        Assert.Equal("InvalidParameterException", error.Type);
    }

    private static string Text(string name, string min = "0", string max = "2048") =>
        $$$"""{"Name":"{{{name}}}","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"{{{min}}}","MaxLength":"{{{max}}}"}}""";

    private Task<JsonObject> Add(Pool pool, string attributes) =>
        server.Api.Call("AddCustomAttributes", new() { ["UserPoolId"] = pool.Id, ["CustomAttributes"] = JsonNode.Parse(attributes) });

    private async Task<JsonArray> Create(string? schema)
    {
        var request = new JsonObject { ["PoolName"] = "schema" };
        if (schema is not null)
            request["Schema"] = JsonNode.Parse(schema);
        return (await server.Api.Call("CreateUserPool", request))["UserPool"]!["SchemaAttributes"]!.AsArray();
    }
}
