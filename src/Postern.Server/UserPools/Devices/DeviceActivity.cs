using Postern.Storage;

namespace Postern.UserPools.Devices;

/// <summary>When devices were shown by a sign-in last, and from where, written behind. What is not written yet is known to the node that saw it.</summary>
public sealed class DeviceActivity
{
    private readonly IUserPartStore parts;
    private readonly IChanges changes;
    private readonly WrittenBehind<Key, Activity> pending;

    public DeviceActivity(IUserPartStore parts, IChanges changes, ILogger logger)
    {
        this.parts = parts;
        this.changes = changes;
        pending = new(Write, logger.ActivityNotWritten);
    }

    /// <summary>A sign-in showed the device now.</summary>
    public void Note(Device device, DateTimeOffset now, string? address) => pending.Note(KeyOf(device), new(now.ToUnixTimeSeconds(), address));

    /// <summary>The device with what is known of it and not written yet.</summary>
    public Device Latest(Device device) => pending.Find(KeyOf(device)) is { } seen && seen.At > device.Facts.LastAuthenticated
        ? device with { Facts = seen.On(device.Facts) } : device;

    /// <summary>Forgets what is not written yet: the state was reset or restored.</summary>
    public void Clear() => pending.Clear();

    /// <summary>Writes what was noted, until stopped.</summary>
    public Task Run(CancellationToken stop) => pending.Run(stop);

    /// <summary>Writes what was noted until now.</summary>
    public Task Flush(CancellationToken stop) => pending.Flush(stop);

    private static Key KeyOf(Device device) => new(device.Part.Pool, device.Part.Sub, device.Key);

    private async ValueTask<bool> Write(Key key, Activity seen, CancellationToken stop)
    {
        if (await parts.Find(key.Pool, key.Sub, UserPartKind.Device, key.Device, stop) is not { } row)
            return true;
        var device = Device.Of(row);
        // Who forgot or remembered the device meanwhile was first: the next round sees what is left to do.
        return device.Facts.LastAuthenticated >= seen.At || (await changes.Save(new(new PutUserPart(device.With(seen.On(device.Facts)))), stop)).IsSaved;
    }

    private readonly record struct Key(long Pool, Guid Sub, string Device);

    private sealed record Activity(long At, string? Address)
    {
        public DeviceFacts On(DeviceFacts facts) => facts with { LastAuthenticated = At, Address = Address ?? facts.Address };
    }
}
