using Npgsql;

namespace Postern.Storage.Postgres;

internal sealed class PostgresAttempts(ReadLanes readers, WriteLanes writers, Replays replays, AwayAttempts away) : IAttemptStore
{
    private const string FindSql = "SELECT tries, first_at, last_at FROM attempts WHERE pool = $1 AND name = $2";

    private const string ForgetSql = "DELETE FROM attempts WHERE pool = $1 AND name = $2";

    private static readonly string AddSql = Add(from: "first_at");
    private static readonly string AddSlidingSql = Add(from: "last_at");

    public async ValueTask<Attempts> Add(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop)
    {
        try
        {
            var stored = await replays.Run(
                static (state, stop) => state.store.AddOnce(state.pool, state.key, state.at, state.window, state.sliding, stop),
                (store: this, pool, key, at, window, sliding), stop);
            return away.With(stored, pool, key);
        }
        catch (StorageUnavailableException failure)
        {
            return away.Add(await FindStored(pool, key, stop), pool, key, at, window, sliding, failure);
        }
    }

    public async ValueTask<Attempts> Find(long pool, AttemptKey key, CancellationToken stop) =>
        away.With(await FindStored(pool, key, stop), pool, key);

    /// <summary>Writes what was counted without the primary.</summary>
    public ValueTask WriteAway(CancellationToken stop) => away.Write(async (pool, key, isForgotten, since) =>
    {
        var statements = new List<NpgsqlBatchCommand>(2);
        if (isForgotten)
            statements.Add(Command.Of(ForgetSql).With(pool).With(key).Statement);
        if (since.Count > 0)
        {
            statements.Add(Command.Of("""
                INSERT INTO attempts AS a (pool, name, tries, first_at, last_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (pool, name) DO UPDATE SET
                    tries = a.tries + $3, first_at = least(a.first_at, $4), last_at = greatest(a.last_at, $5)
                """).With(pool).With(key).With(since.Count).With(since.First).With(since.Last).Statement);
        }
        await writers.Run(statements, stop);
    });

    public static void Forget(Steps steps, ForgetAttempts forget) =>
        steps.Add(forget, ForgetSql).With(forget.Pool).With(forget.Key);

    /// <remarks>It need lock nothing: an attempt that is not durable yet comes after it.</remarks>
    public static void Require(Steps steps, RequireAttempts require) => steps.Add(
        require, "SELECT 1 / (1 - count(*)) FROM attempts WHERE pool = $1 AND name = $2 AND tries > $3", SaveOutcome.AlreadyUsed)
        .With(require.Pool).With(require.Key).With(require.Most);

    /// <summary>Counts one more, or begins anew where the window is over. Nodes' clocks differ a little: the last attempt never goes back.</summary>
    private static string Add(string from)
    {
        var isOver = $"$3 - a.{from} >= $4";
        return $"""
            INSERT INTO attempts AS a (pool, name, tries, first_at, last_at) VALUES ($1, $2, 1, $3, $3)
            ON CONFLICT (pool, name) DO UPDATE SET
                tries = CASE WHEN {isOver} THEN 1 ELSE a.tries + 1 END,
                first_at = CASE WHEN {isOver} THEN $3 ELSE a.first_at END,
                last_at = CASE WHEN {isOver} THEN $3 ELSE greatest(a.last_at, $3) END
            RETURNING tries, first_at, last_at
            """;
    }

    private ValueTask<Attempts> FindStored(long pool, AttemptKey key, CancellationToken stop) =>
        readers.Run(Command.Of(FindSql).With(pool).With(key), Read, stop);

    private async ValueTask<Attempts> AddOnce(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop)
    {
        try
        {
            return await writers.Run(
                Command.Of(sliding ? AddSlidingSql : AddSql).With(pool).With(key).With(at).With((long)window.TotalMilliseconds), Read, stop);
        }
        catch (RowsLostException)
        {
            return await FindStored(pool, key, stop);
        }
    }

    private static async ValueTask<Attempts> Read(Row row) => await row.Step() ? new(row.Int(0), row.Time(1), row.Time(2)) : default;
}
