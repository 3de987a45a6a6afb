using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Tags;

public class PoolTagsTests(TestServer server)
{
    [Fact]
    public async Task Tags_are_merged_listed_and_removed()
    {
        var arn = await Create();
        Assert.Equal("""{"Tags":{}}""", (await List(arn)).ToJsonString());
        Assert.Empty(await Tag(arn, new() { ["a"] = "1", ["b"] = "2" }));
        await Tag(arn, new() { ["b"] = "3", ["empty"] = "" });
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"a":"1","b":"3","empty":""}"""), (await List(arn))["Tags"]));
        Assert.Empty(await server.Api.Call("UntagResource", new() { ["ResourceArn"] = arn, ["TagKeys"] = new JsonArray("a", "never there") }));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"b":"3","empty":""}"""), (await List(arn))["Tags"]));
    }

    [Fact]
    public async Task A_pool_has_at_most_fifty_tags()
    {
        var arn = await Create();
        var fifty = new JsonObject(Enumerable.Range(0, 50).Select(n => KeyValuePair.Create<string, JsonNode?>("t" + n, "x")));
        await Tag(arn, fifty);
        await Tag(arn, new() { ["t0"] = "y" });
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Tag(arn, new() { ["t50"] = "x" }))).Type);
    }

    [Theory]
    [InlineData("aws:mine")]
    [InlineData("AWS:mine")]
    [InlineData("postern:unheard-of")]
    public async Task Reserved_keys_are_refused(string key) =>
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(async () => await Tag(await Create(), new() { [key] = "1" }))).Type);

    [Fact]
    public async Task An_unknown_tag_of_the_server_s_own_is_named()
    {
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Tag(await Create(), new() { ["postern:unheard-of"] = "1" }));
        Assert.Contains("'postern:unheard-of'", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_NoSuchOne", "ResourceNotFoundException")]
    [InlineData("arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:x", "InvalidParameterException")]
    [InlineData("arn:aws:s3:us-east-1:123456789012:bucket", "InvalidParameterException")]
    [InlineData("nonsense that is long enough", "InvalidParameterException")]
    public async Task An_ARN_of_something_else_is_refused(string arn, string type)
    {
        Assert.Equal(type, (await Assert.ThrowsAsync<ServiceError>(() => List(arn))).Type);
        Assert.Equal(type, (await Assert.ThrowsAsync<ServiceError>(() => Tag(arn, new() { ["a"] = "1" }))).Type);
    }

    private async Task<string> Create() => (string)(await server.Api.Call("CreateUserPool", new() { ["PoolName"] = "tagged" }))["UserPool"]!["Arn"]!;

    private Task<JsonObject> List(string arn) => server.Api.Call("ListTagsForResource", new() { ["ResourceArn"] = arn });

    private Task<JsonObject> Tag(string arn, JsonObject tags) => server.Api.Call("TagResource", new() { ["ResourceArn"] = arn, ["Tags"] = tags });
}
