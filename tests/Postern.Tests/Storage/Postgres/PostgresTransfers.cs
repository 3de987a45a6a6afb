using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Postern.Operations;
using Postern.Storage;
using Postern.Storage.Postgres;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Postgres;

public sealed class PostgresTransfers : TransferConformance
{
    private readonly List<string> made = [];

    protected override async ValueTask<IDatabase> Fresh()
    {
        made.Add(await (await Cluster.Current()).NewDatabase(isMigrated: false));
        return new PostgresDatabase(made[^1], TimeProvider.System);
    }

    protected override async ValueTask<IStore> OpenStore() => await PostgresStore.Open(made[0], TimeProvider.System, NullLoggerFactory.Instance, Stop);

    protected override async ValueTask SetVersion(int version)
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand($"INSERT INTO migrations (version, applied) VALUES ({version}, 0)", connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    protected override async ValueTask<IReadOnlyList<Table>> DeclaredTables()
    {
        await using var connection = await Connect();
        await using var command = new NpgsqlCommand("""
            SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'YES', coalesce(c.collation_name::text, ''), k.ordinal_position IS NOT NULL
            FROM information_schema.columns c
            LEFT JOIN information_schema.table_constraints t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
            LEFT JOIN information_schema.key_column_usage k
                ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name AND k.column_name = c.column_name
            WHERE c.table_schema = 'public' AND c.table_name NOT IN ('migrations', 'leases', 'settings_changes')
            """, connection);
        await using var rows = await command.ExecuteReaderAsync(Stop);
        var columns = new List<(string Table, Column Column, bool IsKey)>();
        while (await rows.ReadAsync(Stop))
        {
            var kind = (rows.GetString(2), rows.GetString(4)) switch
            {
                ("bigint", "") => ColumnKind.Long,
                ("text", "C") => ColumnKind.Text,
                ("bytea", "") => ColumnKind.Bytes,
                var other => throw new InvalidOperationException($"{rows.GetString(0)}.{rows.GetString(1)} is {other}"),
            };
            columns.Add((rows.GetString(0), new(rows.GetString(1), kind, rows.GetBoolean(3)), rows.GetBoolean(5)));
        }
        return [.. columns.GroupBy(static column => column.Table).Select(static table => new Table(
            table.Key, table.Count(static column => column.IsKey), [.. table.OrderByDescending(static column => column.IsKey).Select(static column => column.Column)]))];
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var connection in made)
            await (await Cluster.Current()).Drop(connection);
    }

    [Fact]
    public async Task An_installation_moves_to_SQLite_and_back_with_the_same_checksums()
    {
        var folder = Directory.CreateTempSubdirectory("postern-test-").FullName;
        try
        {
            await using (var load = await Database.BeginLoad(Database.Steps.Count, Stop))
            {
                foreach (var table in Tables.All)
                    await load.Insert(table, SampleRows.Encode(table, SampleRows.Of(table, 50, seed: 5)), Stop);
                await load.Commit(Stop);
            }
            var first = await Backup.Run(Database, Path.Combine(folder, "first"), "1", TimeProvider.System, static _ => { }, Stop);
            await using var file = new SqliteDatabase(Path.Combine(folder, "postern.db"), TimeProvider.System);
            Assert.Equal(first.Tables, (await Restore.Run(file, Path.Combine(folder, "first"), static _ => { }, Stop)).Tables);
            await Backup.Run(file, Path.Combine(folder, "second"), "1", TimeProvider.System, static _ => { }, Stop);
            await using var back = await Fresh();
            Assert.Equal(first.Tables, (await Restore.Run(back, Path.Combine(folder, "second"), static _ => { }, Stop)).Tables);
            Assert.Contains("PostgreSQL", first.Header.Engine, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_engine_is_told_with_its_version_and_the_place_without_a_password()
    {
        await Database.ReadVersion(Stop);
        Assert.Matches(@"^PostgreSQL \d+\.\d+", Database.Engine);
        await using var other = new PostgresDatabase("postgres://jane:secret@db.example:6543/ids", TimeProvider.System);
        Assert.Equal("PostgreSQL ids at db.example:6543", other.Place);
    }

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(made[0] + ";Pooling=false");
        await connection.OpenAsync(Stop);
        return connection;
    }
}
