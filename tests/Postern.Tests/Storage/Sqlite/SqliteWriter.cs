using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

/// <summary>The writer by itself, over tables of the test's own.</summary>
public sealed class SqliteWriter : Files
{
    [Fact]
    public async Task A_failed_commit_fails_its_whole_group_and_the_writer_goes_on()
    {
        using var writer = Start("""
            PRAGMA foreign_keys = ON;
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
            """);
        using var gate = Gate.Close(writer);
        var orphan = writer.Run(connection => connection.Use("INSERT INTO children VALUES (7)").Run(), Stop).AsTask();
        var neighbour = writer.Run(connection => connection.Use("INSERT INTO parents VALUES (1)").Run(), Stop).AsTask();
        gate.Open();

        var told = await Assert.ThrowsAsync<StorageException>(() => orphan);
        Assert.StartsWith("The change was not saved.", told.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => neighbour);
        Assert.Equal(1, await writer.Run(connection => connection.Use("INSERT INTO parents VALUES (1)").Run(), Stop));
        Assert.Equal(0, await Count(writer, "SELECT count(*) FROM children"));
    }

    [Fact]
    public async Task Work_that_throws_fails_alone_and_what_it_wrote_goes()
    {
        using var writer = Start("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
        using var gate = Gate.Close(writer);
        var before = writer.Run(connection => connection.Use("INSERT INTO numbers VALUES (1)").Run(), Stop).AsTask();
        var broken = writer.Run<int>(
            connection =>
            {
                connection.Use("INSERT INTO numbers VALUES (2)").Run();
                throw new FormatException("broken");
            },
            Stop).AsTask();
        var taken = writer.Run(connection => connection.Use("INSERT INTO numbers VALUES (1)").Run(), Stop).AsTask();
        var after = writer.Run(connection => connection.Use("INSERT INTO numbers VALUES (3)").Run(), Stop).AsTask();
        gate.Open();

        Assert.Equal(1, await before);
        await Assert.ThrowsAsync<FormatException>(() => broken);
        await Assert.ThrowsAnyAsync<StorageException>(() => taken);
        Assert.Equal(1, await after);
        Assert.Equal(4, await Count(writer, "SELECT sum(n) FROM numbers"));
    }

    [Fact]
    public async Task Who_gives_up_after_the_change_is_queued_does_not_tear_it()
    {
        using var writer = Start("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
        using var gate = Gate.Close(writer);
        using var impatient = new CancellationTokenSource();
        var queued = writer.Run(connection => connection.Use("INSERT INTO numbers VALUES (1), (2)").Run(), impatient.Token).AsTask();
        await impatient.CancelAsync();
        gate.Open();
        Assert.Equal(2, await queued);
    }

    [Fact]
    public async Task Work_of_its_own_runs_between_the_groups_in_its_turn()
    {
        using var writer = Start("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
        using var gate = Gate.Close(writer);
        var first = writer.Run(connection => connection.Use("INSERT INTO numbers VALUES (1)").Run(), Stop).AsTask();
        var alone = writer.Run(new PendingWork<bool>(connection => connection.IsInTransaction, isAlone: true), Stop).AsTask();
        var last = writer.Run(connection => connection.Use("DELETE FROM numbers WHERE n = 1").Run(), Stop).AsTask();
        gate.Open();
        Assert.Equal(1, await first);
        Assert.False(await alone);
        Assert.Equal(1, await last);
    }

    private Writer Start(string schema)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(DataFile)!);
        return new(Connection.Open(DataFile, $"PRAGMA journal_mode = WAL; {schema}"));
    }

    private static async Task<int> Count(Writer writer, string sql) => await writer.Run(
        connection =>
        {
            using var row = connection.Use(sql);
            row.Step();
            return row.Int(0);
        },
        Stop);

    /// <summary>Holds the writer in a group of its own, so that what comes meanwhile is the next group.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim entered = new();
        private readonly ManualResetEventSlim opened = new();

        public static Gate Close(Writer writer)
        {
            var gate = new Gate();
            _ = writer.Run(
                _ =>
                {
                    gate.entered.Set();
                    gate.opened.Wait(TimeSpan.FromSeconds(30));
                    return true;
                },
                CancellationToken.None).AsTask();
            gate.entered.Wait(Stop);
            return gate;
        }

        public void Open() => opened.Set();

        public void Dispose() => opened.Set();
    }
}
