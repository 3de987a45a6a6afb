namespace Postern.Storage.Postgres;

/// <summary>Deletes dead rows, a bounded number at a time: what has expired, and what deleted pools and groups have left. What has expired is read
/// first and deleted pool by pool, so that no transaction spans pools.</summary>
internal static class Purge
{
    /// <summary>No window of attempts is longer.</summary>
    private static readonly TimeSpan AttemptsLive = TimeSpan.FromHours(24);

    /// <summary>Tables with their key beside the pool, and the column that tells a row's end.</summary>
    private static readonly ExpiringTable[] Expiring =
    [
        new("codes", "sub", "expires"), new("revocations", "origin_jti", "expires"), new("used_sessions", "sign_in", "expires"),
        new("rotations", "origin_jti", "expires"), new("messages", "id", "expires"), new("attempts", "name", "last_at"),
        new("settings_changes", "id", "at"), new("signing_keys", "kid", "expires", IsNamed: true),
    ];

    private static readonly string[] OfPool =
    [
        Delete("users", "sub"), Delete("names", "name"), Delete("terms", "attribute, value, sub"), Delete("members", "sub, group_number"),
        Delete("user_groups", "number"), Delete("purged_groups", "number"), Delete("codes", "sub, purpose"), Delete("attempts", "name"),
        Delete("revocations", "origin_jti"), Delete("used_sessions", "sign_in"), Delete("rotations", "origin_jti"),
        Delete("resources", "kind, name"), Delete("signing_keys", "kid"), Delete("messages", "id"), Delete("user_counts", "pool"),
    ];

    private const string MembersOfGroup =
        "DELETE FROM members WHERE pool = $1 AND group_number = $2 AND sub IN (SELECT sub FROM members WHERE pool = $1 AND group_number = $2 LIMIT $3)";

    public static async ValueTask<int> Run(ReadLanes readers, WriteLanes writers, DateTimeOffset now, int limit, CancellationToken stop)
    {
        var left = limit;
        foreach (var table in Expiring)
        {
            if (left > 0)
                left -= await Expire(table, EndOf(table, now), left);
        }
        while (left > 0 && await First("SELECT pool, pool FROM purged_pools LIMIT 1") is var (pool, _))
        {
            foreach (var sql in OfPool)
            {
                if (left > 0)
                    left -= await writers.Run(Command.Of(sql).With(pool).With((long)left), stop);
            }
            if (left > 0)
                left -= await writers.Run(Command.Of("DELETE FROM purged_pools WHERE pool = $1").With(pool), stop);
        }
        while (left > 0 && await First("SELECT pool, number FROM purged_groups LIMIT 1") is var (pool, number))
        {
            left -= await writers.Run(Command.Of(MembersOfGroup).With(pool).With(number).With((long)left), stop);
            if (left > 0)
                left -= await writers.Run(Command.Of("DELETE FROM purged_groups WHERE pool = $1 AND number = $2").With(pool).With(number), stop);
        }
        return limit - left;

        async ValueTask<int> Expire(ExpiringTable table, DateTimeOffset end, int most)
        {
            var dead = await readers.Run(
                Command.Of(table.FindSql).With(end).With((long)most),
                rows => rows.All(row => (Pool: row.Long(0), Id: table.IsNamed ? null : row.Bytes(1), Name: table.IsNamed ? row.Text(1) : null)), stop);
            var gone = await Task.WhenAll(dead.Select(row =>
            {
                var command = Command.Of(table.DeleteSql).With(row.Pool).With(end);
                return writers.Run(row.Id is { } id ? command.With(id) : command.With(row.Name), stop).AsTask();
            }));
            return gone.Sum();
        }

        ValueTask<(long, long)?> First(string sql) => readers.Run<(long, long)?>(
            Command.Of(sql), static async row => await row.Step() ? (row.Long(0), row.Long(1)) : null, stop);
    }

    private static DateTimeOffset EndOf(ExpiringTable table, DateTimeOffset now) => table.Name switch
    {
        "attempts" => now - AttemptsLive,
        "settings_changes" => SettingsChanges.Now - SettingsChanges.Live,
        _ => now,
    };

    private static string Delete(string table, string key) =>
        $"DELETE FROM {table} WHERE pool = $1 AND ({key}) IN (SELECT {key} FROM {table} WHERE pool = $1 LIMIT $2)";

    private sealed record ExpiringTable(string Name, string Key, string End, bool IsNamed = false)
    {
        public string FindSql { get; } = $"SELECT pool, {Key} FROM {Name} WHERE {End} <= $1 LIMIT $2";

        public string DeleteSql { get; } = $"DELETE FROM {Name} WHERE pool = $1 AND {End} <= $2 AND {Key} = $3";
    }
}
