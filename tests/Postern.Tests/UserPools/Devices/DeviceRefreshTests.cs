using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Devices;

public class DeviceRefreshTests(TestServer server)
{
    [Theory]
    [InlineData("InitiateAuth")]
    [InlineData("GetTokensFromRefreshToken")]
    public async Task Tokens_are_refreshed_by_the_confirmed_device_that_they_were_given_to(string operation)
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        AssertInvalid(await Refuse(device.Key));
        await device.Confirm();
        AssertInvalid(await Refuse(null));
        AssertInvalid(await Refuse(""));
        AssertInvalid(await Refuse("us-east-1_" + Guid.NewGuid()));
        var another = await pool.ConfirmDevice(name, await pool.Begin(name));
        AssertInvalid(await Refuse(another.Key));

        var tokens = (await server.Api.Call(operation, Request(device.Key), sign: false))["AuthenticationResult"]!.AsObject();
        Assert.False(tokens.ContainsKey("NewDeviceMetadata"));
        Assert.Equal(device.Key, (string?)Jwt.Read((string)tokens["AccessToken"]!).Claims["device_key"]);
        await device.Remember("not_remembered");
        await server.Api.Call(operation, Request(device.Key), sign: false);

        await pool.Holder("ForgetDevice", device.Token, new() { ["DeviceKey"] = device.Key });
        AssertInvalid(await Refuse(device.Key));

        Task<ServiceError> Refuse(string? key) => server.Api.Fail(operation, Request(key), sign: false);

        JsonObject Request(string? key)
        {
            if (operation is "InitiateAuth")
            {
                JsonObject parameters = new() { ["REFRESH_TOKEN"] = device.RefreshToken };
                if (key is not null)
                    parameters["DEVICE_KEY"] = key;
                return new() { ["ClientId"] = pool.ClientId, ["AuthFlow"] = "REFRESH_TOKEN_AUTH", ["AuthParameters"] = parameters };
            }
            JsonObject request = new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = device.RefreshToken };
            if (key is { Length: > 0 })
                request["DeviceKey"] = key;
            return request;
        }
    }

    [Fact]
    public async Task A_sign_in_with_a_known_device_gives_tokens_that_it_refreshes()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        var second = (await pool.Begin(name, device.Key))["AuthenticationResult"]!;
        Assert.NotNull((await Exchange(pool, (string)second["RefreshToken"]!, device.Key))["AuthenticationResult"]);
    }

    [Fact]
    public async Task Refresh_tokens_that_rotate_stay_with_their_device()
    {
        var pool = await TrackedPool.Create(server, client: new()
        {
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED" },
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
        });
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        var token = device.RefreshToken;
        for (var i = 0; i < 3; i++)
        {
            // A refusal does not use the token up.
            AssertInvalid(await server.Api.Fail("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = token }, sign: false));
            token = (string)(await Exchange(pool, token, device.Key))["AuthenticationResult"]!["RefreshToken"]!;
        }
    }

    [Fact]
    public async Task Tokens_of_a_pool_that_tracks_devices_no_more_or_not_yet_are_bound_to_none()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var bound = (string)(await pool.SignIn(name))["RefreshToken"]!;
        AssertInvalid(await server.Api.Fail("GetTokensFromRefreshToken", new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = bound }, sign: false));
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id });
        await Exchange(pool, bound, null);
        var free = (string)(await pool.SignIn(name))["RefreshToken"]!;
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id, ["DeviceConfiguration"] = new JsonObject() });
        await Exchange(pool, free, null);
    }

    private static Task<JsonObject> Exchange(Pool pool, string token, string? deviceKey)
    {
        JsonObject request = new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = token };
        if (deviceKey is not null)
            request["DeviceKey"] = deviceKey;
        return pool.Api.Call("GetTokensFromRefreshToken", request, sign: false);
    }

    private static void AssertInvalid(ServiceError error) => AssertError(error, "NotAuthorizedException", "Invalid Refresh Token.");
}
