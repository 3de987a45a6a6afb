namespace Postern.Storage.Sqlite;

/// <summary>A SQLite file as a thing that is kept and moved. Backups read it beside a running server; a restore fills a file of its own,
/// which takes the place once it is whole.</summary>
public sealed class SqliteDatabase(string path, TimeProvider time) : IDatabase
{
    private readonly string path = Path.GetFullPath(path);

    public string Engine => "SQLite " + Connection.LibraryVersion;

    public string Place => path;

    public IReadOnlyList<string> Steps => Schema.Steps;

    private bool Exists => new FileInfo(path) is { Exists: true, Length: > 0 };

    public ValueTask<int> ReadVersion(CancellationToken stop)
    {
        if (!Exists)
            return new(0);
        using var connection = Connection.Open(path, "");
        return new(connection.ReadVersion());
    }

    public ValueTask Migrate(int version, Action<int> told, CancellationToken stop)
    {
        try
        {
            Folders.Make(Path.GetDirectoryName(path)!);
            Folders.MakeFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{path}: the database file can't be made. {failure.Message}", failure);
        }
        using var connection = Connection.Open(path, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Migrator.Migrate(connection, path, time, version, told);
        return default;
    }

    public ValueTask<long?> Size(CancellationToken stop) =>
        new(new[] { path, path + "-wal" }.Sum(static file => new FileInfo(file) is { Exists: true } there ? there.Length : 0));

    public ValueTask<ITableSnapshot> OpenSnapshot(CancellationToken stop)
    {
        if (!Exists)
            throw new StorageException($"There is no database {path}: name it by --data.");
        var connection = Connection.Open(path, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA query_only = ON;");
        try
        {
            // The transaction begins with its first read.
            connection.Execute("BEGIN; SELECT count(*) FROM sqlite_schema");
            return new(new SqliteTables(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public ValueTask<ITableLoad> BeginLoad(int version, CancellationToken stop)
    {
        if (Exists)
            RefuseUnlessEmpty();
        return new(new SqliteLoad(path, version, time));
    }

    public ValueTask DisposeAsync() => default;

    private void RefuseUnlessEmpty()
    {
        using var connection = Connection.Open(path, "");
        var tables = new List<string>();
        using (var rows = connection.Use("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'"))
        {
            while (rows.Step())
                tables.Add(rows.Text(0));
        }
        foreach (var table in tables)
        {
            using var row = connection.Use($"SELECT 1 FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" LIMIT 1");
            if (row.Step())
                throw new StorageException($"{path} is not empty: its table {table} has rows. A restore fills a new database: name another file by --data, or move this one away.");
        }
        // So that nothing stays beside it that would be taken for a part of the file that comes in its place.
        connection.Execute("PRAGMA journal_mode = DELETE");
    }
}
