using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Postern.Storage;
using Postern.Storage.Postgres;

namespace Postern.Tests.Storage.Postgres;

/// <summary>A database for each test, gone with it, and as many stores over it as a test wants nodes.</summary>
public abstract class Databases(Cluster cluster) : IAsyncLifetime
{
    private readonly List<PostgresStore> stores = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync() => ConnectionString = await cluster.NewDatabase(IsMigrated);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
            await store.DisposeAsync();
        await cluster.Drop(ConnectionString);
        GC.SuppressFinalize(this);
    }

    protected virtual bool IsMigrated => true;

    protected async Task<PostgresStore> Open()
    {
        var store = await PostgresStore.Open(ConnectionString, TimeProvider.System, NullLoggerFactory.Instance, Stop);
        lock (stores)
            stores.Add(store);
        return store;
    }

    /// <summary>Every statement that a store runs when all that it has is called.</summary>
    private protected async Task<IReadOnlyList<string>> Statements(Func<IStore, Task> calls)
    {
        var name = new NpgsqlConnectionStringBuilder(ConnectionString).Database;
        await Ask<object>($"ALTER DATABASE {name} SET log_statement = 'all'; ALTER DATABASE {name} SET log_min_messages = 'log'");
        var store = await Open();
        await calls(store);
        await store.DisposeAsync();   // what is written behind is written now
        // Further lines of a statement begin with a tab.
        var executed = new Regex($"^{name}" + @"\|LOG:  execute [^:\n]+: (.*(?:\n\t.*)*)", RegexOptions.Multiline);
        return [.. executed.Matches(await cluster.Log()).Select(static match => match.Groups[1].Value.Replace("\n\t", "\n", StringComparison.Ordinal)).Distinct()];
    }

    protected async Task<T> Ask<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop) is T value ? value : default!;
    }

    protected static async Task Saved(IStore store, params Write[] writes) =>
        Assert.Equal(default, await store.Changes.Save(new Change(writes), Stop));
}
