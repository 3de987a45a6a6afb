using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Pools;

public class ListUserPoolsTests(TestServer server)
{
    [Fact]
    public async Task Pages_hold_each_pool_of_the_account_and_region_once_and_no_other()
    {
        using var api = new Api(server.Url, accessKey: "210987654321", region: "eu-west-1");
        using var neighbour = new Api(server.Url, accessKey: "210987654321", region: "eu-west-2");
        using var stranger = new Api(server.Url, accessKey: "210987654322", region: "eu-west-1");
        var made = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add((string)(await api.Call("CreateUserPool", new()
            {
                ["PoolName"] = "listed",
                ["LambdaConfig"] = new JsonObject { ["PreSignUp"] = "arn:aws:lambda:eu-west-1:210987654321:function:f" },
            }))["UserPool"]!["Id"]!);
        }
        await neighbour.Call("CreateUserPool", new() { ["PoolName"] = "neighbour" });
        await stranger.Call("CreateUserPool", new() { ["PoolName"] = "stranger" });

        var listed = new List<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["MaxResults"] = 2 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await api.Call("ListUserPools", request);
            foreach (var pool in page["UserPools"]!.AsArray())
            {
                Assert.Equal(["Id", "Name", "LambdaConfig", "LastModifiedDate", "CreationDate"], pool!.AsObject().Select(member => member.Key));
                Assert.Equal("arn:aws:lambda:eu-west-1:210987654321:function:f", (string?)pool["LambdaConfig"]!["PreSignUp"]);
                listed.Add((string)pool["Id"]!);
            }
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(made.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));

        var first = (string)(await api.Call("ListUserPools", new() { ["MaxResults"] = 1 }))["NextToken"]!;
        var error = await neighbour.Fail("ListUserPools", new() { ["MaxResults"] = 1, ["NextToken"] = first });
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal("Invalid pagination token", error.Text);
    }

    [Fact]
    public async Task A_pool_of_another_account_or_region_does_not_exist()
    {
        var pool = await Pool.Create(server);
        using var stranger = new Api(server.Url, accessKey: "111122223333");
        using var neighbour = new Api(server.Url, region: "eu-west-1");
        foreach (var api in new[] { stranger, neighbour })
        {
            var error = await api.Fail("DescribeUserPool", new() { ["UserPoolId"] = pool.Id });
            Assert.Equal("ResourceNotFoundException", error.Type);
            Assert.Equal("ResourceNotFoundException", (await api.Fail("DeleteUserPool", new() { ["UserPoolId"] = pool.Id })).Type);
            Assert.Equal("ResourceNotFoundException", (await api.Fail("ListTagsForResource", new() { ["ResourceArn"] = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/" + pool.Id })).Type);
        }
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"MaxResults":0}""")]
    [InlineData("""{"MaxResults":61}""")]
    [InlineData("""{"MaxResults":1,"NextToken":"garbage"}""")]
    public async Task A_list_needs_a_size_and_a_token_of_its_own(string request) =>
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("ListUserPools", JsonNode.Parse(request)!.AsObject())).Type);
}
