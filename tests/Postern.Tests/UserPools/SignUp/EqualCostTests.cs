using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Messages;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;
using Postern.UserPools.SignIn;
using Postern.UserPools.SignUp;
using Postern.UserPools.Users;

namespace Postern.Tests.UserPools.SignUp;

/// <summary>Time must not tell known names from unknown ones: both read, count and save as often.</summary>
public class EqualCostTests
{
    private const string Known = "known";
    private const string Unknown = "unknown";

    private static readonly Caller Anyone = new("123456789012", "us-east-1", false);

    [Fact]
    public async Task Forgetting_a_password_costs_one_count_and_one_change_whoever_is_named()
    {
        await using var world = await World.Create(UserStatus.CONFIRMED);
        var operation = new ForgotPassword(world.NamedUsers, world.UnknownUsers, world.Delivery, world.Outbox);
        var known = await world.CostOf(() => operation.Run(new() { ClientId = World.ClientId, Username = Known }, Anyone, default));
        var unknown = await world.CostOf(() => operation.Run(new() { ClientId = World.ClientId, Username = Unknown }, Anyone, default));
        Assert.Equal((1, 1), (known.Counts, known.Changes));
        Assert.Equal((known.Counts, known.Changes), (unknown.Counts, unknown.Changes));
        Assert.Equal(["PutCode", "QueueMessage"], known.Writes);
        Assert.Equal(known.Writes, unknown.Writes);
    }

    [Fact]
    public async Task A_code_sent_again_costs_one_count_and_one_change_whoever_is_named()
    {
        await using var world = await World.Create(UserStatus.UNCONFIRMED);
        var operation = new ResendConfirmationCode(world.NamedUsers, world.UnknownUsers, world.Delivery, world.Links, world.Outbox);
        var known = await world.CostOf(() => operation.Run(new() { ClientId = World.ClientId, Username = Known }, Anyone, default));
        var unknown = await world.CostOf(() => operation.Run(new() { ClientId = World.ClientId, Username = Unknown }, Anyone, default));
        Assert.Equal((1, 1), (known.Counts, known.Changes));
        Assert.Equal((known.Counts, known.Changes), (unknown.Counts, unknown.Changes));
    }

    [Fact]
    public async Task A_wrong_code_costs_one_count_and_no_change_whoever_is_named()
    {
        await using var world = await World.Create(UserStatus.CONFIRMED);
        var operation = new ConfirmForgotPassword(world.NamedUsers, world.Users, world.Codes, world.Passwords);
        foreach (var name in (string[])[Known, Unknown])
        {
            var cost = await world.CostOf(async () => await Assert.ThrowsAsync<ExpiredCodeException>(async () => await operation.Run(
                new() { ClientId = World.ClientId, Username = name, ConfirmationCode = "123456", Password = "N3w-Passw0rd" }, Anyone, default)));
            Assert.Equal((1, 0), (cost.Counts, cost.Changes));
        }
    }

    [Fact]
    public async Task A_sign_up_reads_nothing_and_is_one_change()
    {
        await using var world = await World.Create(UserStatus.CONFIRMED);
        var operation = new Postern.UserPools.SignUp.SignUp(world.Pools, world.Users, world.Passwords, world.Delivery, world.Links, world.Outbox, world.Sessions, TimeProvider.System);
        var cost = await world.CostOf(() => operation.Run(
            new() { ClientId = World.ClientId, Username = "new", Password = "Passw0rd!", UserAttributes = [new() { Name = "email", Value = "new@example.com" }] }, Anyone, default));
        Assert.Equal((0, 1), (cost.Counts, cost.Changes));
        Assert.Equal(["PutUser", "PutCode", "QueueMessage"], cost.Writes);
        Assert.Equal(0, cost.Reads);
    }

    private sealed record Cost(int Counts, int Changes, int Reads, List<string> Writes);

    /// <summary>A pool whose client hides who exists, with one user; what is counted, read and saved is noted.</summary>
    private sealed class World : IChanges, IAttemptStore, IAsyncDisposable
    {
        public const string ClientId = "hidesusers";

        private readonly SqliteStore store = SqliteStore.Open(":memory:", TimeProvider.System);
        private readonly SignInGate gate = new(2);
        private readonly List<Change> changes = [];
        private int counts;

