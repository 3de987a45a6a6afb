using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Cryptography;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Storage;

namespace Postern.Tests.Cryptography;

public sealed class MasterKeyRotationTests : IAsyncLifetime
{
    private static readonly byte[] OldBytes = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] NextBytes = RandomNumberGenerator.GetBytes(32);
    private static readonly MasterKey Old = new(OldBytes);
    private static readonly MasterKey Next = new(NextBytes);

    private readonly SqliteStore store = SqliteStore.Open(":memory:", TimeProvider.System);
    private readonly MasterKey both = Next.WithPrevious(Old);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Copy(Old).Check(store.Installation, Stop);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Until_a_rotation_begins_a_node_with_both_keys_seals_with_the_one_that_all_have()
    {
        await both.Check(store.Installation, Stop);
        Assert.Equal(Old.Id, both.SealingId);
        var value = both.Seal(SealedAs.ClientSecret("a"), "secret"u8);
        Assert.Equal("secret"u8.ToArray(), Old.Open(SealedAs.ClientSecret("a"), value));
        Assert.Equal("secret"u8.ToArray(), both.Open(SealedAs.ClientSecret("a"), Next.Seal(SealedAs.ClientSecret("a"), "secret"u8)));
        await Copy(Old).Check(store.Installation, Stop);

        var alone = await Assert.ThrowsAsync<MasterKeyException>(async () => await Copy(Next).Check(store.Installation, Stop));
        Assert.StartsWith($"This database is sealed under another master key ({Old.Id}) than the one given ({Next.Id}). Nothing was changed.", alone.Message, StringComparison.Ordinal);
        Assert.Contains($"Where {Next.Id} is to take over from {Old.Id}, give that one with --previous-master-key", alone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_node_takes_up_the_new_key_when_its_rotation_begins_and_the_old_one_alone_does_not_start_any_more()
    {
        await both.Check(store.Installation, Stop);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var following = both.Follow(store.Installation, NullLogger<MasterKey>.Instance, stop.Token);
        var rotation = Rotation(settle: TimeSpan.FromMinutes(10)).Run(static _ => { }, stop.Token);
        await Until(() => both.SealingId == Next.Id);

        // It has begun and not ended: those with both keys start, and seal with the new one.
        var another = Copy(Next).WithPrevious(Old);
        await another.Check(store.Installation, Stop);
        Assert.Equal(Next.Id, another.SealingId);
        var alone = await Assert.ThrowsAsync<MasterKeyException>(async () => await Copy(Old).Check(store.Installation, Stop));
        Assert.StartsWith($"The master key of this database is being changed from {Old.Id} to {Next.Id}, and the key given is {Old.Id}.", alone.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MasterKeyException>(async () => await Copy(Next).Check(store.Installation, Stop));

        // Interrupted, it goes on where it is run again; another change can't begin before.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotation);
        await following;
        var third = await Assert.ThrowsAsync<MasterKeyException>(() =>
            new MasterKeyRotation(New().WithPrevious(Old), store.Sealed, store.Installation, TimeSpan.Zero).Run(static _ => { }, Stop));
        Assert.Contains($"is being changed from {Old.Id} to {Next.Id}", third.Message, StringComparison.Ordinal);
        await Rotation().Run(static _ => { }, Stop);
        await Copy(Next).Check(store.Installation, Stop);
        var late = await Assert.ThrowsAsync<MasterKeyException>(async () => await Copy(Old).Check(store.Installation, Stop));
        Assert.Contains($"where {Next.Id} has taken over from {Old.Id}, it alone opens this database now", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_is_sealed_anew_with_progress_and_a_second_run_finds_nothing()
    {
        var users = await Fill(1000);
        var steps = new List<RotationProgress>();
        var done = await Rotation().Run(steps.Add, Stop);
        Assert.Equal(1000 + 2, done.Seen);
        Assert.Equal(1000 + 2, done.Resealed);
        Assert.Equal(0, done.Unopened);
        var passwords = steps.Where(static step => step.What == "passwords").ToList();
        Assert.Equal([400L, 800, 1001], passwords.Where(static step => step.Pass == 1).Select(static step => step.Done));
        Assert.All(passwords, static step => Assert.InRange(step.Estimated, 1000, 1001));
        Assert.Equal(2, steps.Max(static step => step.Pass));

        foreach (var user in users)
        {
            var stored = (await store.Users.Find(1, "", user.Sub, Stop))!;
            Assert.Equal(user.Sub.ToByteArray(), Next.Open(SealedAs.Verifier(1, user.Sub), stored.Verifier.Span));
        }
        var again = await Rotation().Run(static _ => { }, Stop);
        Assert.Equal((1002, 0), (again.Seen, again.Resealed));
    }

    [Fact]
    public async Task A_devices_verifier_is_sealed_anew_and_what_other_parts_keep_stays_as_it_is()
    {
        await Fill(1);
        var device = Sample.Part(1, Guid.NewGuid(), "us-east-1_key");
        device = device with { Secret = Old.Seal(SealedAs.DeviceVerifier(1, device.Sub, device.Name), "verifier"u8) };
        var passkey = device with { Kind = UserPartKind.Passkey, Secret = default };
        await Saved(new PutUserPart(device), new PutUserPart(passkey));
        var steps = new List<RotationProgress>();
        var done = await Rotation().Run(steps.Add, Stop);
        Assert.Equal((1 + 3, 0), (done.Resealed, done.Unopened));
        Assert.Contains(steps, static step => step is { What: "devices", Done: 2 });
        var stored = (await store.UserParts.Find(1, device.Sub, UserPartKind.Device, device.Name, Stop))!;
        Assert.Equal("verifier"u8.ToArray(), Next.Open(SealedAs.DeviceVerifier(1, device.Sub, device.Name), stored.Secret.Span));
        foreach (var other in new[] { SealedAs.Verifier(1, device.Sub), SealedAs.DeviceVerifier(1, device.Sub, "us-east-1_other"), SealedAs.DeviceVerifier(2, device.Sub, device.Name) })
            Assert.Throws<CryptographicException>(() => Next.Open(other, stored.Secret.Span));
    }

    [Fact]
    public async Task A_node_that_writes_meanwhile_wins_and_nothing_under_the_old_key_is_left()
    {
        var users = await Fill(200);
        // A row changes between the page that is read and its replacement, always under the old key, and rows appear behind the place that is reached.
        var racing = new Racing(store.Sealed, async values =>
        {
            foreach (var value in values.Where(static value => value.Place.Column is SealedColumn.UserVerifier).Take(3))
            {
                var user = (await store.Users.Find(value.Place.Pool, "", value.Place.Id, Stop))!;
                await Saved(new PutUser(user with { Verifier = Old.Seal(SealedAs.Verifier(1, user.Sub), "changed"u8) }, [], [], [], []));
            }
        });
        var done = await new MasterKeyRotation(both, racing, store.Installation, TimeSpan.Zero).Run(static _ => { }, Stop);
        Assert.Equal(202, done.Seen);
        var changed = 0;
        foreach (var user in users)
        {
            var verifier = Next.Open(SealedAs.Verifier(1, user.Sub), (await store.Users.Find(1, "", user.Sub, Stop))!.Verifier.Span);
            changed += verifier.AsSpan().SequenceEqual("changed"u8) ? 1 : 0;
        }
        Assert.Equal(3, changed);
    }

    [Fact]
    public async Task A_server_that_goes_on_sealing_under_the_old_key_is_told_and_the_old_key_stays_the_databases()
    {
        await Fill(1);
        var racing = new Racing(store.Sealed, async _ =>
        {
            var user = Sample.User(1, Guid.NewGuid().ToString());
            await Saved(new PutUser(user with { Verifier = Old.Seal(SealedAs.Verifier(1, user.Sub), "new"u8) }, [], [], [], []));
        }, isEndless: true);
        var refused = await Assert.ThrowsAsync<MasterKeyException>(() =>
            new MasterKeyRotation(both, racing, store.Installation, TimeSpan.Zero).Run(static _ => { }, Stop));
        Assert.StartsWith($"Values sealed under master key {Old.Id} keep coming: a server runs with that key alone.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Old.Id, MasterKey.IdOf(await store.Installation.Get(MasterKey.CheckName, Stop)));
    }

    [Fact]
    public async Task What_opens_under_neither_key_is_told_and_left()
    {
        await Fill(3);
        var stranger = Sample.User(1, "stranger");
        await Saved(new PutUser(stranger with { Verifier = New().Seal(SealedAs.Verifier(1, stranger.Sub), "lost"u8) }, [], [], [], []));
        var moved = Sample.User(1, "moved");
        await Saved(new PutUser(moved with { Verifier = Old.Seal(SealedAs.Verifier(1, stranger.Sub), "another's"u8) }, [], [], [], []));
        var done = await Rotation().Run(static _ => { }, Stop);
        Assert.Equal(2, done.Unopened);
        Assert.Equal(new[] { stranger.Sub, moved.Sub }.Order(), done.Places.Select(static place => place.Id).Order());
        await Copy(Next).Check(store.Installation, Stop);
    }

    [Fact]
    public async Task A_key_beside_itself_is_one_key()
    {
        Assert.Null(Copy(Old).WithPrevious(Copy(Old)).PreviousId);
        await using var unused = SqliteStore.Open(":memory:", TimeProvider.System);
        var refused = await Assert.ThrowsAsync<MasterKeyException>(() =>
            new MasterKeyRotation(both, unused.Sealed, unused.Installation, TimeSpan.Zero).Run(static _ => { }, Stop));
        Assert.StartsWith("This database has no master key yet", refused.Message, StringComparison.Ordinal);
    }

    private MasterKeyRotation Rotation(TimeSpan settle = default) => new(Copy(Next).WithPrevious(Old), store.Sealed, store.Installation, settle);

    private static MasterKey New() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>The same key as another process has it.</summary>
    private static MasterKey Copy(MasterKey key) => new(key == Old ? OldBytes : NextBytes);

    private async Task<List<User>> Fill(int count)
    {
        await Saved(new PutPool(Sample.Pool(1)));
        var users = new List<User>();
        for (var i = 0; i < count; i++)
        {
            var user = Sample.User(1, $"user{i}");
            users.Add(user with { Verifier = Old.Seal(SealedAs.Verifier(1, user.Sub), user.Sub.ToByteArray()) });
        }
        await Task.WhenAll(users.Select(user => Saved(new PutUser(user, [], [], [], []))));
        await Saved(new PutUser(Sample.User(1, "federated") with { Verifier = default, Salt = default }, [], [], [], []));
        await new InstallationSecret(Old, store.Installation).Load(Stop);
        using var ring = new KeyRing(store.Keys, Old, TimeProvider.System);
        await ring.Load(Stop);
        return users;
    }

    private async Task Saved(params Write[] writes) => Assert.Equal(default, await store.Changes.Save(new Change(writes), Stop));

    private static async Task Until(Func<bool> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not happen within 30 seconds.");
            await Task.Delay(20, Stop);
        }
    }

    /// <summary>Lets something happen before each replacement, or before the first alone.</summary>
    private sealed class Racing(ISealedValues values, Func<IReadOnlyList<ResealedValue>, Task> before, bool isEndless = false) : ISealedValues
    {
        private bool happened;

        public ValueTask<long> Estimate(SealedColumn column, CancellationToken stop) => values.Estimate(column, stop);

        public ValueTask<Page<SealedValue>> List(SealedColumn column, SealedPlace? after, int limit, CancellationToken stop) => values.List(column, after, limit, stop);

        public async ValueTask<int> Replace(IReadOnlyList<ResealedValue> changes, CancellationToken stop)
        {
            if (changes[0].Place.Column is SealedColumn.UserVerifier && (isEndless || !happened))
            {
                happened = true;
                await before(changes);
            }
            return await values.Replace(changes, stop);
        }
    }
}
