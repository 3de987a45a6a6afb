using Microsoft.Extensions.Logging.Abstractions;
using Postern.Contract;
using Postern.Storage;
using Postern.Storage.Sqlite;
using Postern.Tests.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Sessions;
using Postern.UserPools.Tokens;

namespace Postern.Tests.UserPools.Sessions;

/// <summary>What no client can show yet: sessions of a browser, and what is written when.</summary>
public sealed class TokenSessionsTests
{
    private static readonly Caller Browser = new("123456789012", "us-east-1", false, "192.0.2.1", "Boto3/1.34 os/linux");

    [Fact]
    public async Task A_pool_that_does_not_track_neither_reads_nor_writes()
    {
        await using var world = await World.Create(new(AreTracked: false, 20, 0));
        var sessions = new TokenSessions(null!, null!, TimeProvider.System);
        Assert.Empty(await sessions.Begin(world.Client, world.User, Facts(), Browser, default));
        sessions.Refreshed(world.Pool, world.User.Sub, Facts(), Browser);
        Assert.Empty(await sessions.Forget(world.Pool, world.User.Sub, Guid.NewGuid(), "LINKED", default));
    }

    [Fact]
    public async Task A_sign_in_below_the_maximum_writes_its_record_alone()
    {
        await using var world = await World.Create();
        Assert.IsType<PutUserPart>(Assert.Single(await world.Sessions.Begin(world.Client, world.User, Facts(), Browser, default)));
    }

    [Fact]
    public async Task Linked_to_a_token_session_is_its_browser_session_but_not_its_siblings()
    {
        await using var world = await World.Create();
        var sso = await world.AddSso("sso1");
        var (child, sibling, other) = (await world.SignIn(sso), await world.SignIn(sso), await world.SignIn());
        Assert.Equal([SessionId.Of(child.OriginJti)], await world.Ended(SessionId.Of(child.OriginJti), null));
        Assert.Equal([SessionId.Of(child.OriginJti)], await world.Ended(SessionId.Of(child.OriginJti), "NONE"));
        Assert.Equal([sso, SessionId.Of(child.OriginJti)], await world.Ended(SessionId.Of(child.OriginJti), "LINKED"));
        Assert.Equal([SessionId.Of(other.OriginJti)], await world.Ended(SessionId.Of(other.OriginJti), "LINKED"));
        Assert.NotEqual(sibling.OriginJti, child.OriginJti);
    }

    [Fact]
    public async Task Linked_to_a_browser_session_are_the_token_sessions_that_came_from_it()
    {
        await using var world = await World.Create();
        var (sso, another) = (await world.AddSso("sso1"), await world.AddSso("sso2"));
        var (one, two) = (await world.SignIn(sso), await world.SignIn(sso));
        await world.SignIn(another);
        Assert.Equal([sso], await world.Ended(sso, "NONE"));
        Assert.Equal(new[] { sso, SessionId.Of(one.OriginJti), SessionId.Of(two.OriginJti) }.Order(), await world.Ended(sso, "LINKED"));
    }

    [Fact]
    public async Task A_revoked_token_takes_its_browser_session_along_where_that_is_asked_for()
    {
        await using var world = await World.Create();
        var sso = await world.AddSso("sso1");
        var (child, _) = (await world.SignIn(sso), await world.SignIn(sso));
        Assert.Equal([SessionId.Of(child.OriginJti)], Dropped(await world.Sessions.Forget(world.Pool, world.User.Sub, child.OriginJti, null, default)));
        Assert.Equal([sso, SessionId.Of(child.OriginJti)], Dropped(await world.Sessions.Forget(world.Pool, world.User.Sub, child.OriginJti, "LINKED", default)));
    }

