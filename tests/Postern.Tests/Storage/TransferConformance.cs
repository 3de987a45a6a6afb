using Postern.Operations;
using Postern.Storage;

namespace Postern.Tests.Storage;

/// <summary>What every engine does for backup, restore and migration.</summary>
public abstract class TransferConformance : IAsyncLifetime
{
    private static readonly Action<int> Silent = static _ => { };
    private readonly string folder = Directory.CreateTempSubdirectory("postern-test-").FullName;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected IDatabase Database { get; private set; } = null!;

    /// <summary>A database that no other test uses, without any tables yet.</summary>
    protected abstract ValueTask<IDatabase> Fresh();

    /// <summary>The store of the same database, as a server opens it.</summary>
    protected abstract ValueTask<IStore> OpenStore();

    /// <summary>The tables as they are declared in the database, but for those in which the engine keeps account of itself.</summary>
    protected abstract ValueTask<IReadOnlyList<Table>> DeclaredTables();

    /// <summary>Makes the database one of a later program.</summary>
    protected abstract ValueTask SetVersion(int version);

    public async ValueTask InitializeAsync() => Database = await Fresh();

    public virtual async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_list_of_tables_is_the_schema_as_it_is_declared()
    {
        await Database.Migrate(Database.Steps.Count, Silent, Stop);
        var declared = await DeclaredTables();
        Assert.Equal(Tables.All.Select(static table => table.Name).Order(StringComparer.Ordinal), declared.Select(static table => table.Name).Order(StringComparer.Ordinal));
        foreach (var table in Tables.All)
        {
            var real = declared.Single(other => other.Name == table.Name);
            Assert.Equal(table.Columns.OrderBy(static column => column.Name, StringComparer.Ordinal), real.Columns.OrderBy(static column => column.Name, StringComparer.Ordinal));
            // A message's id is random and its own; that a distributed engine keeps it by its pool first changes no order.
            Assert.Equal(
                table.Columns.Take(table.Key).Select(static column => column.Name).Order(StringComparer.Ordinal),
                real.Columns.Take(real.Key).Select(static column => column.Name).Where(column => table.Name != "messages" || column != "pool").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Every_table_gives_back_the_rows_that_it_was_given_in_the_order_of_its_key()
    {
        await Fill(30);
        Assert.Equal(Database.Steps.Count, await Database.ReadVersion(Stop));
        await using var snapshot = await Database.OpenSnapshot(Stop);
        Assert.Equal(Database.Steps.Count, snapshot.Version);
        foreach (var table in Tables.All)
        {
            var expected = SampleRows.Of(table, 30, seed: 1);
            var (count, rows) = await SampleRows.All(snapshot, table);
            Assert.Equal(expected.Count, count);
            Assert.Equal(SampleRows.Encode(table, expected).Rows.ToArray(), rows);
        }
        var users = Tables.All.Single(static table => table.Name is "users");
        Assert.InRange((await snapshot.Estimate(users, isThorough: true, Stop)).Rows, 0, 60);
        Assert.InRange((await snapshot.Estimate(users, isThorough: false, Stop)).Rows, 0, 60);
        Assert.NotEqual(0, await Database.Size(Stop));
    }

    [Fact]
    public async Task Many_rows_come_in_several_batches()
    {
        var terms = Tables.All.Single(static table => table.Name is "terms");
        var rows = SampleRows.Of(terms, 4000, seed: 2);
        await using (var load = await Database.BeginLoad(Database.Steps.Count, Stop))
        {
            foreach (var part in rows.Chunk(1500))
                await load.Insert(terms, SampleRows.Encode(terms, part), Stop);
            await load.Commit(Stop);
        }
        await using var snapshot = await Database.OpenSnapshot(Stop);
        var sizes = new List<int>();
        await foreach (var batch in snapshot.Rows(terms, Stop))
            sizes.Add(batch.Count);
        Assert.InRange(sizes.Count, 2, 100);
        Assert.Equal(rows.Count, sizes.Sum());
    }

    [Fact]
    public async Task A_snapshot_is_of_one_moment_while_others_write()
    {
        await using var store = await OpenStore();
        Assert.True((await store.Changes.Save(new(new PutPool(Sample.Pool(1)), new ClaimName(DirectoryKind.Client, "early", 1)), Stop)).IsSaved);
        var directory = Tables.All.Single(static table => table.Name is "directory");
        await using var snapshot = await Database.OpenSnapshot(Stop);
        Assert.True((await store.Changes.Save(new(new ClaimName(DirectoryKind.Client, "late", 1)), Stop)).IsSaved);
        Assert.Equal(1, (await SampleRows.All(snapshot, directory)).Count);
        await using var later = await Database.OpenSnapshot(Stop);
        Assert.Equal(2, (await SampleRows.All(later, directory)).Count);
    }

    [Fact]
    public async Task A_load_that_is_given_up_leaves_nothing()
    {
        var table = Tables.All[0];
        await using (var load = await Database.BeginLoad(Database.Steps.Count, Stop))
            await load.Insert(table, SampleRows.Encode(table, SampleRows.Of(table, 5, seed: 3)), Stop);
        await Fill(3);
        await using var snapshot = await Database.OpenSnapshot(Stop);
        Assert.Equal(3, (await SampleRows.All(snapshot, table)).Count);
    }

    [Fact]
    public async Task A_database_that_has_rows_is_not_filled()
    {
        await using (var store = await OpenStore())
            await store.Installation.Set("something", new byte[] { 1 }, Stop);
        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await Database.BeginLoad(Database.Steps.Count, Stop));
        Assert.Contains("is not empty", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Database.Place, refusal.Message, StringComparison.Ordinal);
        await using var snapshot = await Database.OpenSnapshot(Stop);
        Assert.Equal(1, (await SampleRows.All(snapshot, Tables.All[^1])).Count);
    }

    [Fact]
    public async Task A_database_that_was_only_migrated_is_filled()
    {
        await Database.Migrate(Database.Steps.Count, Silent, Stop);
        await Fill(3);
        await using var store = await OpenStore();
        Assert.Equal(3, (await store.Keys.Ring(Stop)).Count);
    }

    [Fact]
    public async Task A_migration_tells_each_step_once()
    {
        Assert.Equal(0, await Database.ReadVersion(Stop));
        var told = new List<int>();
        await Database.Migrate(1, told.Add, Stop);
        await Database.Migrate(Database.Steps.Count, told.Add, Stop);
        await Database.Migrate(Database.Steps.Count, told.Add, Stop);
        Assert.Equal(Enumerable.Range(1, Database.Steps.Count), told);
        Assert.Equal(Database.Steps.Count, await Database.ReadVersion(Stop));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_by_all_that_use_it_with_both_versions()
    {
        await Database.Migrate(Database.Steps.Count, Silent, Stop);
        await SetVersion(987);
        Func<Task>[] users =
        [
            async () => await Database.Migrate(Database.Steps.Count, Silent, Stop),
            async () => await Backup.Run(Database, Path.Combine(folder, "backup"), "1", TimeProvider.System, static _ => { }, Stop),
            async () => await (await OpenStore()).DisposeAsync(),
        ];
        foreach (var use in users)
        {
            var refusal = await Assert.ThrowsAsync<StorageException>(use);
            Assert.Contains("has schema version 987, and this program knows versions up to " + Database.Steps.Count, refusal.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_backup_restores_into_an_empty_database_with_the_same_checksums()
    {
        await Fill(40);
        var file = Path.Combine(folder, "backup");
        var written = await Backup.Run(Database, file, "1.2.3", TimeProvider.System, static _ => { }, Stop);
        Assert.Equal(Tables.All.Count, written.Tables.Count);
        Assert.Equal(40, written.Tables.Single(static table => table.Table is "users").Rows);

        var shares = new List<double>();
        await using var other = await Fresh();
        var restored = await Restore.Run(other, file, progress => shares.Add(progress.Share), Stop);
        Assert.Equal(written.Tables, restored.Tables);
        Assert.Equal(written.Header.MasterKeyId, restored.Header.MasterKeyId);
        Assert.Equal(shares.Order(), shares);
        var again = await Backup.Run(other, Path.Combine(folder, "again"), "1.2.3", TimeProvider.System, static _ => { }, Stop);
        Assert.Equal(written.Tables, again.Tables);
    }

    [Fact]
    public async Task A_backup_or_restore_that_is_stopped_leaves_nothing_behind()
    {
        await Fill(20);
        var file = Path.Combine(folder, "backup");
        using (var stop = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backup.Run(Database, file, "1", TimeProvider.System, _ => StopNow(stop), stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(folder));

        await Backup.Run(Database, file, "1", TimeProvider.System, static _ => { }, Stop);
        await using var other = await Fresh();
        using (var stop = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Restore.Run(
                other, file,
                progress =>
                {
                    if (progress.Doing.StartsWith("comparing", StringComparison.Ordinal))
                        StopNow(stop);
                },
                stop.Token));
        }
        await Restore.Run(other, file, static _ => { }, Stop);

        static void StopNow(CancellationTokenSource stop)
        {
            stop.Cancel();
            stop.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task An_older_schema_is_not_backed_up_before_it_is_migrated()
    {
        await Database.Migrate(1, Silent, Stop);
        var refusal = await Assert.ThrowsAsync<StorageException>(
            () => Backup.Run(Database, Path.Combine(folder, "backup"), "1", TimeProvider.System, static _ => { }, Stop));
        Assert.Contains($"has schema version 1, and this program reads version {Database.Steps.Count}: run `postern db migrate` first", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_of_an_older_schema_is_loaded_into_it_and_then_migrated()
    {
        // Version 1 had no end for signing keys.
        var keys = Tables.All.Single(static table => table.Name is "signing_keys");
        var old = keys with { Columns = [.. keys.Columns.Where(static column => column.Name is not "expires")] };
        var file = Path.Combine(folder, "backup");
        using (var writer = new BackupWriter(file, new(1, Sample.Now, "1.0.0", "an engine", "")))
        {
            writer.BeginTable(old);
            writer.Write(SampleRows.Encode(old, SampleRows.Of(old, 10, seed: 4)));
            writer.EndTable();
            writer.Complete();
        }
        await Restore.Run(Database, file, static _ => { }, Stop);
        Assert.Equal(Database.Steps.Count, await Database.ReadVersion(Stop));
        await using var snapshot = await Database.OpenSnapshot(Stop);
        var expected = SampleRows.Of(old, 10, seed: 4).Select(row => keys.Columns.Select((column, i) => i < row.Length ? row[i] : null).ToArray());
        Assert.Equal(SampleRows.Encode(keys, expected).Rows.ToArray(), (await SampleRows.All(snapshot, keys)).Rows);
    }

    /// <summary>Fills the database with so many rows a table.</summary>
    private async Task Fill(int rows)
    {
        await using var load = await Database.BeginLoad(Database.Steps.Count, Stop);
        foreach (var table in Tables.All)
            await load.Insert(table, SampleRows.Encode(table, SampleRows.Of(table, rows, seed: 1)), Stop);
        foreach (var table in Tables.All)
            Assert.Equal(rows, (await SampleRows.All(load, table)).Count);
        await load.Commit(Stop);
    }
}
