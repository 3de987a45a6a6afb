using Postern.Storage;
using Postern.Storage.Sqlite;

namespace Postern.Tests.Storage.Sqlite;

/// <summary>Every statement that the store prepares, found by calling all that it has.</summary>
public sealed class SqliteStatements : Files
{
    private static readonly byte[] Key = [1];
    private static readonly AttemptKey Attempted = new(1, default);

    // Bounded by their limit, or the whole of a table that is small by its nature.
    private static readonly string[] MayScan =
    [
        "SCAN CONSTANT ROW", "SCAN one", "SCAN ring_keys", "SCAN key_stock", "SCAN purged_pools", "SCAN purged_groups", "SCAN messages USING INDEX messages_by_time",
    ];

    [Fact]
    public async Task Every_statement_searches_by_a_key_and_is_prepared_once()
    {
        await Open().DisposeAsync();
        using var readers = new Readers(DataFile, "");
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

    private static async Task Call(Readers readers, Writer writer)
    {
        await Read(readers, writer);
        await Write(new Postern.Storage.Sqlite.SqliteChanges(writer), writer);
    }

    private static async Task Read(Readers readers, Writer writer)
    {
        var sub = Guid.NewGuid();
        var pools = new Postern.Storage.Sqlite.SqlitePools(readers);
        await pools.Find(PoolKind.UserPool, "a", Stop);
        await pools.Find(1, Stop);
        await pools.List(PoolKind.UserPool, "a", "b", null, 1, Stop);
        await pools.EstimatedNumberOfUsers(1, Stop);
        var resources = new Postern.Storage.Sqlite.SqliteResources(readers);
        await resources.Find(1, ResourceKind.Client, "a", Stop);
        await resources.List(1, ResourceKind.Client, null, 1, Stop);
        await resources.List(1, ResourceKind.Client, "a", 1, Stop);
        await resources.FindPool(DirectoryKind.Client, "a", Stop);
        var users = new Postern.Storage.Sqlite.SqliteUsers(readers);
        await users.Find(1, "a", sub, Stop);
        await users.FindForSignIn(1, "a", sub, Attempted, Stop);
        await users.FindForToken(1, sub, sub, Stop);
        await users.List(1, null, 1, Stop);
        foreach (var isPrefix in new[] { false, true })
        {
            await users.Search(1, "a", "b", isPrefix, null, 1, Stop);
            await users.Search(1, "a", "b", isPrefix, ("b", sub), 1, Stop);
        }
        var groups = new Postern.Storage.Sqlite.SqliteGroups(readers);
        await groups.Find(1, "a", Stop);
        await groups.List(1, null, 1, Stop);
        await groups.ListForUser(1, sub, Stop);
        await groups.ListUsers(1, "a", null, 1, Stop);
        await new Postern.Storage.Sqlite.SqliteCodes(readers).Find(1, sub, CodePurpose.SignUp, Stop);
        var signIns = new Postern.Storage.Sqlite.SqliteSignIns(readers);
        await signIns.IsRevoked(1, sub, Stop);
        await signIns.IsUsed(1, sub, Stop);
        await signIns.FindRotation(1, sub, Stop);
        var attempts = new Postern.Storage.Sqlite.SqliteAttempts(readers, writer);
        await attempts.Find(1, Attempted, Stop);
        await attempts.Add(1, Attempted, Sample.Now, TimeSpan.FromHours(1), false, Stop);
        var keys = new Postern.Storage.Sqlite.SqliteKeys(readers, writer);
        await keys.SigningKeys(1, Stop);
        await keys.FindPool("a", Stop);
        await keys.CountStock(Stop);
        await keys.AddToStock(Sample.Key("stock"), Stop);
        await keys.DrawSigningKeys(Sample.Number(), [Sample.Key(Guid.NewGuid().ToString()), Sample.Key(Guid.NewGuid().ToString())], Stop);
        await keys.RotateSigningKeys(3, [], [new(3, SigningKeyUse.IdToken, Sample.Key(Guid.NewGuid().ToString()))], Sample.Now, Stop);
        await keys.PoolsWithKeys(0, 1, Stop);
        await keys.Ring(Stop);
        await keys.AddToRing(new(1, Key, Sample.Now), Stop);
        var messages = new Postern.Storage.Sqlite.SqliteMessages(readers, writer);
        await messages.Find(sub, Stop);
        await messages.List(null, null, 1, Stop);
        await messages.List("a", 1, 1, Stop);
        await messages.Due(Sample.Now, 1, Stop);
        await messages.Clear(Stop);
        var installation = new Postern.Storage.Sqlite.SqliteInstallation(readers, writer, new("", TimeProvider.System));
        await installation.Get("a", Stop);
        await installation.Set("a", Key, Stop);
        await installation.GetOrSet("a", Key, Stop);
        var @sealed = new Postern.Storage.Sqlite.SqliteSealedValues(readers, writer);
        foreach (var column in Enum.GetValues<SealedColumn>())
        {
            await @sealed.List(column, null, 1, Stop);
            await @sealed.Replace([new(new(column), Key, Key)], Stop);
        }
    }

    private static async Task Write(Postern.Storage.Sqlite.SqliteChanges changes, Writer writer)
    {
        var pool = Sample.Pool(Sample.Number());
        var user = Sample.User(pool.Number);
        var group = Sample.Group(pool.Number, "staff");
        var client = Sample.Client(pool.Number);
        var code = Sample.Code(pool.Number, user.Sub);
        var message = Sample.Message(pool.Number);
        SearchTerm[] terms = [new("name", "jane")];
        var rotation = new Rotation(pool.Number, user.Sub, 1, Sample.Now, Sample.Now);
        await changes.Save(
            new(
                new PutPool(pool), new PutPool(pool with { Version = 1 }), new PutUser(user, ["jane"], [], terms, []),
                new PutUser(user with { Version = 1 }, ["jane"], ["x"], terms, terms), new PutGroup(group), new PutGroup(group with { Version = 1 }),
                new AddMember(pool.Number, "staff", user.Sub, Sample.Now), new RemoveMember(pool.Number, "staff", user.Sub),
                new PutCode(code), new UseCode(code), new DropCode(pool.Number, user.Sub, CodePurpose.SignUp),
                new QueueMessage(message), new PutMessage(message), new DropMessage(message.Id), new ForgetAttempts(pool.Number, Attempted),
                new UseSession(pool.Number, user.Sub, Sample.Now), new Revoke(pool.Number, user.Sub, Sample.Now), new PutRotation(rotation),
                new PutResource(client), new PutResource(client with { Version = 1 }), new DeleteResource(client with { Version = 2 }),
                new ClaimName(DirectoryKind.Client, client.Name, pool.Number), new ReleaseName(DirectoryKind.Client, client.Name, pool.Number),
                new DeleteGroup(pool.Number, "staff")),
            Stop);
        Assert.True((await writer.Run(connection => Purge.Run(connection, Sample.Now, 1000), Stop)) > 0);
        var result = await changes.Save(
            new(new DeleteUser(user with { Version = 2 }, ["jane"], terms), new DeletePool(pool with { Version = 2 })), Stop);
        Assert.True(result.IsSaved);
        await writer.Run(connection => Purge.Run(connection, Sample.Now, 1000), Stop);
    }
}
