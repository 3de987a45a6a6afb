namespace Postern.Storage.Sqlite;

internal sealed class SqliteInstallation(Readers readers, Writer writer, Snapshots snapshots) : IInstallationStore
{
    private const string GetSql = "SELECT value FROM installation WHERE name = ?";

    public ValueTask<byte[]?> Get(string name, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(GetSql).With(name);
        return new(row.Step() ? row.Bytes(0).ToArray() : null);
    }

    public async ValueTask Set(string name, ReadOnlyMemory<byte> value, CancellationToken stop) => await writer.Run(
        connection => connection.Use("INSERT OR REPLACE INTO installation (name, value) VALUES (?, ?)").With(name).With(value).Run(), stop);

    public ValueTask<byte[]> GetOrSet(string name, ReadOnlyMemory<byte> value, CancellationToken stop) => writer.Run(
        connection =>
        {
            connection.Use("INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING").With(name).With(value).Run();
            using var row = connection.Use(GetSql).With(name);
            row.Step();
            return row.Bytes(0).ToArray();
        },
        stop);

    public async ValueTask Reset(CancellationToken stop) => await writer.Run(
        connection =>
        {
            // Whole tables: SQLite drops their pages without a look at the rows.
            foreach (var table in Schema.State)
                connection.Execute($"DELETE FROM {table}");
            connection.Execute($"DELETE FROM installation WHERE name NOT IN ({Schema.KeptValues})");
            return true;
        },
        stop);

    public async ValueTask SaveSnapshot(string name, CancellationToken stop)
    {
        var file = snapshots.FileOf(name);
        await writer.Run(new PendingWork<bool>(connection => snapshots.Save(connection, file), isAlone: true), stop);
    }

    public ValueTask<bool> RestoreSnapshot(string name, CancellationToken stop)
    {
        var file = snapshots.FileOf(name);
        return writer.Run(new PendingWork<bool>(connection => snapshots.Restore(connection, file), isAlone: true), stop);
    }

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken stop) =>
        writer.Run(connection => Sqlite.Purge.Run(connection, now, limit), stop);

    public ValueTask<bool> TryLease(string name, Guid holder, DateTimeOffset now, TimeSpan length, CancellationToken stop) => new(true);
}
