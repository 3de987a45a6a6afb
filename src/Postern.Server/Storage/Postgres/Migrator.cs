using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Brings a database to this program's schema: forward only, one node at a time, while nodes of the version before run.</summary>
internal static class Migrator
{
    private const string LeaseName = "migration";
    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>An index over many rows takes its time; the lease is renewed before each statement, and a statement that outlives it may run
    /// twice, which does no harm.</summary>
    private const int Seconds = 3600;

    /// <summary>The version of the schema in the database; 0 in a new one.</summary>
    /// <exception cref="StorageException">The database can't be read, or the version is newer than the program's.</exception>
    public static async ValueTask<int> ReadVersion(Hosts hosts)
    {
        await using var connection = await hosts.Open(writes: false);
        try
        {
            return Check(hosts, await ReadVersion(connection));
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(hosts, failure);
        }
    }

    /// <summary>As <see cref="ReadVersion(Hosts)"/>, and answers a version that is newer than the program's, too.</summary>
    public static async ValueTask<int> ReadAnyVersion(Hosts hosts)
    {
        await using var connection = await hosts.Open(writes: false);
        try
        {
            return await ReadVersion(connection);
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(hosts, failure);
        }
    }

    public static ValueTask Migrate(Hosts hosts, TimeProvider time, CancellationToken stop) =>
        Migrate(hosts, time, Schema.Migrations.Length, static _ => { }, stop);

    /// <param name="newest">The version to come to, at most the program's.</param>
    /// <param name="told">Called with the version of each step that was made here.</param>
    public static async ValueTask Migrate(Hosts hosts, TimeProvider time, int newest, Action<int> told, CancellationToken stop)
    {
        if (await ReadVersion(hosts) >= newest)
            return;
        await using var connection = await hosts.Open(writes: true);
        try
        {
            await Prepare(connection, stop);
            var holder = Guid.NewGuid();
            while (Check(hosts, await ReadVersion(connection)) < newest)
            {
                if (await Run(connection, Leases.Take(LeaseName, holder, SettingsChanges.Now, LeaseLength)) == 0)
                    await Task.Delay(Pause, stop);
                else
                    await Apply(connection, holder, Check(hosts, await ReadVersion(connection)), newest, time, told);
            }
            await Run(connection, Leases.GiveBack(LeaseName, holder));
        }
        catch (Exception failure) when (failure is NpgsqlException or IOException)
        {
            throw Told(hosts, failure);
        }
    }

    private static async ValueTask Apply(NpgsqlConnection connection, Guid holder, int version, int newest, TimeProvider time, Action<int> told)
    {
        // Another node may have been first.
        if (version >= newest)
            return;
        foreach (var sql in Schema.Migrations[version])
        {
            await Run(connection, Leases.Take(LeaseName, holder, SettingsChanges.Now, LeaseLength));
            await Execute(connection, sql);
        }
        await Run(connection, Command.Of("INSERT INTO migrations (version, applied) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .With(version + 1L).With(time.GetUtcNow()));
        told(version + 1);
    }

    /// <summary>Nodes that start together make the first tables together, and all but one may be told that they exist.</summary>
    private static async ValueTask Prepare(NpgsqlConnection connection, CancellationToken stop)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                foreach (var sql in Schema.Before)
                    await Execute(connection, sql);
                return;
            }
            catch (PostgresException error) when (error.SqlState is PostgresError.UniqueViolation or "42P07" or "42710" or "40001" or "40P01" && tries < 20)
            {
                await Task.Delay(Pause, stop);
            }
        }
    }

    private static async ValueTask<int> ReadVersion(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT max(version) FROM migrations", connection);
        try
        {
            return await command.ExecuteScalarAsync() is long version ? (int)version : 0;
        }
        catch (PostgresException error) when (error.SqlState is PostgresError.UndefinedTable)
        {
            return 0;
        }
    }

    private static int Check(Hosts hosts, int version) => SchemaVersion.Check(hosts.Name, version, Schema.Migrations.Length);

    private static async ValueTask<int> Run(NpgsqlConnection connection, Command command)
    {
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(command.Statement);
        return await batch.ExecuteNonQueryAsync();
    }

    private static async ValueTask Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = Seconds };
        await command.ExecuteNonQueryAsync();
    }

    private static StorageException Told(Hosts hosts, Exception failure) =>
        new($"{hosts.Name} could not be brought to this program's schema: {failure.Message}", failure);
}
