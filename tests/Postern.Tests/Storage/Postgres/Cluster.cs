using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Postern.Storage;
using Postern.Storage.Postgres;

[assembly: AssemblyFixture(typeof(Postern.Tests.Storage.Postgres.Cluster))]

namespace Postern.Tests.Storage.Postgres;

/// <summary>A PostgreSQL server of the tests' own: made when the first test asks for it, gone with the last. It has a database that is migrated, and
/// copies it for each test.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private const string Template = "postern_template";

    private readonly Lazy<Task<PostgresServer>> server = new(Start);
    private readonly ConcurrentBag<string> emptied = [];
    private int databases;

    public static async Task<Cluster> Current() =>
        await TestContext.Current.GetFixture<Cluster>() ?? throw new InvalidOperationException("There is no cluster outside of a test.");

    /// <summary>A store over an empty database that no other test uses meanwhile: making one takes longer than most tests.</summary>
    public static async ValueTask<IStore> Store()
    {
        var cluster = await Current();
        var connection = cluster.emptied.TryTake(out var used) ? used : await cluster.NewDatabase();
        var store = await PostgresStore.Open(connection, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        return new OwnStore(store, () => cluster.Empty(connection));
    }

    /// <summary>A connection string to a new database.</summary>
    /// <param name="isMigrated">Whether it has the tables.</param>
    public async Task<string> NewDatabase(bool isMigrated = true)
    {
        var running = await server.Value;
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref databases)}");
        await running.Execute($"CREATE DATABASE {name}{(isMigrated ? $" TEMPLATE {Template}" : "")}");
        return running.ConnectionString(name);
    }

    /// <summary>What the server wrote to its log.</summary>
    public async Task<string> Log() => await (await server.Value).Log();

    public async ValueTask Drop(string connectionString) =>
        await (await server.Value).Execute($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    private async ValueTask Empty(string connectionString)
    {
        var tables = string.Concat(Schema.State.Concat(["installation", "key_stock", "ring_keys", "leases", "settings_changes"]).Select(table => $"DELETE FROM {table};"));
        await (await server.Value).Execute(
            tables + """
            DO $$ DECLARE snapshot text; BEGIN
                FOR snapshot IN SELECT nspname FROM pg_namespace WHERE nspname LIKE 'postern_snapshot%' LOOP
                    EXECUTE format('DROP SCHEMA %I CASCADE', snapshot);
                END LOOP;
            END $$
            """,
            new NpgsqlConnectionStringBuilder(connectionString).Database!);
        emptied.Add(connectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated)
            await (await server.Value).DisposeAsync();
    }

    private static async Task<PostgresServer> Start()
    {
        var running = await PostgresServer.Start();
        await running.Execute($"CREATE DATABASE {Template}");
        await (await PostgresStore.Open(running.ConnectionString(Template), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None)).DisposeAsync();
        return running;
    }
}

/// <summary>A store after whose end something is done.</summary>
internal sealed class OwnStore(IStore store, Func<ValueTask> closed) : IStore
{
    public IChanges Changes => store.Changes;

    public IPoolStore Pools => store.Pools;

    public IResourceStore Resources => store.Resources;

    public IUserStore Users => store.Users;

    public IUserPartStore UserParts => store.UserParts;

    public IGroupStore Groups => store.Groups;

    public ICodeStore Codes => store.Codes;

    public IAttemptStore Attempts => store.Attempts;

    public ISignInStore SignIns => store.SignIns;

    public IKeyStore Keys => store.Keys;

    public IMessageStore Messages => store.Messages;

    public IInstallationStore Installation => store.Installation;

    public ISettingsFeed Feed => store.Feed;

    public ISealedValues Sealed => store.Sealed;

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await closed();
    }
}
