using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Federation;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Server;
using Postern.UserPools.BackChannel;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;
using static Postern.Tests.OAuth.BackChannelLogoutTests;

namespace Postern.Tests.OAuth;

/// <summary>What several nodes do with the logouts that wait in one store, and which wait at all.</summary>
public sealed class LogoutNodesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_nodes_that_both_think_it_is_their_turn_one_delivers_each_logout()
    {
        await using var receiver = await LogoutReceiver.Start();
        await using var nodes = await Nodes.Of(receiver);
        await nodes.Wait(20);
        await Task.WhenAll(nodes.StartDue(0), nodes.StartDue(1), nodes.StartDue(0), nodes.StartDue(1));
        await nodes.Until(static rows => rows.Count == 0);
        Assert.Equal(20, receiver.Count);
    }

    [Fact]
    public async Task What_is_not_due_or_not_the_nodes_turn_waits_and_what_no_client_wants_any_more_goes()
    {
        await using var receiver = await LogoutReceiver.Start();
        await using var nodes = await Nodes.Of(receiver);
        await nodes.Wait(1, next: DateTimeOffset.UtcNow.AddMinutes(1));
        await nodes.Wait(1, client: "nobody");
        await nodes.StartDue(0, isMine: false);
        Assert.Equal(2, (await nodes.Rows()).Count);
        await nodes.StartDue(0);
        await nodes.Until(static rows => rows.Count == 1);
        Assert.Equal(0, receiver.Count);
    }

    [Theory]
    [InlineData(2, 15)]
    [InlineData(3, 60)]
    [InlineData(4, 240)]
    [InlineData(5, 900)]
    [InlineData(6, 900)]
    public async Task Waits_grow_from_attempt_to_attempt(int attempts, int seconds)
    {
        await using var receiver = await LogoutReceiver.Start(HttpStatusCode.BadGateway);
        await using var nodes = await Nodes.Of(receiver);
        await nodes.Wait(1, attempts);
        var before = DateTimeOffset.UtcNow;
        await nodes.StartDue(0);
        var row = Assert.Single(await nodes.Until(rows => LogoutNotice.Of(rows[0]).Attempts == attempts + 1));
        Assert.InRange(row.Modified, before.AddSeconds(seconds).AddMilliseconds(-1), DateTimeOffset.UtcNow.AddSeconds(seconds));
        Assert.Equal(1, receiver.Count);
    }

    [Fact]
    public async Task After_eight_attempts_it_is_given_up()
    {
        await using var receiver = await LogoutReceiver.Start(HttpStatusCode.BadGateway);
        await using var nodes = await Nodes.Of(receiver);
        await nodes.Wait(1, attempts: 7);
        await nodes.StartDue(0);
        await nodes.Until(static rows => rows.Count == 0);
        Assert.Equal(1, receiver.Count);
    }

    [Fact]
    public async Task A_client_has_room_for_five_hundred_and_what_ends_ends_all_the_same()
    {
        await using var receiver = await LogoutReceiver.Start();
        await using var nodes = await Nodes.Of(receiver);
        await nodes.Wait(LogoutNotices.MostOfClient, next: DateTimeOffset.UtcNow.AddHours(1));
        var ended = 0;
        await nodes.EndAll(() => ended++);
        Assert.Equal((1, LogoutNotices.MostOfClient, 0), (ended, (await nodes.Rows()).Count, receiver.Count));
        await nodes.Drop((await nodes.Rows())[0]);
        await nodes.EndAll(() => ended++);
        await receiver.Raw();
        await nodes.Until(static rows => rows.Count == LogoutNotices.MostOfClient - 1);
        Assert.Equal((2, 1), (ended, receiver.Count));
    }

    [Fact]
    public async Task Where_the_end_is_refused_nobody_is_told()
    {
        await using var receiver = await LogoutReceiver.Start();
        await using var nodes = await Nodes.Of(receiver);
        await Assert.ThrowsAsync<TooManyRequestsException>(() => nodes.EndAll(static () => throw new TooManyRequestsException("")));
        Assert.Empty(await nodes.Rows());
        await nodes.EndAll(static () => { });
        await receiver.Raw();
        await nodes.Until(static rows => rows.Count == 0);
        Assert.Equal(1, receiver.Count);
    }

    /// <summary>Two nodes over one store, with a pool whose client has a user's sign-in.</summary>
    private sealed class Nodes : IAsyncDisposable
    {
        private static readonly byte[] key = new byte[32];

        private readonly string file;
        private readonly SqliteStore store;
        private readonly MasterKey masterKey = new(key);
        private readonly KeyStock stock;
        private readonly BackChannel[] nodes;
        private readonly UserPool pool;
        private readonly string client;
        private readonly Guid sub;

        private Nodes(string file, SqliteStore store, UserPool pool, string client, Guid sub)
        {
            (this.file, this.store, this.pool, this.client, this.sub) = (file, store, pool, client, sub);
            stock = new(store.Keys, masterKey, TimeProvider.System, NullLogger<KeyStock>.Instance, 0);
            nodes = [Node(), Node()];
        }

        public static async Task<Nodes> Of(LogoutReceiver receiver)
        {
            var file = Path.Combine(Path.GetTempPath(), $"postern-{Guid.NewGuid():n}.db");
            string id, client;
            Guid sub;
            await using (var server = await TestServer.Own(options => options with { Data = file, MasterKey = Convert.ToBase64String(key) }))
            {
                var made = await OAuthPool.Create(server);
                await Visit.Switch(made, "backchannel-logout");
                await Name(made, made.ClientId, receiver);
                (id, client) = (made.Pool.Id, made.ClientId);
                sub = Guid.Parse((string)Claims(await Exchange(made, await Visit.SignIn(made, await made.Pool.AddUser())))["sub"]!);
            }
            var store = SqliteStore.Open(file, TimeProvider.System);
            return new(file, store, new((await store.Pools.Find(PoolKind.UserPool, id, Stop))!), client, sub);
        }

        /// <summary>Notices that wait.</summary>
        /// <param name="next">When they are due; null: now.</param>
        public async Task Wait(int count, int attempts = 0, DateTimeOffset? next = null, string? client = null)
        {
            var now = DateTimeOffset.UtcNow;
            var notices = Enumerable.Range(0, count).Select(_ => LogoutNotice.New(client ?? this.client, sub, null, now, next ?? now.AddSeconds(-1)) with { Attempts = attempts });
            Assert.True((await store.Changes.Save(new Change().Add(notices.Select(notice => new PutUserPart(notice.ToRow(now.AddHours(1))))), Stop)).IsSaved);
        }

        public Task StartDue(int node, bool isMine = true) => nodes[node].Delivery.StartDue(_ => new(isMine), Stop);

        public async Task EndAll(Action ending) => await nodes[0].Notices.OfUser(
            pool, sub,
            () =>
            {
                ending();
                return ValueTask.CompletedTask;
            },
            Stop);

        public async Task Drop(UserPart row) => await store.Changes.Save(new(LogoutNotice.Of(row).Drop()), Stop);

        public async Task<IReadOnlyList<UserPart>> Rows() =>
            (await store.UserParts.List(LogoutNotice.Pool, Guid.Empty, UserPartKind.LogoutNotice, null, 1000, Stop)).Items;

        /// <summary>The rows, once they are so: what a worker writes comes after the answer.</summary>
        public async Task<IReadOnlyList<UserPart>> Until(Func<IReadOnlyList<UserPart>, bool> are)
        {
            for (var end = DateTimeOffset.UtcNow.AddMinutes(1); DateTimeOffset.UtcNow < end; await Task.Delay(10, Stop))
            {
                if (await Rows() is var rows && are(rows))
                    return rows;
            }
            throw new Xunit.Sdk.XunitException($"{(await Rows()).Count} rows, and not as expected");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in nodes)
            {
                await node.Delivery.Run(new(canceled: true));
                node.Dispose();
            }
            stock.Dispose();
            await store.DisposeAsync();
            foreach (var left in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + "*"))
                File.Delete(left);
        }

        private BackChannel Node()
        {
            var cache = new SettingsCache(store.Changes);
            return new(
                new Pools(store.Pools, store.Resources, cache, new ClientSecrets(masterKey)), store.UserParts, cache,
                new SigningKeys(store.Keys, masterKey, stock, TimeProvider.System), new Issuer("http://localhost", "postern"), NetworkReach.Anywhere,
                TimeProvider.System, NullLogger.Instance);
        }
    }
}
