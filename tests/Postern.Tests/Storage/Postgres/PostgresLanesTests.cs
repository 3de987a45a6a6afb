using Postern.Storage;

namespace Postern.Tests.Storage.Postgres;

public sealed class PostgresLanesTests(Cluster cluster) : Databases(cluster)
{
    [Fact]
    public async Task Changes_that_conflict_under_serializable_isolation_are_all_applied()
    {
        await Ask<object>($"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable', current_database()); END $$");
        var store = await Open();
        var counts = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() =>
            store.Attempts.Add(1, new(1, default), Sample.Now, TimeSpan.FromHours(1), false, Stop).AsTask())));
        // One whose answer was lost with a neighbour's refusal is told the count as it is by then: never a lower one.
        Assert.All(counts.Select(count => count.Count).Order().Select((count, i) => (count, i)), told => Assert.InRange(told.count, told.i + 1, 32));
        Assert.Equal(32, (await store.Attempts.Find(1, new(1, default), Stop)).Count);
        var user = Sample.User(1);
        await Saved(store, new PutUser(user, ["jane"], [], [], []));
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() =>
            store.Changes.Save(new(new PutUser(user with { Version = 1, SignOuts = i }, [], [], [], [])), Stop).AsTask())));
        Assert.Single(results, result => result.IsSaved);
        Assert.Equal(31, results.Count(result => result.Outcome is SaveOutcome.VersionLost));
    }

    [Fact]
    public async Task Changes_that_wait_for_each_other_are_both_applied()
    {
        var store = await Open();
        await Saved(store, new PutPool(Sample.Pool(1)), new PutPool(Sample.Pool(2)));
        var versions = new long[3];
        // Each of two writers changes both rows, in opposite orders, again and again: some of them deadlock.
        await Task.WhenAll(new[] { (1L, 2L), (2L, 1L) }.Select(pair => Task.Run(async () =>
        {
            for (var done = 0; done < 20;)
            {
                var (one, other) = ((await store.Pools.Find(pair.Item1, Stop))!, (await store.Pools.Find(pair.Item2, Stop))!);
                var result = await store.Changes.Save(new(new PutPool(one), new PutPool(other)), Stop);
                if (result.IsSaved)
                    done++;
                else
                    Assert.Equal(SaveOutcome.VersionLost, result.Outcome);
            }
        })));
        Assert.Equal(41, (await store.Pools.Find(1, Stop))!.Version);
        Assert.Equal(41, (await store.Pools.Find(2, Stop))!.Version);
    }

    [Fact]
    public async Task Sixty_four_writers_lose_nothing()
    {
        var store = await Open();
        await Saved(store, new PutPool(Sample.Pool(1)));
        await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await Saved(store, new PutUser(Sample.User(1, $"user{writer}-{i}"), [$"user{writer}-{i}"], [], [new("name", "x")], []));
        })));
        Assert.Equal(640, await store.Pools.EstimatedNumberOfUsers(1, Stop));
        Assert.Equal(640, await Ask<long>("SELECT count(*) FROM users"));
        Assert.Equal(640, await Ask<long>("SELECT count(*) FROM terms"));
    }

    [Fact]
    public async Task A_statement_that_the_database_refuses_fails_alone()
    {
        var store = await Open();
        await Ask<object>("ALTER TABLE codes ADD CONSTRAINT no_sms CHECK (attribute <> 'phone_number')");
        var sub = Guid.NewGuid();
        var results = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => Task.Run(async () =>
        {
            var code = Sample.Code(1, Guid.NewGuid()) with { AttributeName = i % 4 == 0 ? "phone_number" : "email" };
            try
            {
                return (await store.Changes.Save(new(new PutCode(code), new UseSession(1, code.Sub, Sample.Now)), Stop)).IsSaved;
            }
            catch (StorageException refused)
            {
                Assert.StartsWith("The change was not saved. The database refused a statement (23514", refused.Message, StringComparison.Ordinal);
                return false;
            }
        })));
        Assert.Equal(Enumerable.Range(0, 48).Select(i => i % 4 != 0), results);
        Assert.Equal(36, await Ask<long>("SELECT count(*) FROM used_sessions"));
        Assert.Equal(36, await Ask<long>("SELECT count(*) FROM codes"));
    }

    [Fact]
    public async Task A_read_that_fails_leaves_its_neighbours_alone()
    {
        var store = await Open();
        await Saved(store, new PutUser(Sample.User(1), ["jane"], [], [], []));
        await Ask<object>("ALTER TABLE codes RENAME COLUMN hash TO gone");
        await Task.WhenAll(Enumerable.Range(0, 48).Select(i => Task.Run(async () =>
        {
            if (i % 3 == 0)
                await Assert.ThrowsAsync<StorageException>(async () => await store.Codes.Find(1, default, CodePurpose.SignUp, Stop));
            else
                Assert.NotNull(await store.Users.Find(1, "jane", null, Stop));
        })));
    }

    [Fact]
    public async Task A_closed_store_has_finished_what_it_took_and_takes_no_more()
    {
        var store = await Open();
        var taken = Enumerable.Range(0, 200).Select(i => store.Changes.Save(new(new ClaimName(DirectoryKind.Client, $"c{i}", 1)), Stop).AsTask()).ToArray();
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.All(await Task.WhenAll(taken), result => Assert.True(result.IsSaved));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Saved(store, new ClaimName(DirectoryKind.Client, "late", 1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Pools.Find(1, Stop));
        Assert.Equal(1, await (await Open()).Resources.FindPool(DirectoryKind.Client, "c199", Stop));
    }

    [Fact]
    public async Task Connections_that_are_cut_are_opened_again()
    {
        var store = await Open();
        await Saved(store, new PutUser(Sample.User(1), ["jane"], [], [], []));
        Assert.NotNull(await store.Users.Find(1, "jane", null, Stop));
        await Ask<object>("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        // A read that is lost with its connection is asked again; a write is not, as nobody knows what became of it.
        for (var i = 0; i < 16; i++)
            Assert.NotNull(await store.Users.Find(1, "jane", null, Stop));
        for (var i = 0; ; i++)
        {
            try
            {
                await Saved(store, new ClaimName(DirectoryKind.Client, "app", 1));
                break;
            }
            catch (StorageException) when (i < 16)
            {
            }
        }
        Assert.Equal(1, await store.Resources.FindPool(DirectoryKind.Client, "app", Stop));
    }
}
