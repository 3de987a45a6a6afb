namespace Postern.Storage.Postgres;

internal sealed class PostgresPools(ReadLanes readers, UserCounts counts) : IPoolStore
{
    private const string Columns = "kind, number, id, account, region, name, settings, created, modified, version";

    public ValueTask<StoredPool?> Find(PoolKind kind, string id, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM pools WHERE kind = $1 AND id = $2").With((int)kind).With(id), ReadOne, stop);

    public ValueTask<StoredPool?> Find(long number, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM pools WHERE number = $1").With(number), ReadOne, stop);

    public ValueTask<Page<StoredPool>> List(PoolKind kind, string account, string region, string? after, int limit, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM pools WHERE kind = $1 AND account = $2 AND region = $3 AND id > $4 ORDER BY id LIMIT $5")
            .With((int)kind).With(account).With(region).With(after ?? "").With(limit + 1L),
        rows => rows.Page(limit, Read), stop);

    public ValueTask<long> EstimatedNumberOfUsers(long pool, CancellationToken stop) => counts.Find(
        pool,
        () => readers.Run(
            Command.Of("SELECT users FROM user_counts WHERE pool = $1").With(pool), static async row => await row.Step() ? row.Long(0) : 0, stop),
        stop);

    public static void Put(Steps steps, PutPool put)
    {
        var pool = put.Pool;
        if (pool.Version == 0)
        {
            // A number whose rows are still being purged is not free.
            steps.Add(
                put,
                $"""
                {Steps.GuardBefore}INSERT INTO pools (kind, number, id, account, region, name, settings, created, modified, version)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 1 WHERE NOT EXISTS (SELECT 1 FROM purged_pools WHERE pool = $2){Steps.GuardAfter}
                """,
                SaveOutcome.NameTaken)
                .With((int)pool.Kind).With(pool.Number).With(pool.Id).With(pool.Account).With(pool.Region).With(pool.Name).With(pool.Settings)
                .With(pool.Created).With(pool.Modified);
            steps.Add(put, "INSERT INTO user_counts (pool, users) VALUES ($1, 0) ON CONFLICT DO NOTHING").With(pool.Number);
            return;
        }
        steps.Add(
            put,
            $"""
            {Steps.GuardBefore}UPDATE pools SET account = $1, region = $2, name = $3, settings = $4, created = $5, modified = $6, version = version + 1
            WHERE number = $7 AND version = $8{Steps.GuardAfter}
            """,
            SaveOutcome.VersionLost)
            .With(pool.Account).With(pool.Region).With(pool.Name).With(pool.Settings).With(pool.Created).With(pool.Modified)
            .With(pool.Number).With(pool.Version);
    }

    /// <summary>The pool, its names and its keys go now; <see cref="Purge"/> takes the rest.</summary>
    public static void Delete(Steps steps, DeletePool delete)
    {
        var pool = delete.Pool;
        steps.Add(delete, $"{Steps.GuardBefore}DELETE FROM pools WHERE number = $1 AND version = $2{Steps.GuardAfter}", SaveOutcome.VersionLost)
            .With(pool.Number).With(pool.Version);
        steps.Add(delete, "DELETE FROM directory WHERE pool = $1").With(pool.Number);
        steps.Add(delete, "DELETE FROM signing_keys WHERE pool = $1").With(pool.Number);
        steps.Add(delete, "DELETE FROM user_counts WHERE pool = $1").With(pool.Number);
        steps.Add(delete, "INSERT INTO purged_pools (pool) VALUES ($1) ON CONFLICT DO NOTHING").With(pool.Number);
    }

    private static async ValueTask<StoredPool?> ReadOne(Row row) => await row.Step() ? Read(row) : null;

    private static StoredPool Read(Row row) => new(
        (PoolKind)row.Int(0), row.Long(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Blob(6), row.Time(7), row.Time(8), row.Long(9));
}
