namespace Postern.Storage.Sqlite;

/// <summary>Deletes dead rows, a bounded number at a time: what has expired, and what deleted pools and groups have left.</summary>
internal static class Purge
{
    /// <summary>No window of attempts is longer.</summary>
    private static readonly TimeSpan AttemptsLive = TimeSpan.FromHours(24);

    private static readonly string[] Expired =
    [
        Delete("user_parts", "rowid", "expires <= ?"),
        Delete("codes", "pool, sub, purpose", "expires <= ?"),
        Delete("revocations", "pool, origin_jti", "expires <= ?"),
        Delete("used_sessions", "pool, sign_in", "expires <= ?"),
        Delete("rotations", "pool, origin_jti", "expires <= ?"),
        Delete("messages", "id", "expires <= ?"),
        Delete("signing_keys", "rowid", "expires <= ?"),
    ];

    private static readonly string OldAttempts = Delete("attempts", "pool, name", "last_at <= ?");

    private static readonly string MembersOfGroup = Delete("members", "pool, sub, group_number", "pool = ? AND group_number = ?");

    // Messages are not among them: they have no index by pool, and expire soon.
    private static readonly string[] OfPool =
    [
        Delete("users", "rowid", "pool = ?"),
        Delete("names", "pool, name", "pool = ?"),
        Delete("terms", "pool, attribute, value, sub", "pool = ?"),
        Delete("members", "pool, sub, group_number", "pool = ?"),
        Delete("user_groups", "pool, number", "pool = ?"),
        Delete("purged_groups", "pool, number", "pool = ?"),
        Delete("user_parts", "rowid", "pool = ?"),
        Delete("codes", "pool, sub, purpose", "pool = ?"),
        Delete("attempts", "pool, name", "pool = ?"),
        Delete("revocations", "pool, origin_jti", "pool = ?"),
        Delete("used_sessions", "pool, sign_in", "pool = ?"),
        Delete("rotations", "pool, origin_jti", "pool = ?"),
        Delete("resources", "pool, kind, name", "pool = ?"),
        Delete("signing_keys", "rowid", "pool = ?"),
        Delete("user_counts", "pool", "pool = ?"),
    ];

    public static int Run(Connection connection, DateTimeOffset now, int limit)
    {
        var left = limit;
        foreach (var sql in Expired)
            left -= connection.Use(sql).With(now).With(left).Run();
        left -= connection.Use(OldAttempts).With(now - AttemptsLive).With(left).Run();
        while (left > 0 && First(connection, "SELECT pool, 0 FROM purged_pools LIMIT 1") is var (pool, _))
        {
            foreach (var sql in OfPool)
                left -= connection.Use(sql).With(pool).With(left).Run();
            if (left > 0)
                left -= connection.Use("DELETE FROM purged_pools WHERE pool = ?").With(pool).Run();
        }
        while (left > 0 && First(connection, "SELECT pool, number FROM purged_groups LIMIT 1") is var (groupPool, number))
        {
            left -= connection.Use(MembersOfGroup).With(groupPool).With(number).With(left).Run();
            if (left > 0)
                left -= connection.Use("DELETE FROM purged_groups WHERE pool = ? AND number = ?").With(groupPool).With(number).Run();
        }
        return limit - left;
    }

    private static (long, long)? First(Connection connection, string sql)
    {
        using var row = connection.Use(sql);
        return row.Step() ? (row.Long(0), row.Long(1)) : null;
    }

    private static string Delete(string table, string key, string condition) =>
        $"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition} LIMIT ?)";
}
