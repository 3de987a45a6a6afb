using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

public sealed class SqliteTransfers : TransferConformance
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-test-").FullName;
    private int made;

    protected override ValueTask<IDatabase> Fresh() => new(new SqliteDatabase(Path.Combine(folder, $"{++made}.db"), TimeProvider.System));

    protected override ValueTask<IStore> OpenStore() => new(SqliteStore.Open(Database.Place, TimeProvider.System));

    protected override ValueTask SetVersion(int version)
    {
        using var connection = Connection.Open(Database.Place, "");
        connection.WriteVersion(version);
        return default;
    }

    protected override ValueTask<IReadOnlyList<Table>> DeclaredTables()
    {
        using var connection = Connection.Open(Database.Place, "");
        var tables = new List<Table>();
        foreach (var name in Read(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'"))
        {
            var key = Read(connection, $"SELECT name FROM pragma_table_info('{name}') WHERE pk > 0 ORDER BY pk");
            // A table that is not its own index has its key as a unique one.
            if (key.Count == 0)
                key = Read(connection, $"SELECT c.name FROM pragma_index_list('{name}') AS l, pragma_index_info(l.name) AS c WHERE l.\"unique\" ORDER BY c.seqno");
            var columns = new List<Column>();
            using var rows = connection.Use($"SELECT name, type, \"notnull\" = 0 AND pk = 0 FROM pragma_table_info('{name}')");
            while (rows.Step())
                columns.Add(new(rows.Text(0), Kind(rows.Text(1)), rows.Bool(2)));
            tables.Add(new(name, key.Count, [.. columns.OrderBy(column => key.IndexOf(column.Name) is >= 0 and var place ? place : key.Count)]));
        }
        return new(tables);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static ColumnKind Kind(string type) => type switch
    {
        "INTEGER" => ColumnKind.Long,
        "TEXT" => ColumnKind.Text,
        "BLOB" => ColumnKind.Bytes,
        _ => throw new InvalidOperationException(type),
    };

    private static List<string> Read(Connection connection, string sql)
    {
        using var rows = connection.Use(sql);
        return [.. Pages.ReadAll(rows, static row => row.Text(0))];
    }
}
