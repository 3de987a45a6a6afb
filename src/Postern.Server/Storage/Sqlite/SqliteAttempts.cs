namespace Postern.Storage.Sqlite;

internal sealed class SqliteAttempts(Readers readers, Writer writer) : IAttemptStore
{
    private const string FindSql = "SELECT tries, first_at, last_at FROM attempts WHERE pool = ? AND name = ?";

    public ValueTask<Attempts> Add(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop) =>
        writer.Run(connection => Add(connection, pool, key, at, window, sliding), stop);

    public ValueTask<Attempts> Find(long pool, AttemptKey key, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(FindSql).With(pool).With(key);
        return new(Read(row));
    }

    public static SaveOutcome Forget(Connection connection, ForgetAttempts forget)
    {
        connection.Use("DELETE FROM attempts WHERE pool = ? AND name = ?").With(forget.Pool).With(forget.Key).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Require(Connection connection, RequireAttempts require)
    {
        using var row = connection.Use(FindSql).With(require.Pool).With(require.Key);
        return Read(row).Count > require.Most ? SaveOutcome.AlreadyUsed : SaveOutcome.Saved;
    }

    private static Attempts Add(Connection connection, long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding)
    {
        Attempts before;
        using (var row = connection.Use(FindSql).With(pool).With(key))
            before = Read(row);

        var isOver = at - (sliding ? before.Last : before.First) >= window;
        // Nodes' clocks differ a little: the last one never goes back.
        var now = before.Count == 0 || isOver ? new Attempts(1, at, at) : new(before.Count + 1, before.First, at > before.Last ? at : before.Last);
        connection.Use("INSERT OR REPLACE INTO attempts (pool, name, tries, first_at, last_at) VALUES (?, ?, ?, ?, ?)")
            .With(pool).With(key).With(now.Count).With(now.First).With(now.Last).Run();
        return now;
    }

    private static Attempts Read(Statement row) => row.Step() ? new(row.Int(0), row.Time(1), row.Time(2)) : default;
}