    [Fact]
    public async Task Browser_sessions_are_listed_and_do_not_count_against_the_maximum()
    {
        await using var world = await World.Create(new(AreTracked: true, 1, 1));
        var sso = await world.AddSso("sso1");
        var token = await world.SignIn(sso);
        var live = await world.Sessions.Live(world.Pool, world.User, default);
        Assert.Equal(new[] { sso, SessionId.Of(token.OriginJti) }.Order(), live.Select(static session => session.Id).Order());
        var described = live.Single(session => !session.IsSso).ToWire(isCurrent: false);
        Assert.Equal((sso, "TOKEN", "192.0.2.1", "Boto3 1, Linux"), (described.OriginSessionId, described.SessionType, described.LastIPAddress, described.DeviceType));
        Assert.Equal("SSO", live.Single(session => session.IsSso).ToWire(isCurrent: false).SessionType);
    }

    [Fact]
    public async Task Records_of_no_use_go_with_the_next_sign_in_and_count_no_more()
    {
        await using var world = await World.Create(new(AreTracked: true, 2, 1));
        var (one, two) = (await world.SignIn(), await world.SignIn());
        world.User = world.User with { SignOuts = world.User.SignOuts + 1 };
        var writes = await world.Sessions.Begin(world.Client, world.User, Facts(), Browser, default);
        Assert.Equal(new[] { SessionId.Of(one.OriginJti), SessionId.Of(two.OriginJti) }.Order(), Dropped(writes));
        Assert.DoesNotContain(writes, static write => write is Revoke);
    }

    [Fact]
    public async Task More_than_the_maximum_by_sign_ins_at_one_moment_are_put_right_by_the_next()
    {
        await using var world = await World.Create(new(AreTracked: true, 3, 1));
        for (var i = 0; i < 3; i++)
            await world.SignIn();
        var atOnce = new List<IReadOnlyList<Write>>();
        for (var i = 0; i < 4; i++)
            atOnce.Add(await world.Sessions.Begin(world.Client, world.User, Facts(), Browser, default));
        foreach (var writes in atOnce)
            Assert.True((await world.Store.Changes.Save(new Change().Add(writes), default)).IsSaved);
        await world.SignIn();
        Assert.Equal(3, (await world.Sessions.Live(world.Pool, world.User, default)).Count);
    }

    [Fact]
    public async Task Activity_is_known_at_once_and_written_later()
    {
        await using var world = await World.Create();
        var facts = await world.SignIn();
        var id = SessionId.Of(facts.OriginJti);
        var before = (await world.Row(id))!;
        world.Time.Now += TimeSpan.FromMinutes(5);
        world.Sessions.Refreshed(world.Pool, world.User.Sub, facts, Browser with { Address = "192.0.2.9", UserAgent = null });

        var seen = Assert.Single(await world.Sessions.Live(world.Pool, world.User, default));
        Assert.Equal((world.Time.Now, "192.0.2.9", "Boto3 1, Linux"), (seen.Active, seen.Address, seen.Device));
        Same.Parts(before, await world.Row(id));

        await world.Activity.Flush(default);
        var written = TrackedSession.Of((await world.Row(id))!);
        Assert.Equal(seen, written);
        Assert.Equal(before.Version + 1, (await world.Row(id))!.Version);
        await world.Activity.Flush(default);
        Assert.Equal(before.Version + 1, (await world.Row(id))!.Version);
    }

    [Fact]
    public async Task Activity_of_an_ended_session_does_not_bring_it_back()
    {
        await using var world = await World.Create();
        var facts = await world.SignIn();
        world.Time.Now += TimeSpan.FromMinutes(5);
        world.Sessions.Refreshed(world.Pool, world.User.Sub, facts, Browser);
        await world.Store.Changes.Save(await world.Sessions.Ending(world.Pool, world.User, SessionId.Of(facts.OriginJti), null, default), default);
        await world.Activity.Flush(default);
        Assert.Empty(await world.Sessions.Live(world.Pool, world.User, default));
    }

