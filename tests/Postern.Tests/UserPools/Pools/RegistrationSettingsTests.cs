using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Pools;

public sealed class RegistrationSettingsTests(TestServer server)
{
    [Theory]
    [InlineData("{}", """{"EnableStatus":"Enabled","OpenDcrEnabled":false,"AuthenticatedGrantTypes":["code","client_credentials"],"OpenDcrGrantTypes":["code"]}""")]
    [InlineData(
        """{"EnableStatus":"Disabled","OpenDcrEnabled":true,"AuthenticatedGrantTypes":[],"OpenDcrGrantTypes":[],"AllowedScopes":[]}""",
        """{"EnableStatus":"Disabled","OpenDcrEnabled":true,"AuthenticatedGrantTypes":[],"OpenDcrGrantTypes":[],"AllowedScopes":[]}""")]
    [InlineData(
        """{"OpenDcrGrantTypes":["implicit"],"AllowedScopes":["api/read","aws.cognito/dcr/register"]}""",
        """{"EnableStatus":"Enabled","OpenDcrEnabled":false,"AuthenticatedGrantTypes":["code","client_credentials"],"OpenDcrGrantTypes":["implicit"],"AllowedScopes":["api/read","aws.cognito/dcr/register"]}""")]
    public async Task What_is_given_is_kept_and_what_is_left_out_has_its_default(string given, string kept)
    {
        var pool = await Pool.Create(server, new() { ["DcrConfiguration"] = JsonNode.Parse(given) });
        Assert.Equal(kept, await Shown(pool));
    }

    [Fact]
    public async Task A_pool_that_was_never_told_shows_no_settings()
    {
        Assert.Null(await Shown(await Pool.Create(server)));
    }

    [Fact]
    public async Task An_update_without_the_settings_keeps_them_and_one_with_them_replaces_them()
    {
        var pool = await Pool.Create(server, new() { ["DcrConfiguration"] = JsonNode.Parse("""{"OpenDcrEnabled":true,"AllowedScopes":["api/read"]}""") });
        var before = await Shown(pool);
        await Update(pool, """{"DeletionProtection":"INACTIVE"}""");
        Assert.Equal(before, await Shown(pool));
        await Update(pool, """{"DcrConfiguration":{"EnableStatus":"Disabled"}}""");
        Assert.Equal("""{"EnableStatus":"Disabled","OpenDcrEnabled":false,"AuthenticatedGrantTypes":["code","client_credentials"],"OpenDcrGrantTypes":["code"]}""", await Shown(pool));
    }

    [Fact]
    public async Task A_lite_pool_has_no_registration_and_no_pool_with_it_becomes_lite()
    {
        var refused = await server.Api.Fail("CreateUserPool", new() { ["PoolName"] = "p", ["UserPoolTier"] = "LITE", ["DcrConfiguration"] = new JsonObject() });
        Assert.Equal("FeatureUnavailableInTierException", refused.Type);
        await Pool.Create(server, new() { ["UserPoolTier"] = "LITE", ["DcrConfiguration"] = new JsonObject { ["EnableStatus"] = "Disabled" } });

        var pool = await Pool.Create(server, new() { ["DcrConfiguration"] = new JsonObject() });
        var error = await Assert.ThrowsAsync<ServiceError>(() => Update(pool, """{"UserPoolTier":"LITE"}"""));
        Assert.Equal("FeatureUnavailableInTierException", error.Type);
        await Update(pool, """{"UserPoolTier":"LITE","DcrConfiguration":{"EnableStatus":"Disabled"}}""");
    }

    [Theory]
    [InlineData("""{"AllowedScopes":[""]}""")]
    [InlineData("""{"AllowedScopes":["a b"]}""")]
    [InlineData("""{"AllowedScopes":["a\"b"]}""")]
    [InlineData("""{"OpenDcrGrantTypes":["password"]}""")]
    [InlineData("""{"AuthenticatedGrantTypes":["authorization_code"]}""")]
    [InlineData("""{"EnableStatus":"on"}""")]
    public async Task Settings_that_mean_nothing_are_refused(string given)
    {
        var error = await server.Api.Fail("CreateUserPool", new() { ["PoolName"] = "p", ["DcrConfiguration"] = JsonNode.Parse(given) });
        Assert.Equal("InvalidParameterException", error.Type);
    }

    private async Task<string?> Shown(Pool pool) =>
        (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!["DcrConfiguration"]?.ToJsonString();

    private Task<JsonObject> Update(Pool pool, string more)
    {
        var request = JsonNode.Parse(more)!.AsObject();
        request["UserPoolId"] = pool.Id;
        return server.Api.Call("UpdateUserPool", request);
    }
}
