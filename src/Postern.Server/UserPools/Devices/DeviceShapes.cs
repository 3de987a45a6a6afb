using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Devices;

/// <summary>A device in the shape that several operations answer with.</summary>
/// <remarks>User pools sheet, "Devices".</remarks>
public static class DeviceShapes
{
    public static DeviceType ToWire(this Device device, UserPool pool, User user)
    {
        var owner = $"{user.Username}.{pool.Id}";
        var attributes = new List<AttributeType>(7) { Attribute("device_status", "valid") };
        if (device.Facts.Name is { } name)
            attributes.Add(Attribute("device_name", name));
        attributes.Add(Attribute("dev:device_arn", $"arn:aws:cognito-idp:{pool.Region}:{pool.Row.Account}:owner/{owner}/device/{device.Key}"));
        attributes.Add(Attribute("dev:device_owner", owner));
        if (device.Facts.Address is { } address)
            attributes.Add(Attribute("last_ip_used", address));
        attributes.Add(Attribute(
            "dev:device_remembered_status", device.Facts.IsRemembered ? DeviceRememberedStatusType.remembered : DeviceRememberedStatusType.not_remembered));
        // What made the call is not known here.
        attributes.Add(Attribute("dev:device_sdk", "aws-sdk"));
        return new()
        {
            DeviceKey = device.Key,
            DeviceAttributes = attributes,
            DeviceCreateDate = device.Part.Created,
            DeviceLastModifiedDate = device.Part.Modified,
            DeviceLastAuthenticatedDate = DateTimeOffset.FromUnixTimeSeconds(device.Facts.LastAuthenticated),
        };
    }

    public static IReadOnlyList<DeviceType> ToWire(this IReadOnlyList<Device> devices, UserPool pool, User user) =>
        [.. devices.Select(device => device.ToWire(pool, user))];

    private static AttributeType Attribute(string name, string value) => new() { Name = name, Value = value };
}
