using System.Globalization;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Deletes dead rows, a bounded number at a time: what has expired, and what deleted pools and groups have left. Their keys are read
/// first, and each is deleted by its key, pool by pool: no transaction spans pools, and no plan depends on how many there are.</summary>
internal sealed class Purge(ReadLanes readers, WriteLanes writers)
{
    /// <summary>Rows of one transaction.</summary>
    private const int Most = 100;

    /// <summary>No window of attempts is longer.</summary>
    private static readonly TimeSpan AttemptsLive = TimeSpan.FromHours(24);

    private static readonly DeadTable[] Expiring =
    [
        DeadTable.Of("codes", "expires"), DeadTable.Of("revocations", "expires"), DeadTable.Of("used_sessions", "expires"),
        DeadTable.Of("rotations", "expires"), DeadTable.Of("messages", "expires"), DeadTable.Of("signing_keys", "expires"),
        DeadTable.Of("user_parts", "expires"), DeadTable.Of("attempts", "last_at"),
        new("settings_changes", [new("pool", ColumnKind.Long), new("id", ColumnKind.Bytes)], "at"),
    ];

    private static readonly DeadTable[] OfPool =
    [
        .. new[]
        {
            "users", "names", "terms", "members", "user_groups", "purged_groups", "user_parts", "codes", "attempts", "revocations", "used_sessions",
            "rotations", "resources", "signing_keys", "messages", "user_counts",
        }.Select(static name => DeadTable.Of(name, end: null)),
    ];

    private static readonly DeadTable Members = DeadTable.Of("members", end: null);

    public async ValueTask<int> Run(DateTimeOffset now, int limit, CancellationToken stop)
    {
        var left = limit;
        foreach (var table in Expiring)
        {
            var end = EndOf(table, now).ToUnixTimeMilliseconds();
            left -= await Delete(table, Command.Of(table.FindSql).With(end).With((long)left), end, stop);
        }
        while (left > 0 && await First("SELECT pool, pool FROM purged_pools LIMIT 1", stop) is var (pool, _))
        {
            foreach (var table in OfPool)
                left -= await Delete(table, Command.Of(table.FindSql).With(pool).With((long)left), null, stop);
            if (left > 0)
                left -= await writers.Run(Command.Of("DELETE FROM purged_pools WHERE pool = $1").With(pool), stop);
        }
        while (left > 0 && await First("SELECT pool, number FROM purged_groups LIMIT 1", stop) is var (pool, number))
        {
            var find = Command.Of("SELECT pool, sub, group_number FROM members WHERE pool = $1 AND group_number = $2 ORDER BY sub LIMIT $3");
            left -= await Delete(Members, find.With(pool).With(number).With((long)left), null, stop);
            if (left > 0)
                left -= await writers.Run(Command.Of("DELETE FROM purged_groups WHERE pool = $1 AND number = $2").With(pool).With(number), stop);
        }
        return limit - left;
    }

    /// <summary>Deletes the rows whose keys a statement finds; answers how many went.</summary>
    /// <param name="end">When they must have ended still.</param>
    private async ValueTask<int> Delete(DeadTable table, Command find, long? end, CancellationToken stop)
    {
        var dead = await readers.Run(find, rows => rows.All(row => (Pool: row.Long(0), Statement: table.Delete(row, end))), stop);
        var gone = await Task.WhenAll(dead.GroupBy(static row => row.Pool, static row => row.Statement)
            .SelectMany(static ofPool => ofPool.Chunk(Most)).Select(some => writers.Run(some, stop).AsTask()));
        return gone.Sum();
    }

    private ValueTask<(long, long)?> First(string sql, CancellationToken stop) => readers.Run<(long, long)?>(
        Command.Of(sql), static async row => await row.Step() ? (row.Long(0), row.Long(1)) : null, stop);

    private static DateTimeOffset EndOf(DeadTable table, DateTimeOffset now) => table.Name switch
    {
        "attempts" => now - AttemptsLive,
        "settings_changes" => SettingsChanges.Now - SettingsChanges.Live,
        _ => now,
    };

    /// <param name="Key">The pool, then what else the key has.</param>
    /// <param name="End">The column that tells a row's end; null for rows that go with their pool.</param>
    private sealed record DeadTable(string Name, IReadOnlyList<Column> Key, string? End)
    {
        private readonly string deleteSql = $"DELETE FROM {Name} WHERE {string.Join(" AND ", Key.Select(static (column, i) =>
            $"{column.Name} = ${(i + 1).ToString(CultureInfo.InvariantCulture)}"))}{(End is null ? "" : $" AND {End} <= ${(Key.Count + 1).ToString(CultureInfo.InvariantCulture)}")}";

        // The order is that of an index, and keeps the planner to it.
        public string FindSql { get; } = End is null
            ? $"SELECT {Names(Key)} FROM {Name} WHERE pool = $1 ORDER BY {Names(Key)} LIMIT $2"
            : $"SELECT {Names(Key)} FROM {Name} WHERE {End} <= $1 ORDER BY {End} LIMIT $2";

        public static DeadTable Of(string name, string? end)
        {
            var table = Tables.All.Single(table => table.Name == name);
            return new(name, [new("pool", ColumnKind.Long), .. table.Columns.Take(table.Key).Where(static column => column.Name is not "pool")], end);
        }

        private static string Names(IEnumerable<Column> columns) => string.Join(", ", columns.Select(static column => column.Name));

        public NpgsqlBatchCommand Delete(Row row, long? end)
        {
            var command = Command.Of(deleteSql);
            for (var i = 0; i < Key.Count; i++)
            {
                _ = Key[i].Kind switch
                {
                    ColumnKind.Long => command.With(row.Long(i)),
                    ColumnKind.Bytes => command.With(row.Bytes(i)),
                    _ => command.With(row.Text(i)),
                };
            }
            return (end is { } time ? command.With(time) : command).Statement;
        }
    }
}
