using Postern.CommandLine;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Storage.Sqlite;

namespace Postern.Tests.CommandLine;

/// <summary>What the verbs print, on a file of SQLite.</summary>
public sealed class DatabaseCommandsTests : Files
{
    [Fact]
    public async Task A_database_that_is_not_there_yet_is_told_and_not_made()
    {
        var (status, text) = await Run("db status");
        Assert.Equal(0, status);
        Assert.Contains($"place          {DataFile}", text, StringComparison.Ordinal);
        Assert.Contains($"none yet; this program makes version {Schema.Migrations.Length}", text, StringComparison.Ordinal);
        Assert.False(File.Exists(DataFile));
    }

    [Fact]
    public async Task An_older_database_has_its_pending_steps_told_and_each_made_once()
    {
        await using (var database = new SqliteDatabase(DataFile, TimeProvider.System))
            await database.Migrate(1, static _ => { }, Stop);
        var (_, before) = await Run("db status");
        Assert.Contains("version 1; this program knows versions up to " + Schema.Migrations.Length, before, StringComparison.Ordinal);
        Assert.Contains($"pending        2: {Schema.Steps[1]}", before, StringComparison.Ordinal);

        var (status, made) = await Run("db migrate");
        Assert.Equal(0, status);
        Assert.Contains($"version 2: {Schema.Steps[1]}", made, StringComparison.Ordinal);
        Assert.Contains($"{DataFile} went from schema version 1 to {Schema.Migrations.Length}.", made, StringComparison.Ordinal);
        Assert.Equal($"{DataFile} has schema version {Schema.Migrations.Length} already.", (await Run("db migrate")).Text.Trim());

        var (_, after) = await Run("db status");
        Assert.Contains("pending        none", after, StringComparison.Ordinal);
        Assert.All(Tables.All, table => Assert.Contains($"{table.Name,-16}              0", after, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_newer_database_is_told_with_both_versions_and_refused_by_the_others()
    {
        await Open().DisposeAsync();
        using (var connection = Connection.Open(DataFile, ""))
            connection.WriteVersion(987);
        var (status, text) = await Run("db status");
        Assert.Equal(1, status);
        Assert.Contains($"version 987; this program knows versions up to {Schema.Migrations.Length}", text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => Run("db migrate"));
        await Assert.ThrowsAsync<StorageException>(() => Run("backup", DataFile + ".backup"));
        var served = await Assert.ThrowsAsync<StorageException>(() => PosternServer.Start(
            new() { Urls = "http://127.0.0.1:0", Data = DataFile, Quiet = true, MasterKey = new string('0', 64) }));
        Assert.Contains("has schema version 987", served.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_not_written_over_its_own_database()
    {
        await Open().DisposeAsync();
        var before = await File.ReadAllBytesAsync(DataFile, Stop);
        await Assert.ThrowsAsync<Postern.Operations.BackupException>(() => Run("backup", DataFile));
        Assert.Equal(before, await File.ReadAllBytesAsync(DataFile, Stop));
    }

    [Fact]
    public void Progress_is_one_line_on_a_terminal_and_some_lines_elsewhere()
    {
        var clock = new Cryptography.StandingClock();
        using StringWriter terminal = new(), file = new();
        ProgressLine onTerminal = new(terminal, isTerminal: true, clock), elsewhere = new(file, isTerminal: false, clock);
        for (var i = 0; i < 100; i++)
        {
            clock.Now += TimeSpan.FromMilliseconds(100);
            onTerminal.Tell(new("users", i * 1000, i * 500_000, i / 100d));
            elsewhere.Tell(new("users", i * 1000, i * 500_000, i / 100d));
        }
        onTerminal.End();
        elsewhere.End();
        Assert.DoesNotContain('\n', terminal.ToString());
        Assert.EndsWith("\r", terminal.ToString(), StringComparison.Ordinal);
        Assert.InRange(file.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 2, 4);
    }

    private async Task<(int Status, string Text)> Run(string verb, params string[] operands)
    {
        using var text = new StringWriter();
        var command = Commands.All.Single(command => command.Verb == verb);
        var status = await command.Run(new(new() { Data = DataFile }, operands, text, TextWriter.Null, Stop));
        return (status, text.ToString());
    }
}
