using Postern.Storage;

namespace Postern.UserPools.Devices;

/// <summary>When devices were shown by a sign-in last, and from where, written behind. What is not written yet is known to the node that saw it.</summary>
public sealed class DeviceActivity(IUserPartStore parts, IChanges changes, ILogger logger)
    : WrittenBehind<DeviceActivity.Key, DeviceActivity.Activity>(logger.ActivityNotWritten)
{
    /// <summary>A sign-in showed the device now.</summary>
    public void Note(Device device, DateTimeOffset now, string? address) => Note(KeyOf(device), new(now.ToUnixTimeSeconds(), address));

    /// <summary>The device with what is known of it and not written yet.</summary>
    public Device Latest(Device device) => Find(KeyOf(device)) is { } seen && seen.At > device.Facts.LastAuthenticated
        ? device with { Facts = seen.On(device.Facts) } : device;

    protected override async ValueTask<bool> Write(Key key, Activity seen, CancellationToken stop)
    {
        if (await parts.Find(key.Pool, key.Sub, UserPartKind.Device, key.Device, stop) is not { } row)
            return true;
        var device = Device.Of(row);
        // Who forgot or remembered the device meanwhile was first: the next round sees what is left to do.
        return device.Facts.LastAuthenticated >= seen.At || (await changes.Save(new(new PutUserPart(device.With(seen.On(device.Facts)))), stop)).IsSaved;
    }

    private static Key KeyOf(Device device) => new(device.Part.Pool, device.Part.Sub, device.Key);

    /// <summary>Whose activity it is.</summary>
    public readonly record struct Key(long Pool, Guid Sub, string Device);

    /// <summary>What was seen last.</summary>
    public sealed record Activity(long At, string? Address)
    {
        public DeviceFacts On(DeviceFacts facts) => facts with { LastAuthenticated = At, Address = Address ?? facts.Address };
    }
}