        private World()
        {
            var masterKey = new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Size));
            var secret = new InstallationSecret(masterKey, store.Installation);
            Secret = secret;
            UserReads = new(store.Users);
            var cache = new SettingsCache(this);
            Pools = new(store.Pools, store.Resources, cache, new ClientSecrets(masterKey));
            Outbox = new(cache, store.Messages, masterKey, [], new(true, true), TimeProvider.System, NullLogger<Outbox>.Instance);
            Users = new(UserReads, Outbox, TimeProvider.System);
            Codes = new(store.Codes, this, secret, new(), TimeProvider.System);
            UnknownUsers = new(secret);
            Delivery = new(Codes, Outbox, TimeProvider.System);
            NamedUsers = new(Pools, Users, Codes, UnknownUsers);
            Passwords = new(new Srp(), masterKey, gate, secret, TimeProvider.System);
        }

        /// <summary>Of no use: the client does not offer USER_AUTH.</summary>
        public SignInSessions Sessions { get; } = null!;

        public Postern.UserPools.Pools.Pools Pools { get; }

        public Postern.UserPools.Users.Users Users { get; }

        public Postern.UserPools.Codes.Codes Codes { get; }

        public Postern.UserPools.Passwords.Passwords Passwords { get; }

        public Outbox Outbox { get; }

        public UnknownUsers UnknownUsers { get; }

        public CodeDelivery Delivery { get; }

        public NamedUsers NamedUsers { get; }

        /// <summary>The pool confirms with codes: no domain is read.</summary>
        public ConfirmationLinks Links { get; } = new(null!, "http://localhost");

        private InstallationSecret Secret { get; }

        private CountedReads UserReads { get; }

        public static async Task<World> Create(UserStatus status)
        {
            var world = new World();
            await world.Secret.Load(default);
            var now = DateTimeOffset.UtcNow;
            SchemaAttributeType[] schema = [new() { Name = "email", AttributeDataType = "String", Mutable = true }];
            var settings = new PoolSettings(new() { SchemaAttributes = schema, AutoVerifiedAttributes = ["email"] }, new());
            var pool = new UserPool(new(PoolKind.UserPool, 7, "us-east-1_costs", "123456789012", "us-east-1", "costs", settings.ToJson(), now, now, 0), settings);
            var client = new StoredResource(
                7, ResourceKind.Client, ClientId, ClientSettings.ToJson(new() { ClientId = ClientId, PreventUserExistenceErrors = PreventUserExistenceErrorTypes.ENABLED }), default, now, now, 0);
            var user = new User(
                7, Guid.NewGuid(), Known, status, true, [new("email", "known@example.com"), new("email_verified", "true")], default, default, default, 0, default, now, now, 0);
            Assert.True((await world.Save(
                new(new PutPool(pool.Row), new ClaimName(DirectoryKind.Client, ClientId, 7), new PutResource(client), UserNames.Put(pool, null, user)), default)).IsSaved);
            await world.Pools.Client(ClientId, default);
            return world;
        }

        public async Task<Cost> CostOf<T>(Func<ValueTask<T>> run)
        {
            changes.Clear();
            counts = 0;
            UserReads.Count = 0;
            await run();
            return new(counts, changes.Count, UserReads.Count, [.. changes.SelectMany(static change => change.Writes).Select(static write => write.GetType().Name)]);
        }

        public ValueTask<SaveResult> Save(Change change, CancellationToken stop)
        {
            changes.Add(change);
            return store.Changes.Save(change, stop);
        }

        public ValueTask<Attempts> Add(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop)
        {
            counts++;
            return store.Attempts.Add(pool, key, at, window, sliding, stop);
        }

        public ValueTask<Attempts> Find(long pool, AttemptKey key, CancellationToken stop) => store.Attempts.Find(pool, key, stop);

        public async ValueTask DisposeAsync()
        {
            gate.Dispose();
            await store.DisposeAsync();
        }
    }

    private sealed class CountedReads(IUserStore users) : IUserStore
    {
        public int Count { get; set; }

        public ValueTask<User?> Find(long pool, string foldedName, Guid? sub, CancellationToken stop)
        {
            Count++;
            return users.Find(pool, foldedName, sub, stop);
        }

        public ValueTask<SignInView> FindForSignIn(long pool, string foldedName, Guid? sub, AttemptKey attempts, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<TokenView?> FindForToken(long pool, Guid sub, Guid originJti, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<Page<User>> List(long pool, Guid? after, int limit, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<Page<(User User, string Value)>> Search(
            long pool, string attribute, string value, bool isPrefix, (string Value, Guid Sub)? after, int limit, CancellationToken stop) => throw new NotSupportedException();
    }
}