    [Fact]
    public async Task Activity_that_another_node_saw_later_stands()
    {
        await using var world = await World.Create();
        var facts = await world.SignIn();
        var another = new SessionActivity(world.Store.UserParts, world.Store.Changes, NullLogger.Instance);
        var id = SessionId.Of(facts.OriginJti);
        var start = world.Time.Now;
        world.Activity.Note(world.Pool.Number, world.User.Sub, id, start.AddMinutes(5), Browser);
        another.Note(world.Pool.Number, world.User.Sub, id, start.AddMinutes(6), Browser);
        await another.Flush(default);
        await world.Activity.Flush(default);
        Assert.Equal(start.AddMinutes(6), (await world.Row(id))!.Modified);
    }

    [Fact]
    public async Task A_node_that_stops_writes_what_it_saw()
    {
        await using var world = await World.Create();
        var facts = await world.SignIn();
        world.Time.Now += TimeSpan.FromMinutes(5);
        world.Sessions.Refreshed(world.Pool, world.User.Sub, facts, Browser);
        await world.Activity.Run(new CancellationToken(canceled: true));
        Assert.Equal(world.Time.Now, (await world.Row(SessionId.Of(facts.OriginJti)))!.Modified);
    }

    private static SignInFacts Facts() => SignInFacts.New(Sample.Now, TimeSpan.FromDays(30));

    private static string[] Dropped(IEnumerable<Write> writes) => [.. writes.OfType<DropUserPart>().Select(static drop => drop.Name).Order()];

    private sealed class World : IAsyncDisposable
    {
        private World(SessionSettings settings)
        {
            Store = SqliteStore.Open(":memory:", TimeProvider.System);
            Activity = new(Store.UserParts, Store.Changes, NullLogger.Instance);
            Sessions = new(Store.UserParts, Activity, Time);
            var row = Sample.Pool(Sample.Number());
            Pool = new(row, new PoolSettings(new(), new(), settings));
            Client = new(Pool, Sample.Client(row.Number), new(), []);
            User = Sample.User(row.Number);
        }

        public SqliteStore Store { get; }

        public Movable Time { get; } = new();

        public UserPool Pool { get; }

        public AppClient Client { get; }

        public User User { get; set; }

        public SessionActivity Activity { get; }

        public TokenSessions Sessions { get; }

        public static async Task<World> Create(SessionSettings? settings = null)
        {
            var world = new World(settings ?? new(AreTracked: true, 20, 1));
            await world.Store.Changes.Save(new(new PutPool(world.Pool.Row), new PutUser(world.User, [world.User.Username], [], [], [])), default);
            return world;
        }

        public async Task<string> AddSso(string name)
        {
            var id = name.PadRight(28, '0');
            var session = new TrackedSession(id, Client.Id, User.SignOuts, Pool.Sessions.Round, null, Time.Now, Time.Now, null, null, Time.Now.AddHours(1));
            await Store.Changes.Save(new(new PutUserPart(session.ToRow(Pool.Number, User.Sub))), default);
            return id;
        }

        public async Task<SignInFacts> SignIn(string? origin = null)
        {
            var facts = Facts();
            var writes = await Sessions.Begin(Client, User, facts, Browser, default, origin);
            Assert.True((await Store.Changes.Save(new Change().Add(writes), default)).IsSaved);
            Time.Now += TimeSpan.FromSeconds(1);
            return facts;
        }

        /// <summary>The sessions that end with one, by id; each token session's tokens are revoked with it.</summary>
        public async Task<string[]> Ended(string id, string? associated)
        {
            var writes = (await Sessions.Ending(Pool, User, id, associated, default)).Writes;
            var dropped = Dropped(writes);
            Assert.Equal(
                dropped.Where(static name => name.StartsWith("tkn", StringComparison.Ordinal)),
                writes.OfType<Revoke>().Select(static revoke => SessionId.Of(revoke.OriginJti)).Order());
            return dropped;
        }

        public ValueTask<UserPart?> Row(string id) => Store.UserParts.Find(Pool.Number, User.Sub, UserPartKind.Session, id, default);

        public ValueTask DisposeAsync() => Store.DisposeAsync();
    }

    private sealed class Movable : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Sample.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
