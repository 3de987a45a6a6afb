using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Devices;

public class ConfirmDeviceTests(TestServer server)
{
    private const string Missing = "Device does not exist.";

    [Fact]
    public async Task A_sign_in_offers_a_new_device_each_time_in_the_users_one_group()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var first = await pool.SignIn(name);
        var second = await pool.SignIn(name);
        var other = await pool.SignIn(await pool.AddUser());
        string Of(JsonObject tokens, string member) => (string)tokens["NewDeviceMetadata"]![member]!;
        Assert.Equal(["DeviceGroupKey", "DeviceKey"], first["NewDeviceMetadata"]!.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Matches("^us-east-1_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", Of(first, "DeviceKey"));
        Assert.Matches("^-[0-9A-Za-z]{8}$", Of(first, TrackedPool.Group));
        Assert.Equal(Of(first, "DeviceKey"), (string?)Jwt.Read((string)first["AccessToken"]!).Claims["device_key"]);
        Assert.False(Jwt.Read((string)first["IdToken"]!).Claims.ContainsKey("device_key"));
        Assert.NotEqual(Of(first, "DeviceKey"), Of(second, "DeviceKey"));
        Assert.Equal(Of(first, TrackedPool.Group), Of(second, TrackedPool.Group));
        Assert.NotEqual(Of(first, TrackedPool.Group), Of(other, TrackedPool.Group));
        Assert.Empty((await pool.Holder("ListDevices", (string)first["AccessToken"]!))["Devices"]!.AsArray());
    }

    [Fact]
    public async Task A_pool_that_does_not_track_devices_knows_none()
    {
        var pool = await Pool.Create(server);
        var tokens = (await pool.Begin(await pool.AddUser(), "us-east-1_" + Guid.NewGuid()))["AuthenticationResult"]!.AsObject();
        Assert.False(tokens.ContainsKey("NewDeviceMetadata"));
        Assert.False(Jwt.Read((string)tokens["AccessToken"]!).Claims.ContainsKey("device_key"));
        var error = await pool.HolderFails("ConfirmDevice", (string)tokens["AccessToken"]!, new()
        {
            ["DeviceKey"] = "us-east-1_" + Guid.NewGuid(),
            ["DeviceSecretVerifierConfig"] = new JsonObject { ["PasswordVerifier"] = "AQ==", ["Salt"] = "AQ==" },
        });
        AssertError(error, "ResourceNotFoundException", Missing);
    }

    [Theory]
    [InlineData(false, "remembered")]
    [InlineData(true, "not_remembered")]
    public async Task A_device_is_remembered_at_once_or_once_its_user_says_so(bool isAsked, string status)
    {
        var pool = await TrackedPool.Create(server, isAsked: isAsked);
        var name = await pool.AddUser();
        var device = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var answer = await device.Confirm();
        Assert.Equal($$"""{"UserConfirmationNecessary":{{(isAsked ? "true" : "false")}}}""", answer.ToJsonString());
        Assert.Equal(status, await Status());
        Assert.Equal("{}", (await device.Remember()).ToJsonString());
        Assert.Equal("remembered", await Status());
        await device.Remember("not_remembered");
        await device.Remember("not_remembered");
        Assert.Equal("not_remembered", await Status());
        await pool.Holder("UpdateDeviceStatus", device.Token, new() { ["DeviceKey"] = device.Key });
        Assert.Equal("not_remembered", await Status());

        async Task<string?> Status() => (await pool.Holder("GetDevice", device.Token, new() { ["DeviceKey"] = device.Key })).DeviceAttribute("dev:device_remembered_status");
    }

    [Fact]
    public async Task A_device_is_confirmed_once_however_many_do_so_together()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var confirmed = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            try
            {
                await device.Confirm();
                return true;
            }
            catch (ServiceError error)
            {
                Assert.Equal("DeviceKeyExistsException", error.Type);
                return false;
            }
        }));
        Assert.Single(confirmed, static one => one);
        Assert.Equal("DeviceKeyExistsException", (await pool.HolderFails("ConfirmDevice", device.Token, device.Confirmation())).Type);
        Assert.Single((await pool.Holder("ListDevices", device.Token))["Devices"]!.AsArray());
    }

    [Fact]
    public async Task Only_the_device_that_the_token_names_can_be_confirmed()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var another = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var stranger = await pool.AddUser();
        var strangers = DeviceClient.Offered(pool, stranger, await pool.SignIn(stranger));
        foreach (var key in new[] { another.Key, strangers.Key, "us-east-1_" + Guid.NewGuid(), "eu-west-1_" + device.Key[10..], "x_0" })
        {
            var error = await pool.HolderFails("ConfirmDevice", device.Token, (device with { Key = key }).Confirmation());
            AssertError(error, "ResourceNotFoundException", Missing);
        }
        Assert.Empty((await pool.Holder("ListDevices", device.Token))["Devices"]!.AsArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"Salt":"AQIDBAUGBwgJCgsMDQ4PEA=="}""")]
    [InlineData("""{"PasswordVerifier":"AQID"}""")]
    [InlineData("""{"PasswordVerifier":"","Salt":"AQIDBAUGBwgJCgsMDQ4PEA=="}""")]
    [InlineData("""{"PasswordVerifier":"AAAA","Salt":"AQIDBAUGBwgJCgsMDQ4PEA=="}""")]
    [InlineData("""{"PasswordVerifier":"nonsense!","Salt":"AQIDBAUGBwgJCgsMDQ4PEA=="}""")]
    [InlineData("""{"PasswordVerifier":"AQID","Salt":"nonsense!"}""")]
    [InlineData("""{"PasswordVerifier":"AQID","Salt":" "}""")]
    [InlineData("N")]
    [InlineData("long")]
    [InlineData("long salt")]
    public async Task A_verifier_that_is_none_is_refused(string? config)
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = DeviceClient.Offered(pool, name, await pool.SignIn(name));
        var request = device.Confirmation();
        var modulus = Convert.ToBase64String(Cryptography.SrpClient.Modulus.ToByteArray(isUnsigned: true, isBigEndian: true));
        request["DeviceSecretVerifierConfig"] = config switch
        {
            null => null,
            "N" => new JsonObject { ["PasswordVerifier"] = modulus, ["Salt"] = "AQID" },
            "long" => new JsonObject { ["PasswordVerifier"] = Convert.ToBase64String(new byte[90_000]), ["Salt"] = "AQID" },
            "long salt" => new JsonObject { ["PasswordVerifier"] = "AQID", ["Salt"] = Convert.ToBase64String(new byte[90_000]) },
            _ => JsonNode.Parse(config),
        };
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("ConfirmDevice", device.Token, request)).Type);
        Assert.Empty((await pool.Holder("ListDevices", device.Token))["Devices"]!.AsArray());
        await device.Confirm();
    }

    [Fact]
    public async Task A_forgotten_device_is_gone_and_can_not_be_confirmed_again()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        Assert.Empty(await pool.Holder("ForgetDevice", device.Token, new() { ["DeviceKey"] = device.Key }));
        foreach (var operation in new[] { "GetDevice", "ForgetDevice", "UpdateDeviceStatus" })
            AssertError(await pool.HolderFails(operation, device.Token, new() { ["DeviceKey"] = device.Key }), "ResourceNotFoundException", Missing);
        AssertError(await pool.HolderFails("ConfirmDevice", device.Token, device.Confirmation()), "ResourceNotFoundException", Missing);
        Assert.Empty((await pool.Holder("ListDevices", device.Token))["Devices"]!.AsArray());
    }
}
