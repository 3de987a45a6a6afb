using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Devices;

public class DeviceRecordTests(TestServer server)
{
    private const string Missing = "Device does not exist.";

    [Fact]
    public async Task A_device_is_told_alike_to_its_user_and_to_administrators()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name), "Anna's phone");
        var own = await pool.Holder("GetDevice", device.Token, new() { ["DeviceKey"] = device.Key });
        var record = own["Device"]!.AsObject();
        Assert.Equal(
            ["DeviceAttributes", "DeviceCreateDate", "DeviceKey", "DeviceLastAuthenticatedDate", "DeviceLastModifiedDate"],
            record.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(device.Key, (string?)record["DeviceKey"]);
        Assert.Equal("valid", own.DeviceAttribute("device_status"));
        Assert.Equal("Anna's phone", own.DeviceAttribute("device_name"));
        Assert.Equal("remembered", own.DeviceAttribute("dev:device_remembered_status"));
        Assert.Equal($"{name}.{pool.Id}", own.DeviceAttribute("dev:device_owner"));
        Assert.Equal($"arn:aws:cognito-idp:us-east-1:123456789012:owner/{name}.{pool.Id}/device/{device.Key}", own.DeviceAttribute("dev:device_arn"));
        Assert.NotNull(own.DeviceAttribute("dev:device_sdk"));
        Assert.Equal(Math.Floor((double)record["DeviceCreateDate"]!), (double)record["DeviceLastAuthenticatedDate"]!);

        var expected = record.ToJsonString();
        Assert.Equal(expected, (await pool.Admin("AdminGetDevice", name, new() { ["DeviceKey"] = device.Key }))["Device"]!.ToJsonString());
        Assert.Equal(expected, Assert.Single((await pool.Holder("ListDevices", device.Token))["Devices"]!.AsArray())!.ToJsonString());
        Assert.Equal(expected, Assert.Single((await pool.Admin("AdminListDevices", name))["Devices"]!.AsArray())!.ToJsonString());
    }

    [Fact]
    public async Task A_device_without_a_name_has_none()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name), name: null);
        Assert.Null((await pool.Holder("GetDevice", device.Token, new() { ["DeviceKey"] = device.Key })).DeviceAttribute("device_name"));
    }

    [Fact]
    public async Task Devices_are_listed_by_key_in_pages_to_their_user_and_to_administrators()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var keys = new List<string>();
        var token = "";
        for (var i = 0; i < 5; i++)
        {
            var device = await pool.ConfirmDevice(name, await pool.Begin(name));
            keys.Add(device.Key);
            token = device.Token;
        }
        var other = await pool.AddUser();
        await pool.ConfirmDevice(other, await pool.Begin(other));
        keys.Sort(StringComparer.Ordinal);

        var own = new List<string>();
        JsonObject request = new() { ["Limit"] = 2 };
        do
        {
            var page = await pool.Holder("ListDevices", token, request);
            own.AddRange(page["Devices"]!.AsArray().Select(static device => (string)device!["DeviceKey"]!));
            request = new() { ["Limit"] = 2, ["PaginationToken"] = (string?)page["PaginationToken"] };
        }
        while (request["PaginationToken"] is not null);
        Assert.Equal(keys, own);
        var all = await pool.All("AdminListDevices", "Devices", "PaginationToken", new() { ["Username"] = name, ["Limit"] = 3 });
        Assert.Equal(keys, all.Select(static device => (string)device["DeviceKey"]!));

        var first = (string)(await pool.Holder("ListDevices", token, new() { ["Limit"] = 2 }))["PaginationToken"]!;
        AssertError(await server.Api.Fail("AdminListDevices", new() { ["UserPoolId"] = pool.Id, ["Username"] = name, ["PaginationToken"] = first }), "InvalidParameterException", "Invalid pagination token");
        var others = (string)(await pool.Begin(other))["AuthenticationResult"]!["AccessToken"]!;
        AssertError(await pool.HolderFails("ListDevices", others, new() { ["PaginationToken"] = first }), "InvalidParameterException", "Invalid pagination token");
    }

    [Fact]
    public async Task Administrators_remember_and_forget_a_users_device()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        JsonObject Named() => new() { ["DeviceKey"] = device.Key };
        var more = Named();
        more["DeviceRememberedStatus"] = "not_remembered";
        Assert.Equal("{}", (await pool.Admin("AdminUpdateDeviceStatus", name, more)).ToJsonString());
        Assert.Equal("not_remembered", (await pool.Admin("AdminGetDevice", name, Named())).DeviceAttribute("dev:device_remembered_status"));
        Assert.Empty(await pool.Admin("AdminForgetDevice", name, Named()));
        foreach (var operation in new[] { "AdminGetDevice", "AdminForgetDevice", "AdminUpdateDeviceStatus" })
        {
            Assert.Equal(("ResourceNotFoundException", Missing), await pool.Refuse(operation, name, Named()));
            Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse(operation, "nobody", Named()));
        }
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminListDevices", "nobody"));
    }

    [Fact]
    public async Task Nobody_reaches_the_device_of_another_user_or_pool_by_its_key()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        var device = await pool.ConfirmDevice(name, await pool.Begin(name));
        var thief = await pool.AddUser();
        var token = await pool.AccessToken(thief);
        foreach (var operation in new[] { "GetDevice", "ForgetDevice", "UpdateDeviceStatus" })
            AssertError(await pool.HolderFails(operation, token, new() { ["DeviceKey"] = device.Key }), "ResourceNotFoundException", Missing);
        var elsewhere = await TrackedPool.Create(server);
        await elsewhere.AddUser(name);
        Assert.Equal(("ResourceNotFoundException", Missing), await elsewhere.Refuse("AdminGetDevice", name, new() { ["DeviceKey"] = device.Key }));
        Assert.Equal(("ResourceNotFoundException", Missing), await pool.Refuse("AdminForgetDevice", thief, new() { ["DeviceKey"] = device.Key }));
        await pool.Holder("GetDevice", device.Token, new() { ["DeviceKey"] = device.Key });
    }

    [Theory]
    [InlineData("GetDevice")]
    [InlineData("ForgetDevice")]
    public async Task A_token_is_needed_though_the_model_has_it_as_an_option(string operation)
    {
        var error = await server.Api.Fail(operation, new() { ["DeviceKey"] = "us-east-1_" + Guid.NewGuid() }, sign: false);
        AssertError(error, "NotAuthorizedException", "Missing Access Token");
    }

    [Fact]
    public async Task A_deleted_user_takes_the_devices_along()
    {
        var pool = await TrackedPool.Create(server);
        var name = await pool.AddUser();
        await pool.ConfirmDevice(name, await pool.Begin(name));
        await pool.Admin("AdminDeleteUser", name);
        await pool.AddUser(name);
        Assert.Empty((await pool.Admin("AdminListDevices", name))["Devices"]!.AsArray());
    }
}

internal static class DeviceAnswers
{
    /// <summary>The value of an attribute of the device in an answer.</summary>
    public static string? DeviceAttribute(this JsonObject answer, string name) =>
        (string?)answer["Device"]!["DeviceAttributes"]!.AsArray().SingleOrDefault(attribute => (string?)attribute!["Name"] == name)?["Value"];
}
