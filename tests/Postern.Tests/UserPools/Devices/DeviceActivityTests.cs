using Microsoft.Extensions.Logging.Abstractions;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Storage;
using Postern.UserPools.Devices;

namespace Postern.Tests.UserPools.Devices;

public sealed class DeviceActivityTests : IAsyncLifetime
{
    private readonly SqliteStore store = SqliteStore.Open(":memory:", TimeProvider.System);
    private readonly Guid sub = Guid.NewGuid();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Saved(new PutPool(Sample.Pool(1)));
        var facts = new DeviceFacts("phone", IsRemembered: true, "10", Sample.Now.ToUnixTimeSeconds(), "192.0.2.1");
        await Saved(new PutUserPart(new Device(Sample.Part(1, sub), facts).With(facts)));
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task What_a_sign_in_showed_is_known_at_once_and_written_behind()
    {
        var activity = New();
        var device = await Read();
        activity.Note(device, Sample.Now.AddMinutes(5), "192.0.2.2");
        activity.Note(device, Sample.Now.AddMinutes(6), null);
        Assert.Equal(Sample.Now.AddMinutes(6).ToUnixTimeSeconds(), activity.Latest(device).Facts.LastAuthenticated);
        Assert.Equal(device, await Read() with { Part = device.Part });
        await activity.Flush(Stop);
        var written = await Read();
        Assert.Equal((Sample.Now.AddMinutes(6).ToUnixTimeSeconds(), "192.0.2.1"), (written.Facts.LastAuthenticated, written.Facts.Address));
        Assert.Equal(device.Part.Modified, written.Part.Modified);
        Assert.Equal(2, written.Part.Version);
        await activity.Flush(Stop);
        Assert.Equal(2, (await Read()).Part.Version);
    }

    [Fact]
    public async Task An_earlier_note_does_not_undo_a_later_one_of_another_node()
    {
        var (one, other) = (New(), New());
        var device = await Read();
        one.Note(device, Sample.Now.AddMinutes(1), "192.0.2.3");
        other.Note(device, Sample.Now.AddMinutes(2), "192.0.2.4");
        await other.Flush(Stop);
        await one.Flush(Stop);
        var written = await Read();
        Assert.Equal((Sample.Now.AddMinutes(2).ToUnixTimeSeconds(), "192.0.2.4"), (written.Facts.LastAuthenticated, written.Facts.Address));
    }

    [Fact]
    public async Task What_was_remembered_or_forgotten_meanwhile_stays_so()
    {
        var activity = New();
        var device = await Read();
        activity.Note(device, Sample.Now.AddMinutes(1), null);
        await Saved(new PutUserPart(device.With(device.Facts with { IsRemembered = false })));
        await activity.Flush(Stop);
        Assert.False((await Read()).Facts.IsRemembered);

        activity.Note(device, Sample.Now.AddMinutes(2), null);
        await Saved(new DropUserPart(1, sub, UserPartKind.Device, device.Key));
        await activity.Flush(Stop);
        Assert.Null(await store.UserParts.Find(1, sub, UserPartKind.Device, device.Key, Stop));
    }

    [Fact]
    public async Task A_reset_leaves_nothing_to_be_written()
    {
        var activity = New();
        var device = await Read();
        activity.Note(device, Sample.Now.AddMinutes(1), null);
        activity.Clear();
        await activity.Flush(Stop);
        Assert.Equal(1, (await Read()).Part.Version);
    }

    private DeviceActivity New() => new(store.UserParts, store.Changes, NullLogger.Instance);

    private async Task<Device> Read() => Device.Of((await store.UserParts.Find(1, sub, UserPartKind.Device, "phone", Stop))!);

    private async Task Saved(params Write[] writes) => Assert.Equal(default, await store.Changes.Save(new Change(writes), Stop));
}
