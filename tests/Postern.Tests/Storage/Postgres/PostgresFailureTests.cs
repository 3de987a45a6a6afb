using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Postern.Storage;
using Postern.Storage.Postgres;

namespace Postern.Tests.Storage.Postgres;

/// <summary>A server of the test's own, which it ends and starts again.</summary>
public sealed class PostgresFailureTests : IAsyncLifetime
{
    private static readonly AttemptKey Key = new(1, new("07070707070707070707070707070707"));

    private readonly Told told = new();
    private PostgresServer? server;
    private PostgresStore? store;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PostgresServer Server => server!;

    private PostgresStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.Start();
        store = await PostgresStore.Open(server.ConnectionString("postgres"), TimeProvider.System, told, Stop);
        await Save(new PutPool(Sample.Pool(1)), new PutUser(Sample.User(1), ["jane"], [], [], []));
        Assert.NotNull(await store.Users.Find(1, "jane", null, Stop));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_server_all_fails_fast_and_with_it_all_works_again()
    {
        await using var feed = Store.Feed.Follow(Stop).GetAsyncEnumerator(Stop);
        Assert.True(await feed.MoveNextAsync());
        await Server.End();
        for (var i = 0; i < 100; i++)
        {
            var since = TimeProvider.System.GetTimestamp();
            await Assert.ThrowsAnyAsync<StorageException>(async () => await Save(new ClaimName(DirectoryKind.Client, "lost", 1)));
            await Assert.ThrowsAnyAsync<StorageException>(async () => await Store.Users.Find(1, "jane", null, Stop));
            await Assert.ThrowsAnyAsync<StorageException>(async () => await Store.Installation.GetOrSet("a", new byte[] { 1 }, Stop));
            Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        }
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Save(new ClaimName(DirectoryKind.Client, "lost", 1)));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await PostgresStore.Open(Server.ConnectionString("postgres"), TimeProvider.System, told, Stop));

        await Server.Begin();
        await Eventually(() => Save(new ClaimName(DirectoryKind.Client, "app", 1)));
        Assert.NotNull(await Store.Users.Find(1, "jane", null, Stop));
        Assert.Null(await Store.Resources.FindPool(DirectoryKind.Client, "lost", Stop));
        Assert.True(await feed.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Null(feed.Current);
        await Save(new PutResource(Sample.Client(1)));
        Assert.True(await feed.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Assert.Equal(1, feed.Current);
        Assert.Equal([4001, 4003], told.Events);
    }

    [Fact]
    public async Task What_is_under_way_when_the_server_ends_is_answered_and_what_was_acknowledged_is_there()
    {
        var acknowledged = new ConcurrentBag<string>();
        var started = new SemaphoreSlim(0);
        var writers = Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                var name = $"user{writer}-{i}";
                try
                {
                    await Save(new PutUser(Sample.User(1, name), [name], [], [new("name", name)], []));
                    acknowledged.Add(name);
                    started.Release();
                }
                catch (StorageException)
                {
                    return;
                }
            }
        })).ToArray();
        for (var i = 0; i < 400; i++)
            await started.WaitAsync(Stop);
        await Server.End();
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30), Stop);

        await Server.Begin();
        await Eventually(() => Save(new ClaimName(DirectoryKind.Client, "app", 1)));
        foreach (var name in acknowledged)
            Assert.NotNull(await Store.Users.Find(1, name, null, Stop));
        // What was under way is there whole or not at all.
        Assert.Equal((await Store.Users.List(1, null, 100_000, Stop)).Items.Count - 1, (await Store.Users.Search(1, "name", "", true, null, 100_000, Stop)).Items.Count);
    }

    [Fact]
    public async Task Wrong_passwords_count_without_a_primary_and_are_written_when_it_is_back()
    {
        await Add(Store);
        await using var replica = await Server.Replica();
        await using var node = await PostgresStore.Open(
            $"Host=127.0.0.1:{Server.Port},127.0.0.1:{replica.Port};Username=postgres;Database=postgres", TimeProvider.System, told, Stop);
        var jane = (await node.Users.Find(1, "jane", null, Stop))!;
        await Server.End();
        await Eventually(async () => Assert.NotNull(await node.Users.Find(1, "jane", null, Stop)));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await node.Changes.Save(new(new ClaimName(DirectoryKind.Client, "lost", 1)), Stop));

        Assert.Equal(2, (await Add(node)).Count);
        Assert.Equal(3, (await Add(node)).Count);
        Assert.Equal(3, (await node.Attempts.Find(1, Key, Stop)).Count);
        Assert.Equal(3, (await node.Users.FindForSignIn(1, "nobody", null, Key, Stop)).FailedAttempts.Count);
        await node.Attempts.Add(1, Key with { Who = jane.Sub }, Sample.Now, TimeSpan.FromHours(1), true, Stop);
        Assert.Equal(1, (await node.Users.FindForSignIn(1, "jane", null, Key, Stop)).FailedAttempts.Count);
        Assert.True((await node.Changes.Save(new(new ForgetAttempts(1, Key with { Who = jane.Sub })), Stop)).IsSaved);
        Assert.Equal(default, (await node.Users.FindForSignIn(1, "jane", null, Key, Stop)).FailedAttempts);
        Assert.Contains(4002, told.Events);

        await Server.Begin();
        await Eventually(async () => Assert.True((await node.Changes.Save(new(new ClaimName(DirectoryKind.Client, "app", 1)), Stop)).IsSaved));
        await Eventually(async () => Assert.Equal(3, (await Store.Attempts.Find(1, Key, Stop)).Count));
        Assert.Equal(4, (await Add(node)).Count);
        // Readers go back to the primary: what is saved now is read at once, which the replica, ended, could not answer.
        await replica.End();
        await Eventually(async () => Assert.Equal(1, await node.Resources.FindPool(DirectoryKind.Client, "app", Stop)));
    }

    private static ValueTask<Attempts> Add(PostgresStore node) => node.Attempts.Add(1, Key, Sample.Now, TimeSpan.FromHours(1), true, Stop);

    private async Task Save(params Write[] writes) => Assert.Equal(default, await Store.Changes.Save(new Change(writes), Stop));

    /// <summary>Tries until it works, for at most ten seconds.</summary>
    private static async Task Eventually(Func<Task> attempt)
    {
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception failure) when (failure is StorageException or Xunit.Sdk.XunitException && TimeProvider.System.GetElapsedTime(since).TotalSeconds < 10)
            {
                await Task.Delay(20, Stop);
            }
        }
    }

    /// <summary>The numbers of what the log was told.</summary>
    private sealed class Told : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<int> Events { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Enqueue(eventId.Id);

        public void Dispose()
        {
        }
    }
}
