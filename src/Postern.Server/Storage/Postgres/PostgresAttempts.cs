namespace Postern.Storage.Postgres;

internal sealed class PostgresAttempts(ReadLanes readers, WriteLanes writers, Replays replays) : IAttemptStore
{
    private const string FindSql = "SELECT tries, first_at, last_at FROM attempts WHERE pool = $1 AND name = $2";

    private static readonly string AddSql = Add(from: "first_at");
    private static readonly string AddSlidingSql = Add(from: "last_at");

    public ValueTask<Attempts> Add(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop) => replays.Run(
        static (state, stop) => state.store.AddOnce(state.pool, state.key, state.at, state.window, state.sliding, stop),
        (store: this, pool, key, at, window, sliding), stop);

    public ValueTask<Attempts> Find(long pool, AttemptKey key, CancellationToken stop) =>
        readers.Run(Command.Of(FindSql).With(pool).With(key), Read, stop);

    public static void Forget(Steps steps, ForgetAttempts forget) =>
        steps.Add(forget, "DELETE FROM attempts WHERE pool = $1 AND name = $2").With(forget.Pool).With(forget.Key);

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

    private async ValueTask<Attempts> AddOnce(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop)
    {
        try
        {
            return await writers.Run(
                Command.Of(sliding ? AddSlidingSql : AddSql).With(pool).With(key).With(at).With((long)window.TotalMilliseconds), Read, stop);
        }
        catch (RowsLostException)
        {
            return await Find(pool, key, stop);
        }
    }

    private static async ValueTask<Attempts> Read(Row row) => await row.Step() ? new(row.Int(0), row.Time(1), row.Time(2)) : default;
}
