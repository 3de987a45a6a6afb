using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

/// <summary>Every statement that the store prepares, found by calling all that it has.</summary>
public sealed class SqliteStatements : Files
{
    // Bounded by their limit, or the whole of a table that is small by its nature.
    private static readonly string[] MayScan =
    [
        "SCAN CONSTANT ROW", "SCAN one", "SCAN ring_keys", "SCAN key_stock", "SCAN purged_pools", "SCAN purged_groups", "SCAN messages USING INDEX messages_by_time",
    ];

    [Fact]
    public async Task Every_statement_searches_by_a_key_and_is_prepared_once()
    {
        await Open().DisposeAsync();
        using var readers = new Readers(DataFile, "", static () => false);
        using var connection = Connection.Open(DataFile, "");
        using var writer = new Writer(connection);
        await Call(readers, writer);

        string[] known;
        using (var reader = readers.Take())
            known = [.. reader.Prepared, .. connection.Prepared];
        Assert.InRange(known.Length, 90, 170);
        RecordedStatements.Record("sqlite", Schema.Migrations.Length, known);
        await Call(readers, writer);
        using (var reader = readers.Take())
            Assert.Equal(known, reader.Prepared.Concat(connection.Prepared));

        using var planner = Connection.Open(DataFile, "");
        foreach (var sql in known)
        {
            using var plan = planner.Use("EXPLAIN QUERY PLAN " + sql);
            while (plan.Step())
            {
                var step = plan.Text(3);
                Assert.True(!step.StartsWith("SCAN", StringComparison.Ordinal) || MayScan.Any(step.StartsWith), $"{step}: {sql}");
                // Groups of one user have an order that no index has, and are at most a hundred; key rows of a pool are a few.
                Assert.True(!step.Contains("TEMP B-TREE", StringComparison.Ordinal) || sql.Contains("g.precedence IS NULL", StringComparison.Ordinal)
                    || sql.Contains("FROM signing_keys", StringComparison.Ordinal) || sql.Contains("FROM key_stock", StringComparison.Ordinal), $"{step}: {sql}");
            }
        }
    }

    private static Task Call(Readers readers, Writer writer) => StoreCalls.All(new Held(readers, writer));

    /// <summary>A store over connections that the test looks into.</summary>
    private sealed class Held(Readers readers, Writer writer) : IStore
    {
        public IChanges Changes { get; } = new Postern.Storage.Sqlite.SqliteChanges(writer);

        public IPoolStore Pools { get; } = new Postern.Storage.Sqlite.SqlitePools(readers);

        public IResourceStore Resources { get; } = new Postern.Storage.Sqlite.SqliteResources(readers);

        public IUserStore Users { get; } = new Postern.Storage.Sqlite.SqliteUsers(readers);

        public IUserPartStore UserParts { get; } = new Postern.Storage.Sqlite.SqliteUserParts(readers);

        public IGroupStore Groups { get; } = new Postern.Storage.Sqlite.SqliteGroups(readers);

        public ICodeStore Codes { get; } = new Postern.Storage.Sqlite.SqliteCodes(readers);

        public IAttemptStore Attempts { get; } = new Postern.Storage.Sqlite.SqliteAttempts(readers, writer);

        public ISignInStore SignIns { get; } = new Postern.Storage.Sqlite.SqliteSignIns(readers);

        public IKeyStore Keys { get; } = new Postern.Storage.Sqlite.SqliteKeys(readers, writer);

        public IMessageStore Messages { get; } = new Postern.Storage.Sqlite.SqliteMessages(readers, writer);

        public IInstallationStore Installation { get; } =
            new Postern.Storage.Sqlite.SqliteInstallation(readers, writer, new("", TimeProvider.System));

        public ISettingsFeed Feed => throw new NotSupportedException();

        public ISealedValues Sealed { get; } = new Postern.Storage.Sqlite.SqliteSealedValues(readers, writer);

        public ValueTask DisposeAsync() => default;
    }
}
