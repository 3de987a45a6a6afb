using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

/// <summary>A program of an earlier schema goes on beside the newest one.</summary>
public sealed class SqliteUpgrade : Files
{
    public static TheoryData<int> Versions => [.. Enumerable.Range(1, Math.Max(1, Schema.Migrations.Length - 1))];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_statement_of_a_version_before_runs_against_the_newest_schema(int version)
    {
        await Open().DisposeAsync();
        var statements = RecordedStatements.Of("sqlite", version);
        Assert.InRange(statements.Count, 80, 200);
        using var connection = Connection.Open(DataFile, "");
        var failures = statements.Select(sql => (sql, Error: Run(connection, sql))).Where(static run => run.Error is not null).Select(static run => $"{run.Error}\n{run.sql}");
        Assert.Empty(failures);
    }

    [Fact]
    public async Task A_schema_that_breaks_a_node_of_the_version_before_is_found()
    {
        await Open().DisposeAsync();
        using var connection = Connection.Open(DataFile, "");
        const string insert = "INSERT INTO used_sessions (pool, sign_in, expires) VALUES (?, ?, ?)";
        Assert.Null(Run(connection, insert));
        connection.Execute("DROP TABLE used_sessions; CREATE TABLE used_sessions (pool, sign_in, expires, node TEXT NOT NULL)");
        Assert.Contains("NOT NULL", Run(connection, insert), StringComparison.Ordinal);
        connection.Execute("DROP TABLE used_sessions");
        Assert.Contains("no such table", Run(connection, insert), StringComparison.Ordinal);
    }

    /// <summary>Prepares a statement, and runs it with a value for each parameter, without effect; what is wrong.</summary>
    private static string? Run(Connection connection, string sql)
    {
        // What is no transaction's, or would end it, is prepared alone.
        var isAlone = sql.StartsWith("BEGIN", StringComparison.Ordinal) || sql.StartsWith("COMMIT", StringComparison.Ordinal) || sql.StartsWith("VACUUM", StringComparison.Ordinal)
            || sql.Contains("SAVEPOINT", StringComparison.Ordinal) || sql.Contains("RELEASE", StringComparison.Ordinal) || sql.StartsWith("ROLLBACK", StringComparison.Ordinal)
            || sql.StartsWith("ATTACH", StringComparison.Ordinal);
        if (isAlone)
            return null;
        connection.Execute("BEGIN");
        try
        {
            using var statement = connection.Use(sql);
            for (var parameter = 0; parameter < statement.Parameters; parameter++)
                statement.With(1);
            while (statement.Step())
            {
            }
            return null;
        }
        catch (SqliteError error)
        {
            return error.Message;
        }
        finally
        {
            connection.Execute("ROLLBACK");
        }
    }
}
