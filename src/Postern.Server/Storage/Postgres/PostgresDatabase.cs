using System.Data;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>A PostgreSQL database as a thing that is kept and moved. A backup reads it in one transaction, from a replica where there is no
/// primary; a restore fills it in one.</summary>
public sealed class PostgresDatabase : IDatabase
{
    private readonly Hosts hosts;
    private readonly TimeProvider time;
    private string? version;

    /// <param name="connectionString">Npgsql's, or a <c>postgres://</c> URL.</param>
    /// <exception cref="StorageException">It is neither.</exception>
    public PostgresDatabase(string connectionString, TimeProvider time)
    {
        hosts = new(connectionString);
        this.time = time;
    }

    /// <summary>With its version once it was reached.</summary>
    public string Engine => version is null ? "PostgreSQL" : "PostgreSQL " + version;

    public string Place => hosts.Name;

    public IReadOnlyList<string> Steps => Schema.Steps;

    public async ValueTask<int> ReadVersion(CancellationToken stop)
    {
        await (await Open(writes: false)).DisposeAsync();   // which tells the engine's version
        return await Migrator.ReadAnyVersion(hosts);
    }

    public ValueTask Migrate(int version, Action<int> told, CancellationToken stop) => Migrator.Migrate(hosts, time, version, told, stop);

    public async ValueTask<long?> Size(CancellationToken stop)
    {
        await using var connection = await Open(writes: false);
        await using var command = new NpgsqlCommand("SELECT pg_database_size(current_database())", connection);
        try
        {
            return await command.ExecuteScalarAsync(stop) as long?;
        }
        catch (PostgresException)
        {
            // Not every engine that speaks the protocol has it.
            return null;
        }
    }

    public async ValueTask<ITableSnapshot> OpenSnapshot(CancellationToken stop)
    {
        var found = await Migrator.ReadAnyVersion(hosts);
        if (found == 0)
            throw new StorageException($"{Place} holds nothing of Postern's.");
        var connection = await Open(writes: false);
        try
        {
            var transaction = await Begin(connection, "; SET TRANSACTION READ ONLY", stop);
            await using var command = new NpgsqlCommand("SELECT max(version) FROM migrations", connection, transaction);
            return new PostgresTables(Place, connection, (int)(long)(await command.ExecuteScalarAsync(stop))!);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw PostgresTables.Told(Place, failure);
        }
    }

    public async ValueTask<ITableLoad> BeginLoad(int version, CancellationToken stop)
    {
        var found = await Migrator.ReadAnyVersion(hosts);
        if (found > 0)
            await RefuseUnlessEmpty(found, version, stop);
        await Migrate(version, static _ => { }, stop);
        var connection = await Open(writes: true);
        try
        {
            return new PostgresLoad(Place, connection, await Begin(connection, "", stop), version);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync();
            throw PostgresTables.Told(Place, failure);
        }
    }

    public ValueTask DisposeAsync() => hosts.DisposeAsync();

    private static async ValueTask<NpgsqlTransaction> Begin(NpgsqlConnection connection, string more, CancellationToken stop)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        await using var command = new NpgsqlCommand(
            "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0" + more, connection, transaction);
        await command.ExecuteNonQueryAsync(stop);
        return transaction;
    }

    private async ValueTask RefuseUnlessEmpty(int found, int wanted, CancellationToken stop)
    {
        SchemaVersion.Check(Place, found, Schema.Migrations.Length);
        await using var connection = await Open(writes: true);
        foreach (var table in Tables.All)
        {
            await using var command = new NpgsqlCommand($"SELECT EXISTS (SELECT 1 FROM {table.Name})", connection);
            try
            {
                if (await command.ExecuteScalarAsync(stop) is true)
                    throw new StorageException($"{Place} is not empty: its table {table.Name} has rows. A restore fills a new database: make one with CREATE DATABASE, and name it by --db.");
            }
            catch (PostgresException missing) when (missing.SqlState is PostgresError.UndefinedTable)
            {
                // Of a later version.
            }
        }
        if (found > wanted)
            throw new StorageException($"{Place} has schema version {found} already, and the backup is of version {wanted}: it is loaded into a database without tables. Make a new one.");
    }

    private async ValueTask<NpgsqlConnection> Open(bool writes)
    {
        var connection = await hosts.Open(writes);
        version = connection.ServerVersion;
        return connection;
    }
}
