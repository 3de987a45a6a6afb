using Postern.Storage;
using Postern.Storage.Postgres;

namespace Postern.Tests.Storage.Postgres;

public sealed class PostgresSchemaTests(Cluster cluster) : Databases(cluster)
{
    protected override bool IsMigrated => false;

    [Fact]
    public async Task Nodes_that_start_together_make_the_schema_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(Open)));
        await Saved(stores[0], new PutPool(Sample.Pool(1)));
        Assert.NotNull(await stores[5].Pools.Find(1, Stop));
        Assert.Equal(Schema.Migrations.Length, await Ask<long>("SELECT count(*) FROM migrations"));
        Assert.Equal(0, await Ask<long>("SELECT count(*) FROM leases"));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_with_both_versions()
    {
        await Open();
        await Ask<object>("INSERT INTO migrations (version, applied) VALUES (987, 0)");
        var refusal = await Assert.ThrowsAsync<StorageException>(Open);
        Assert.Equal(
            $"{PostgresStore.Describe(ConnectionString)} has schema version 987, and this program knows versions up to {Schema.Migrations.Length}: "
            + "run the newer program that wrote it, or one after it.",
            refusal.Message);
    }

    [Fact]
    public async Task A_migration_that_was_cut_short_is_begun_again()
    {
        await Open();
        await Ask<object>("DELETE FROM migrations; DROP TABLE messages; DROP INDEX codes_by_end");
        await Saved(await Open(), new QueueMessage(Sample.Message(1)));
        Assert.Equal(1, await Ask<long>("SELECT count(*) FROM pg_indexes WHERE indexname = 'codes_by_end'"));
    }

    [Fact]
    public void Each_version_tells_what_it_brought() => Assert.Equal(Schema.Migrations.Length, Schema.Steps.Length);
}

public sealed class PostgresNodesTests(Cluster cluster) : Databases(cluster)
{
    [Fact]
    public async Task A_lease_has_one_holder_until_it_is_over()
    {
        var one = (await Open()).Installation;
        var other = (await Open()).Installation;
        Guid first = Guid.NewGuid(), second = Guid.NewGuid();
        var minute = TimeSpan.FromMinutes(1);
        Assert.True(await one.TryLease("purge", first, Sample.Now, minute, Stop));
        Assert.False(await other.TryLease("purge", second, Sample.Now.AddSeconds(59), minute, Stop));
        Assert.True(await other.TryLease("other", second, Sample.Now, minute, Stop));
        Assert.True(await one.TryLease("purge", first, Sample.Now.AddSeconds(59), minute, Stop));
        Assert.False(await other.TryLease("purge", second, Sample.Now.AddSeconds(118), minute, Stop));
        Assert.True(await other.TryLease("purge", second, Sample.Now.AddSeconds(119), minute, Stop));
        Assert.False(await one.TryLease("purge", first, Sample.Now.AddSeconds(120), minute, Stop));
    }

    [Fact]
    public async Task A_node_hears_within_a_second_what_another_changed()
    {
        var one = await Open();
        var other = await Open();
        await using var feed = other.Feed.Follow(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await feed.MoveNextAsync());
        Assert.Null(feed.Current);

        var client = Sample.Client(7);
        await Hears(7, () => Saved(one, new PutPool(Sample.Pool(7))));
        await Hears(7, () => Saved(one, new PutResource(client)));
        await Hears(7, () => Saved(one, new DeleteResource(client with { Version = 1 })));
        await Hears(8, async () => await one.Keys.DrawSigningKeys(8, [Sample.Key("a"), Sample.Key("b")], Stop));
        await Hears(8, async () => await one.Keys.RotateSigningKeys(8, ["a", "b"], [], Sample.Now, Stop));
        await Hears(7, () => Saved(one, new DeletePool(Sample.Pool(7) with { Version = 1 })));
        await Hears(null, async () => await one.Installation.Reset(Stop));

        async Task Hears(long? pool, Func<Task> change)
        {
            var next = feed.MoveNextAsync().AsTask();
            await change();
            var since = TimeProvider.System.GetTimestamp();
            Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20), Stop));
            Assert.Equal(pool, feed.Current);
            Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task What_was_not_notified_is_found_by_looking()
    {
        var store = await Open();
        await using var feed = store.Feed.Follow(Stop).GetAsyncEnumerator(Stop);
        await feed.MoveNextAsync();
        var now = DateTimeOffset.UtcNow.AddSeconds(-5).ToUnixTimeMilliseconds();
        await Ask<object>($"INSERT INTO settings_changes (pool, id, at) VALUES (9, '\\x000102030405060708090a0b0c0d0e0f', {now})");
        Assert.True(await feed.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Equal(9, feed.Current);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public void An_engine_without_notices_is_sent_none(bool notifies, int statements)
    {
        var steps = new Steps();
        SettingsChanges.Tell(steps, new(new PutPool(Sample.Pool(7))), notifies);
        Assert.Equal(statements, steps.Statements.Count);
        Assert.Equal(notifies, steps.Statements.Any(static statement => statement.CommandText.Contains("pg_notify", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PostgreSQL_has_notices()
    {
        await using var hosts = new Hosts(ConnectionString);
        Assert.True(await SettingsChanges.CanNotify(hosts));
    }

    [Fact]
    public async Task Changes_of_users_are_no_settings()
    {
        var store = await Open();
        await Saved(store, new PutUser(Sample.User(3), ["jane"], [], [], []), new PutGroup(Sample.Group(3, "staff")));
        Assert.Equal(0, await Ask<long>("SELECT count(*) FROM settings_changes"));
    }

    [Fact]
    public async Task Counts_of_two_nodes_come_together()
    {
        var one = await Open();
        var other = await Open();
        await Saved(one, new PutPool(Sample.Pool(1)));
        await Saved(one, new PutUser(Sample.User(1, "a"), ["a"], [], [], []));
        await Saved(other, new PutUser(Sample.User(1, "b"), ["b"], [], [], []));
        await one.DisposeAsync();
        await other.DisposeAsync();
        Assert.Equal(2, await Ask<long>("SELECT users FROM user_counts WHERE pool = 1"));
        Assert.Equal(2, await (await Open()).Pools.EstimatedNumberOfUsers(1, Stop));
    }

    [Fact]
    public async Task Nodes_that_draw_keys_at_once_get_the_same_and_take_no_stock_in_vain()
    {
        var stores = new[] { await Open(), await Open() };
        for (var i = 0; i < 6; i++)
            await stores[0].Keys.AddToStock(Sample.Key($"stock{i}"), Stop);
        var draws = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => stores[i % 2].Keys.DrawSigningKeys(1, [], Stop).AsTask())));
        Assert.Single(draws.Select(keys => string.Join(' ', keys!.Select(k => k.Key.Kid))).Distinct());
        Assert.Equal(4, await stores[0].Keys.CountStock(Stop));
    }
}
