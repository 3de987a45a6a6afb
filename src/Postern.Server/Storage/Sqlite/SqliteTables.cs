using System.Runtime.CompilerServices;

namespace Postern.Storage.Sqlite;

/// <summary>All rows of a file, by a connection of its own whose one transaction has begun.</summary>
internal class SqliteTables(Connection connection) : ITableSnapshot
{
    private const int Counted = 100_000;

    public int Version { get; } = connection.ReadVersion();

    protected Connection Connection => connection;

    public async IAsyncEnumerable<RowBatch> Rows(Table table, [EnumeratorCancellation] CancellationToken stop)
    {
        var key = string.Join(", ", table.Columns.Take(table.Key).Select(static column => column.Name));
        using var rows = connection.Use($"SELECT {string.Join(", ", table.Columns.Select(static column => column.Name))} FROM {table.Name} ORDER BY {key}");
        var writer = new RowWriter();
        while (rows.Step())
        {
            for (var i = 0; i < table.Columns.Count; i++)
            {
                var column = table.Columns[i];
                var isNull = rows.IsNull(i);
                if (column.Kind is ColumnKind.Long)
                    writer.Write(column, isNull ? null : rows.Long(i));
                else
                    writer.Write(column, rows.Bytes(i), isNull);
            }
            writer.EndRow();
            if (!writer.IsFull)
                continue;
            stop.ThrowIfCancellationRequested();
            yield return writer.Batch;
            writer.Clear();
        }
        if (writer.Count > 0)
            yield return writer.Batch;
        await ValueTask.CompletedTask;
    }

    public ValueTask<RowEstimate> Estimate(Table table, bool isThorough, CancellationToken stop)
    {
        if (isThorough)
            return new(new RowEstimate(Count($"SELECT count(*) FROM {table.Name}"), IsExact: true));
        var some = Count($"SELECT count(*) FROM (SELECT 1 FROM {table.Name} LIMIT {Counted + 1})");
        if (some <= Counted)
            return new(new RowEstimate(some, IsExact: true));
        return new(table.Name is "users"
            ? new RowEstimate(Count("SELECT coalesce(sum(users), 0) FROM user_counts"), IsExact: false)
            : new RowEstimate(Counted, IsExact: false, IsAtLeast: true));
    }

    public virtual ValueTask DisposeAsync()
    {
        connection.Dispose();
        return default;
    }

    private long Count(string sql)
    {
        using var row = connection.Use(sql);
        return row.Step() ? row.Long(0) : 0;
    }
}

/// <summary>Fills a draft beside the file's name, without a journal: until it takes the name nobody misses it.</summary>
internal sealed class SqliteLoad : SqliteTables, ITableLoad
{
    private readonly string path;
    private Table? current;
    private string insert = "";

    public SqliteLoad(string path, int version, TimeProvider time) : base(Begin(path, version, time)) => this.path = path;

    public ValueTask Insert(Table table, RowBatch rows, CancellationToken stop)
    {
        if (current != table)
        {
            current = table;
            insert = $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(static column => column.Name))}) "
                + $"VALUES ({string.Join(", ", table.Columns.Select(static _ => "?"))})";
        }
        var reader = new RowReader(rows.Rows.Span);
        for (var row = 0; row < rows.Count; row++)
        {
            var statement = Connection.Use(insert);
            foreach (var column in table.Columns)
            {
                if (reader.IsNull(column))
                    statement.With((string?)null);
                else if (column.Kind is ColumnKind.Long)
                    statement.With(reader.Long());
                else if (column.Kind is ColumnKind.Text)
                    statement.WithUtf8(reader.Bytes());
                else
                    statement.With(reader.Bytes());
            }
            statement.Run();
        }
        stop.ThrowIfCancellationRequested();
        return default;
    }

    public ValueTask Commit(CancellationToken stop)
    {
        Connection.Execute("COMMIT");
        Connection.Dispose();
        var draft = Draft(path);
        try
        {
            using (var file = File.OpenHandle(draft, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(draft, path, overwrite: true);
        }
        catch (IOException failure)
        {
            throw new StorageException($"{path}: the database file can't be written. {failure.Message}", failure);
        }
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(Draft(path));
    }

    private static string Draft(string path) => path + ".restoring";

    private static Connection Begin(string path, int version, TimeProvider time)
    {
        var draft = Draft(path);
        try
        {
            Folders.Make(Path.GetDirectoryName(path)!);
            File.Delete(draft);
            Folders.MakeFile(draft);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{path}: the database file can't be made. {failure.Message}", failure);
        }
        var connection = Connection.Open(
            draft, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -64000;");
        try
        {
            Migrator.Migrate(connection, path, time, version, static _ => { });
            connection.Execute("BEGIN");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
