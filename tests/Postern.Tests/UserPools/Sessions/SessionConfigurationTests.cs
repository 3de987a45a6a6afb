using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Sessions;

public sealed class SessionConfigurationTests(TestServer server)
{
    private const string Lite = "The following features need to be disabled for the LITE pricing tier configured: User Session Tracking";

    [Fact]
    public async Task Sessions_are_not_tracked_before_a_pool_is_told_to()
    {
        var pool = await Pool.Create(server);
        AssertSettings(pool, await Get(pool), "DISABLED", 20);
    }

    [Fact]
    public async Task What_is_set_is_answered_and_shown_but_not_by_describe()
    {
        var pool = await Pool.Create(server);
        AssertSettings(pool, await Set(pool, "ENABLED", 3), "ENABLED", 3);
        AssertSettings(pool, await Get(pool), "ENABLED", 3);
        AssertSettings(pool, await Set(pool, "DISABLED", 100), "DISABLED", 100);
        AssertSettings(pool, await Get(pool), "DISABLED", 100);
        var described = (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!.AsObject();
        Assert.DoesNotContain(described, static member => member.Key.Contains("Session", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_changes_of_the_pool_leave_it_as_it_is()
    {
        var pool = await Pool.Create(server);
        await Set(pool, "ENABLED", 7);
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id });
        await server.Api.Call("SetUserPoolMfaConfig", new()
        {
            ["UserPoolId"] = pool.Id,
            ["MfaConfiguration"] = "OPTIONAL",
            ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true },
        });
        await server.Api.Call("AddCustomAttributes", new()
        {
            ["UserPoolId"] = pool.Id,
            ["CustomAttributes"] = new JsonArray(new JsonObject { ["Name"] = "team", ["AttributeDataType"] = "String" }),
        });
        AssertSettings(pool, await Get(pool), "ENABLED", 7);
        var mfa = await server.Api.Call("GetUserPoolMfaConfig", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal("OPTIONAL", (string?)mfa["MfaConfiguration"]);
    }

    [Fact]
    public async Task All_members_are_required_and_bounded()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("InvalidParameterException", (await SetFails(new() { ["UserPoolId"] = pool.Id, ["UserSessionTracking"] = "ENABLED" })).Type);
        Assert.Equal("InvalidParameterException", (await SetFails(new() { ["UserPoolId"] = pool.Id, ["TokenSession"] = new JsonObject { ["MaxPerUser"] = 5 } })).Type);
        foreach (var most in (int[])[0, 101])
            Assert.Equal("InvalidParameterException", (await SetFails(Members(pool, "ENABLED", most))).Type);
        Assert.Equal("InvalidParameterException", (await SetFails(Members(pool, "SOMETIMES", 5))).Type);
    }

    [Fact]
    public async Task A_lite_pool_has_no_tracking_and_a_tracking_pool_does_not_become_lite()
    {
        var lite = await Pool.Create(server, new() { ["UserPoolTier"] = "LITE" });
        AssertError(await SetFails(Members(lite, "ENABLED", 5)), "FeatureUnavailableInTierException", Lite);
        AssertSettings(lite, await Get(lite), "DISABLED", 20);

        var pool = await Pool.Create(server);
        await Set(pool, "ENABLED", 5);
        JsonObject smaller = new() { ["UserPoolId"] = pool.Id, ["UserPoolTier"] = "LITE" };
        AssertError(await server.Api.Fail("UpdateUserPool", smaller), "FeatureUnavailableInTierException", Lite);
        await Set(pool, "DISABLED", 5);
        await server.Api.Call("UpdateUserPool", smaller);
    }

    [Fact]
    public async Task Another_account_sees_no_such_pool()
    {
        var pool = await Pool.Create(server);
        using var other = new Api(server.Url, "999999999999");
        Assert.Equal("ResourceNotFoundException", (await other.Fail("GetUserPoolSessionConfiguration", new() { ["UserPoolId"] = pool.Id })).Type);
        Assert.Equal("ResourceNotFoundException", (await other.Fail("SetUserPoolSessionConfiguration", Members(pool, "ENABLED", 5))).Type);
    }

    [Fact]
    public async Task A_client_uses_a_browsers_sign_in_again_for_an_hour_unless_told_otherwise()
    {
        var pool = await Pool.Create(server);
        Assert.Equal(60, Minutes(await GetClient(pool)));
        await Set(pool, "ENABLED", 5);
        foreach (var minutes in (int[])[0, 129600])
        {
            Assert.Equal(minutes, Minutes(await SetClient(pool, minutes)));
            Assert.Equal(minutes, Minutes(await GetClient(pool)));
        }
        foreach (var minutes in (int[])[-1, 129601])
            Assert.Equal("InvalidParameterException", (await SetClientFails(pool, minutes)).Type);
    }

    [Fact]
    public async Task A_clients_setting_needs_tracking_and_sleeps_without()
    {
        var pool = await Pool.Create(server);
        AssertError(await SetClientFails(pool, 5), "OperationNotEnabledException", "User session tracking is not enabled for this user pool.");
        await Set(pool, "ENABLED", 5);
        await SetClient(pool, 5);
        await Set(pool, "DISABLED", 5);
        AssertError(await SetClientFails(pool, 6), "OperationNotEnabledException", "User session tracking is not enabled for this user pool.");
        Assert.Equal(5, Minutes(await GetClient(pool)));
    }

    [Fact]
    public async Task An_update_of_the_client_leaves_its_session_setting_and_describe_does_not_show_it()
    {
        var pool = await Pool.Create(server);
        await Set(pool, "ENABLED", 5);
        await SetClient(pool, 15);
        await server.Api.Call("UpdateUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId, ["ClientName"] = "renamed" });
        Assert.Equal(15, Minutes(await GetClient(pool)));
        var described = (await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId }))["UserPoolClient"]!.AsObject();
        Assert.Equal("renamed", (string?)described["ClientName"]);
        Assert.DoesNotContain(described, static member => member.Key.Contains("sso", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task An_unknown_client_has_no_setting()
    {
        var pool = await Pool.Create(server);
        await Set(pool, "ENABLED", 5);
        var error = await server.Api.Fail("GetUserPoolClientSessionConfiguration", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = "nobody" });
        AssertError(error, "ResourceNotFoundException", "User pool client nobody does not exist.");
    }

    private static JsonObject Members(Pool pool, string tracking, int most) =>
        new() { ["UserPoolId"] = pool.Id, ["UserSessionTracking"] = tracking, ["TokenSession"] = new JsonObject { ["MaxPerUser"] = most } };

    private static JsonObject ClientMembers(Pool pool, int minutes) =>
        new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId, ["SSOSession"] = new JsonObject { ["MaxValidityMinutes"] = minutes } };

    private static int Minutes(JsonObject answer) => (int)answer["SSOSession"]!["MaxValidityMinutes"]!;

    private static void AssertSettings(Pool pool, JsonObject answer, string tracking, int most)
    {
        Assert.Equal(pool.Id, (string?)answer["UserPoolId"]);
        Assert.Equal(tracking, (string?)answer["UserSessionTracking"]);
        Assert.Equal(most, (int)answer["TokenSession"]!["MaxPerUser"]!);
    }

    private Task<JsonObject> Get(Pool pool) => server.Api.Call("GetUserPoolSessionConfiguration", new() { ["UserPoolId"] = pool.Id });

    private Task<JsonObject> Set(Pool pool, string tracking, int most) => server.Api.Call("SetUserPoolSessionConfiguration", Members(pool, tracking, most));

    private Task<ServiceError> SetFails(JsonObject members) => server.Api.Fail("SetUserPoolSessionConfiguration", members);

    private Task<JsonObject> GetClient(Pool pool) =>
        server.Api.Call("GetUserPoolClientSessionConfiguration", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });

    private Task<JsonObject> SetClient(Pool pool, int minutes) => server.Api.Call("SetUserPoolClientSessionConfiguration", ClientMembers(pool, minutes));

    private Task<ServiceError> SetClientFails(Pool pool, int minutes) => server.Api.Fail("SetUserPoolClientSessionConfiguration", ClientMembers(pool, minutes));
}
