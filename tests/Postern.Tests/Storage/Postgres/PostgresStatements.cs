using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Postern.Tests.Storage.Postgres;

/// <summary>Every statement that the store runs, found by calling all that it has, and planned over tables that have rows.</summary>
public sealed partial class PostgresStatements(Cluster cluster) : Databases(cluster)
{
    // Small by their nature (the keys of a pool are a few), or read whole by what is asked: counts for a rotation's progress.
    private static readonly string[] MayScan =
    [
        "ring_keys", "key_stock", "purged_pools", "purged_groups", "installation", "leases", "user_counts", "SELECT count(*) FROM", "DELETE FROM messages",
        "FROM signing_keys WHERE pool = $1 ORDER BY created",
    ];

    [Fact]
    public async Task Every_statement_searches_by_a_key()
    {
        var statements = (await Statements(StoreCalls.All)).Where(static sql => !Apart.IsMatch(sql)).ToArray();
        Assert.InRange(statements.Length, 80, 170);
        await Fill();

        await using var planner = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await planner.OpenAsync(Stop);
        await Run(planner, "SET plan_cache_mode = force_generic_plan");
        var scans = new List<string>();
        foreach (var sql in statements)
        {
            await Run(planner, "PREPARE asked AS " + sql);
            var parameters = Parameter.Matches(sql).Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max();
            var plan = await Run(planner, $"EXPLAIN EXECUTE asked{(parameters == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", parameters))})")}");
            if (Whole.IsMatch(plan) && !MayScan.Any(sql.Contains))
                scans.Add($"{sql}\n{plan}");
            await Run(planner, "DEALLOCATE asked");
        }
        Assert.True(scans.Count == 0, string.Join("\n\n", scans));
    }

    /// <summary>Rows enough that the planner would rather not read all of them.</summary>
    private async Task Fill() => await Ask<object>("""
        INSERT INTO users SELECT i % 3, decode(md5(i::text), 'hex'), 'user' || i, 2, 1, 0, 1, 0, 0, 0, '', '', '', '' FROM generate_series(1, 20000) i;
        INSERT INTO names SELECT pool, username, sub FROM users ON CONFLICT DO NOTHING;
        INSERT INTO terms SELECT pool, 'name', username, sub FROM users ON CONFLICT DO NOTHING;
        INSERT INTO user_groups SELECT i % 3, i, 'group' || i, null, null, null, 0, 0, 1 FROM generate_series(1, 5000) i;
        INSERT INTO members SELECT pool, sub, 1 + status, 0 FROM users;
        INSERT INTO user_parts SELECT pool, sub, 1, 'device', 0, 0, 9000000000000, 1, '', '' FROM users;
        INSERT INTO codes SELECT pool, sub, 1, '', 'email', '', 0, 9000000000000 FROM users;
        INSERT INTO attempts SELECT pool, '\x01' || sub, 1, 0, 9000000000000 FROM users;
        INSERT INTO revocations SELECT pool, sub, 9000000000000 FROM users;
        INSERT INTO used_sessions SELECT pool, sub, 9000000000000 FROM users;
        INSERT INTO rotations SELECT pool, sub, 1, 0, 9000000000000 FROM users;
        INSERT INTO messages SELECT pool, sub, 0, username, 1, 0, 9000000000000, 9000000000000, '' FROM users;
        INSERT INTO resources SELECT i % 3, 1, 'app' || i, 0, 0, 1, '', '' FROM generate_series(1, 20000) i;
        INSERT INTO directory SELECT 1, 'app' || i, i % 3 FROM generate_series(1, 20000) i;
        INSERT INTO pools SELECT i, 1, 'us-east-1_' || i, 'a', 'b', 'c', 0, 0, 1, '' FROM generate_series(1, 20000) i ON CONFLICT DO NOTHING;
        INSERT INTO signing_keys (pool, purpose, kid, created, sealed) SELECT number, 1, 'kid' || number, 0, '' FROM pools;
        INSERT INTO settings_changes SELECT i, decode(md5(i::text), 'hex'), 9000000000000 FROM generate_series(1, 20000) i;
        ANALYZE;
        """);

    private static async Task<string> Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var lines = new List<string>();
        while (await reader.ReadAsync(Stop))
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    /// <summary>What plans nothing, makes tables or moves all of them.</summary>
    [GeneratedRegex("^(BEGIN|COMMIT|ROLLBACK|LISTEN|DISCARD|SELECT 1$|CREATE|ALTER|DROP|SET|SELECT pg_notify|SELECT max|INSERT INTO migrations)", RegexOptions.CultureInvariant)]
    private static partial Regex Apart { get; }

    /// <summary>Steps of a plan that take all rows before the first is answered.</summary>
    [GeneratedRegex("Seq Scan on|Sort|Hash", RegexOptions.CultureInvariant)]
    private static partial Regex Whole { get; }

    [GeneratedRegex(@"\$(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter { get; }
}
