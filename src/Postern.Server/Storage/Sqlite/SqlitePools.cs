namespace Postern.Storage.Sqlite;

internal sealed class SqlitePools(Readers readers) : IPoolStore
{
    private const string Columns = "kind, number, id, account, region, name, settings, created, modified, version";

    public ValueTask<StoredPool?> Find(PoolKind kind, string id, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM pools WHERE kind = ? AND id = ?").With((int)kind).With(id);
        return new(row.Step() ? Read(row) : null);
    }

    public ValueTask<StoredPool?> Find(long number, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM pools WHERE number = ?").With(number);
        return new(row.Step() ? Read(row) : null);
    }

    public ValueTask<Page<StoredPool>> List(PoolKind kind, string account, string region, string? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use($"SELECT {Columns} FROM pools WHERE kind = ? AND account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?")
            .With((int)kind).With(account).With(region).With(after ?? "").With(limit + 1L);
        return new(Pages.Read(rows, limit, Read));
    }

    public ValueTask<long> EstimatedNumberOfUsers(long pool, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT users FROM user_counts WHERE pool = ?").With(pool);
        return new(row.Step() ? row.Long(0) : 0);
    }

    public static SaveOutcome Put(Connection connection, StoredPool pool) => pool.Version == 0 ? Insert(connection, pool) : Update(connection, pool);

    /// <summary>The pool, its names and its keys go now; <see cref="Purge"/> takes the rest.</summary>
    public static SaveOutcome Delete(Connection connection, StoredPool pool)
    {
        if (connection.Use("DELETE FROM pools WHERE number = ? AND version = ?").With(pool.Number).With(pool.Version).Run() == 0)
            return SaveOutcome.VersionLost;
        connection.Use("DELETE FROM directory WHERE pool = ?").With(pool.Number).Run();
        connection.Use("DELETE FROM signing_keys WHERE pool = ?").With(pool.Number).Run();
        connection.Use("DELETE FROM user_counts WHERE pool = ?").With(pool.Number).Run();
        connection.Use("INSERT INTO purged_pools (pool) VALUES (?) ON CONFLICT DO NOTHING").With(pool.Number).Run();
        return SaveOutcome.Saved;
    }

    private static SaveOutcome Insert(Connection connection, StoredPool pool)
    {
        var isNew = connection.Use("""
            INSERT INTO pools (kind, number, id, account, region, name, settings, created, modified, version)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1 WHERE NOT EXISTS (SELECT 1 FROM purged_pools WHERE pool = ?2)
            ON CONFLICT DO NOTHING
            """)
            .With((int)pool.Kind).With(pool.Number).With(pool.Id).With(pool.Account).With(pool.Region).With(pool.Name).With(pool.Settings)
            .With(pool.Created).With(pool.Modified).Run() == 1;
        if (!isNew)
            return SaveOutcome.NameTaken;
        connection.Use("INSERT INTO user_counts (pool, users) VALUES (?, 0) ON CONFLICT DO NOTHING").With(pool.Number).Run();
        return SaveOutcome.Saved;
    }

    private static SaveOutcome Update(Connection connection, StoredPool pool) => connection.Use("""
        UPDATE pools SET account = ?, region = ?, name = ?, settings = ?, created = ?, modified = ?, version = version + 1
        WHERE number = ? AND version = ?
        """)
        .With(pool.Account).With(pool.Region).With(pool.Name).With(pool.Settings).With(pool.Created).With(pool.Modified)
        .With(pool.Number).With(pool.Version).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.VersionLost;

    private static StoredPool Read(Statement row) => new(
        (PoolKind)row.Int(0), row.Long(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Blob(6), row.Time(7), row.Time(8), row.Long(9));
}
