using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Pools;

public class UpdateUserPoolTests(TestServer server)
{
    [Fact]
    public async Task What_an_update_leaves_out_goes_back_to_its_default()
    {
        var plain = await Describe((await Pool.Create(server, new() { ["PoolName"] = "updated" })).Id);
        var pool = await Pool.Create(server, new()
        {
            ["PoolName"] = "updated",
            ["Policies"] = new JsonObject { ["PasswordPolicy"] = new JsonObject { ["MinimumLength"] = 20 } },
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["LambdaConfig"] = new JsonObject { ["PreSignUp"] = "arn:aws:lambda:us-east-1:123456789012:function:f" },
            ["UserPoolTags"] = new JsonObject { ["a"] = "1" },
            ["DeviceConfiguration"] = new JsonObject(),
            ["MfaConfiguration"] = "OPTIONAL",
            ["EmailVerificationSubject"] = "Hi",
            ["DeletionProtection"] = "ACTIVE",
            ["AccountRecoverySetting"] = new JsonObject { ["RecoveryMechanisms"] = new JsonArray(new JsonObject { ["Name"] = "admin_only", ["Priority"] = 1 }) },
        });
        Assert.Empty(await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id }));

        var updated = await Describe(pool.Id);
        foreach (var name in new[] { "Id", "Arn", "CreationDate", "LastModifiedDate" })
        {
            plain.Remove(name);
            Assert.True(updated.Remove(name));
        }
        Assert.True(JsonNode.DeepEquals(plain, updated), updated.ToJsonString());
    }

    [Fact]
    public async Task Name_tier_and_what_is_immutable_stay()
    {
        var pool = await Pool.Create(server, new()
        {
            ["PoolName"] = "kept",
            ["UserPoolTier"] = "PLUS",
            ["UsernameAttributes"] = new JsonArray("email"),
            ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false },
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["UserAttributeUpdateSettings"] = new JsonObject { ["AttributesRequireVerificationBeforeUpdate"] = new JsonArray("email") },
            ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "company", ["AttributeDataType"] = "String" }),
        });
        var before = await Describe(pool.Id);
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var after = await Describe(pool.Id);
        foreach (var name in new[] { "Id", "Name", "Arn", "UserPoolTier", "UsernameAttributes", "UsernameConfiguration", "SchemaAttributes", "CreationDate", "UserAttributeUpdateSettings" })
            Assert.True(JsonNode.DeepEquals(before[name], after[name]), name);

        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["PoolName"] = "renamed", ["UserAttributeUpdateSettings"] = new JsonObject { ["AttributesRequireVerificationBeforeUpdate"] = new JsonArray() } });
        Assert.Equal("renamed", (string?)(await Describe(pool.Id))["Name"]);
    }

    [Fact]
    public async Task A_described_pool_without_what_is_read_only_can_be_sent_back()
    {
        var pool = await Pool.Create(server, new()
        {
            ["PoolName"] = "replayed",
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["EmailVerificationMessage"] = "Code {####}",
            ["LambdaConfig"] = new JsonObject { ["PreTokenGeneration"] = "arn:aws:lambda:us-east-1:123456789012:function:f" },
        });
        var described = await Describe(pool.Id);
        var request = described.DeepClone().AsObject();
        foreach (var name in new[] { "Id", "Arn", "Name", "CreationDate", "LastModifiedDate", "SchemaAttributes", "EstimatedNumberOfUsers" })
            request.Remove(name);
        request["UserPoolId"] = pool.Id;
        await server.Api.Call("UpdateUserPool", request);
        var after = await Describe(pool.Id);
        described.Remove("LastModifiedDate");
        after.Remove("LastModifiedDate");
        Assert.True(JsonNode.DeepEquals(described, after), after.ToJsonString());
    }

    [Fact]
    public async Task A_required_second_factor_needs_a_method_of_the_request_or_of_the_pool()
    {
        var pool = await Pool.Create(server);
        var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MfaConfiguration"] = "ON" };
        var error = await server.Api.Fail("UpdateUserPool", request.DeepClone().AsObject());
        Assert.Equal("SMS configuration and Auto verification for phone_number are required when MFA is required/optional", error.Text);

        await server.Api.Call("SetUserPoolMfaConfig", new() { ["UserPoolId"] = pool.Id, ["MfaConfiguration"] = "OPTIONAL", ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true } });
        await server.Api.Call("UpdateUserPool", request);
        Assert.Equal("ON", (string?)(await Describe(pool.Id))["MfaConfiguration"]);
    }

    [Fact]
    public async Task Settings_of_two_updates_at_once_are_never_mixed()
    {
        var pool = await Pool.Create(server);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            try
            {
                await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["EmailVerificationSubject"] = "S" + n, ["UserPoolTags"] = new JsonObject { ["n"] = "S" + n } });
            }
            catch (ServiceError error)
            {
                Assert.Equal("TooManyRequestsException", error.Type);
            }
        }));
        var after = await Describe(pool.Id);
        Assert.Equal((string?)after["EmailVerificationSubject"], (string?)after["UserPoolTags"]!["n"]);
    }

    [Theory]
    [InlineData("""{"RefreshTokenRotation":{"Feature":"ENABLED"},"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH"]}""", "Refresh Token Rotation")]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_USER_AUTH"]}""", "Passwordless Sign-In")]
    public async Task A_pool_does_not_go_down_to_LITE_while_a_client_uses_more(string client, string feature)
    {
        var pool = await Pool.Create(server, client: JsonNode.Parse(client)!.AsObject());
        var error = await server.Api.Fail("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["UserPoolTier"] = "LITE" });
        Assert.Equal("FeatureUnavailableInTierException", error.Type);
        Assert.Equal("The following features need to be disabled for the LITE pricing tier configured: " + feature, error.Text);
    }

    [Theory]
    [InlineData("UpdateUserPool")]
    [InlineData("DescribeUserPool")]
    [InlineData("DeleteUserPool")]
    [InlineData("GetUserPoolMfaConfig")]
    [InlineData("SetUserPoolMfaConfig")]
    [InlineData("ListUserPoolClients")]
    public async Task A_pool_that_is_not_there_is_named(string operation)
    {
        var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = "us-east-1_NoSuchOne" });
        Assert.Equal("ResourceNotFoundException", error.Type);
        Assert.Equal("User pool us-east-1_NoSuchOne does not exist.", error.Text);
    }

    private async Task<JsonObject> Describe(string id) => (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = id }))["UserPool"]!.AsObject();
}
