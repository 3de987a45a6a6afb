using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Postern.Storage.Postgres;

namespace Postern.Tests.Storage.Postgres;

/// <summary>A program of an earlier schema goes on beside the newest one.</summary>
public sealed partial class PostgresUpgrade(Cluster cluster) : Databases(cluster)
{
    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Schema.Migrations.Length - 1)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_statement_of_a_version_before_runs_against_the_newest_schema(int version)
    {
        var statements = RecordedStatements.Of("postgres", version);
        Assert.InRange(statements.Count, 60, 250);
        await using var connection = await Connect();
        var failures = new List<string>();
        foreach (var sql in statements)
        {
            if (await Run(connection, sql) is { } wrong)
                failures.Add($"{wrong}\n{sql}");
        }
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Every_statement_of_this_version_can_be_recorded()
    {
        var statements = await Statements(static async store =>
        {
            await StoreCalls.All(store);
            await StoreCalls.All(store);
        });
        Assert.InRange(statements.Count, 80, 250);
        RecordedStatements.Record("postgres", Schema.Migrations.Length, statements);
        await using var connection = await Connect();
        foreach (var sql in statements)
            Assert.True(await Run(connection, sql) is null, $"{await Run(connection, sql)}\n{sql}");
    }

    [Fact]
    public async Task A_schema_that_breaks_a_node_of_the_version_before_is_found()
    {
        await using var connection = await Connect();
        const string insert = "INSERT INTO used_sessions (pool, sign_in, expires) VALUES ($1, $2, $3)";
        Assert.Null(await Run(connection, insert));
        await Ask<object>("ALTER TABLE used_sessions ADD COLUMN node text NOT NULL");
        Assert.Contains("not-null", await Run(connection, insert), StringComparison.Ordinal);
        await Ask<object>("ALTER TABLE used_sessions RENAME expires TO ends");
        Assert.Contains("does not exist", await Run(connection, insert), StringComparison.Ordinal);
    }

    private async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Max Auto Prepare=0");
        await connection.OpenAsync(Stop);
        return connection;
    }

    /// <summary>Prepares a statement, and runs it with a value for each parameter, without effect; what is wrong.</summary>
    private static async Task<string?> Run(NpgsqlConnection connection, string sql)
    {
        // The program says which types its parameters have; here the database finds out, but for those that it can't.
        var types = Enumerable.Repeat("unknown", Parameters().Matches(sql).Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Append(0).Max()).ToArray();
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            try
            {
                await Execute(connection, $"PREPARE recorded{(types.Length == 0 ? "" : $"({string.Join(", ", types)})")} AS {sql}");
                await using var found = new NpgsqlCommand("SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = 'recorded'", connection);
                var values = ((string[])(await found.ExecuteScalarAsync(Stop))!).Select(Value).ToArray();
                await Execute(connection, values.Length == 0 ? "EXECUTE recorded" : $"EXECUTE recorded({string.Join(", ", values)})");
                return null;
            }
            catch (PostgresException refused) when (refused.SqlState is "22012" or "23505")
            {
                return null;   // a guard, or a name that is taken: it ran
            }
            catch (PostgresException unknown) when (unknown.SqlState is "42P18" or "42P08" && Parameters().Match(unknown.MessageText) is { Success: true } match)
            {
                types[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - 1] = "bigint";
            }
            catch (PostgresException error)
            {
                return error.MessageText;
            }
            finally
            {
                await transaction.RollbackAsync(Stop);
                await Execute(connection, "DEALLOCATE ALL");
            }
        }
    }

    private static string Value(string type) => type switch
    {
        "bigint" or "integer" or "smallint" or "numeric" => "1",
        "boolean" => "true",
        "bytea" => "'\\x01'",
        "text" => "'a'",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => $"ARRAY[{Value(type[..^2])}]::{type}",
        _ => throw new InvalidOperationException(type),
    };

    private static async Task Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameters();
}
