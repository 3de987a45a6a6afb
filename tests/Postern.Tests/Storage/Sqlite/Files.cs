using Microsoft.Data.Sqlite;
using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

/// <summary>A folder for a test's files, gone with the test.</summary>
public abstract class Files : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-test-").FullName;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected string DataFile => Path.Combine(folder, "data", "postern.db");

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected SqliteStore Open(string settings = "") => SqliteStore.Open(DataFile, TimeProvider.System, settings);

    protected static async Task Saved(IStore store, params Write[] writes) =>
        Assert.Equal(default, await store.Changes.Save(new Change(writes), Stop));
}

public sealed class SqliteFile : Files
{
    [Fact]
    public async Task A_file_keeps_its_rows_when_it_is_opened_again()
    {
        var user = Sample.User(1, "jane", ("email", "jane@example.com"));
        await using (var store = Open())
            await Saved(store, new PutPool(Sample.Pool(1)), new PutUser(user, ["jane"], [], [], []));
        await using var again = Open();
        Same.Users(user with { Version = 1 }, await again.Users.Find(1, "jane", null, Stop));
    }

    [Fact]
    public async Task A_new_file_is_its_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using var store = Open();
        await store.Installation.SaveSnapshot("one", Stop);
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        foreach (var path in new[] { DataFile, DataFile + "-wal", Path.GetDirectoryName(DataFile)!, DataFile + ".snapshots" })
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others);
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_with_both_versions()
    {
        await Open().DisposeAsync();
        using (var other = new SqliteConnection($"Data Source={DataFile};Pooling=False"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "PRAGMA user_version = 987";
            command.ExecuteNonQuery();
        }
        var refusal = Assert.Throws<StorageException>(() => Open());
        Assert.Equal(
            $"{DataFile} has schema version 987, and this program knows versions up to {Schema.Migrations.Length}: "
            + "run the newer program that wrote it, or one after it.",
            refusal.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DataFile)!);
        File.WriteAllText(DataFile, new string('x', 10_000));
        var refusal = Assert.Throws<StorageException>(() => Open());
        Assert.Contains("is none", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(10_000, new FileInfo(DataFile).Length);
    }

    [Fact]
    public void A_file_that_can_not_be_made_is_told_by_its_path()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetDirectoryName(DataFile)!)!);
        File.WriteAllText(Path.GetDirectoryName(DataFile)!, "a file in the folder's place");
        Assert.StartsWith($"{DataFile}: the database file can't be made.", Assert.Throws<StorageException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_file_records_when_its_schema_was_made()
    {
        await Open().DisposeAsync();
        using var connection = Connection.Open(DataFile, "");
        using var rows = connection.Use("SELECT version, applied FROM migrations ORDER BY version");
        for (var version = 1; version <= Schema.Migrations.Length; version++)
        {
            Assert.True(rows.Step());
            Assert.Equal(version, rows.Int(0));
            Assert.Equal(DateTimeOffset.UtcNow, rows.Time(1), TimeSpan.FromMinutes(5));
        }
        Assert.Equal(Schema.Migrations.Length, connection.ReadVersion());
    }

    [Fact]
    public async Task What_another_process_writes_is_told_within_a_second_and_what_this_one_writes_is_not()
    {
        await using var mine = Open();
        await using var others = Open();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        stopping.CancelAfter(TimeSpan.FromSeconds(30));
        var told = 0;
        var written = TimeSpan.MaxValue;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using var feed = mine.Feed.Follow(stopping.Token).GetAsyncEnumerator(stopping.Token);
        var next = feed.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            if (watch.Elapsed < TimeSpan.FromSeconds(2))
            {
                // Its own: never told.
                await Saved(mine, new ClaimName(DirectoryKind.Client, $"mine{told++}", 1));
                await Task.Delay(50, Stop);
                Assert.False(next.IsCompleted);
                continue;
            }
            if (written == TimeSpan.MaxValue)
            {
                await Saved(others, new ClaimName(DirectoryKind.Client, "other", 1));
                written = watch.Elapsed;
            }
            await Task.WhenAny(next, Task.Delay(20, Stop));
        }
        Assert.True(await next);
        Assert.Null(feed.Current);
        Assert.InRange(watch.Elapsed - written, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(1, await mine.Resources.FindPool(DirectoryKind.Client, "other", Stop));
        await stopping.CancelAsync();
        Assert.False(await feed.MoveNextAsync());
    }

    [Fact]
    public async Task A_store_in_memory_leaves_nothing_behind()
    {
        var store = SqliteStore.Open(":memory:", TimeProvider.System);
        await store.Installation.SaveSnapshot("one", Stop);
        Assert.True(File.Exists(store.File));
        await store.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(store.File)));
    }

    [Fact]
    public async Task A_closed_store_has_finished_what_it_took_and_takes_no_more()
    {
        var store = Open();
        var taken = Enumerable.Range(0, 200).Select(i => store.Changes.Save(new(new ClaimName(DirectoryKind.Client, $"c{i}", 1)), Stop).AsTask()).ToArray();
        await store.DisposeAsync();
        await store.DisposeAsync();
        Assert.All(await Task.WhenAll(taken), result => Assert.True(result.IsSaved));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Changes.Save(new(), Stop));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Pools.Find(1, Stop));

        await using var again = Open();
        Assert.Equal(1, await again.Resources.FindPool(DirectoryKind.Client, "c199", Stop));
    }

    [Fact]
    public async Task A_snapshot_stands_beside_the_file_and_outlives_the_program()
    {
        await using (var store = Open())
        {
            await Saved(store, new ClaimName(DirectoryKind.Client, "app", 1));
            await store.Installation.SaveSnapshot("nightly.1", Stop);
            await Saved(store, new ReleaseName(DirectoryKind.Client, "app", 1));
        }
        Assert.True(File.Exists(DataFile + ".snapshots/nightly.1.db"));
        await using var again = Open();
        Assert.True(await again.Installation.RestoreSnapshot("nightly.1", Stop));
        Assert.Equal(1, await again.Resources.FindPool(DirectoryKind.Client, "app", Stop));
    }

    [Fact]
    public async Task A_full_disk_refuses_what_grows_and_reads_go_on()
    {
        await using var store = Open("PRAGMA max_page_count = 150");
        var saved = new List<User>();
        StorageException? refusal = null;
        while (refusal is null)
        {
            var user = Sample.User(1, $"user{saved.Count}");
            try
            {
                await Saved(store, new PutUser(user, [user.Username], [], [], []));
                saved.Add(user with { Version = 1 });
            }
            catch (StorageException full)
            {
                refusal = full;
            }
        }
        Assert.StartsWith("The change was not saved. The disk is full", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(saved);
        Assert.Null(await store.Users.Find(1, $"user{saved.Count}", null, Stop));
        foreach (var user in saved)
            Same.Users(user, await store.Users.Find(1, user.Username, null, Stop));

        // What is given back can be used again.
        foreach (var user in saved[..20])
            await Saved(store, new DeleteUser(user, [user.Username], []));
        await Saved(store, new PutUser(Sample.User(1, "late"), ["late"], [], [], []));
        Assert.NotNull(await store.Users.Find(1, "late", null, Stop));
    }
}
