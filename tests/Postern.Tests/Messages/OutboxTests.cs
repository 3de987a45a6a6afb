using Microsoft.Extensions.Logging.Abstractions;
using Postern.Cryptography;
using Postern.Messages;
using Postern.Storage.Sqlite;
using Postern.Tests.Cryptography;

namespace Postern.Tests.Messages;

/// <summary>Two nodes with one outbox in the database: a message leaves once.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private readonly SqliteStore store = SqliteStore.Open(":memory:", TimeProvider.System);
    private readonly StandingClock clock = new();
    private readonly Slow transport = new();
    private readonly MasterKey key = new(new byte[MasterKey.Size]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_message_whose_first_attempt_is_under_way_is_not_taken_by_another_node()
    {
        var (one, other) = (Node(), Node());
        await Send(one);
        await transport.Began.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop);
        clock.Now += TimeSpan.FromSeconds(30);
        await other.DeliverDue(static _ => new(true), Stop);
        Assert.Equal(1, transport.Sent);
        transport.MayEnd.SetResult();
    }

    [Fact]
    public async Task A_message_whose_node_was_lost_is_sent_by_another_after_a_while()
    {
        var message = Message();
        var lost = Node();
        await store.Changes.Save(new(lost.Queue(message, 1, clock.Now.AddHours(1))), Stop);
        transport.MayEnd.SetResult();
        var other = Node();
        await other.DeliverDue(static _ => new(true), Stop);
        Assert.Equal(0, transport.Sent);
        clock.Now += TimeSpan.FromMinutes(2);
        await other.DeliverDue(static _ => new(false), Stop);
        Assert.Equal(0, transport.Sent);
        await other.DeliverDue(static _ => new(true), Stop);
        Assert.Equal(1, transport.Sent);
        await other.DeliverDue(static _ => new(true), Stop);
        Assert.Equal(1, transport.Sent);
        Assert.Null(await store.Messages.Find(message.Id, Stop));
    }

    [Fact]
    public async Task A_node_that_loses_its_turn_stops_between_two_messages()
    {
        var node = Node();
        for (var i = 0; i < 3; i++)
            await store.Changes.Save(new(node.Queue(Message(), 1, clock.Now.AddHours(1))), Stop);
        transport.MayEnd.SetResult();
        clock.Now += TimeSpan.FromMinutes(2);
        var asked = 0;
        await node.DeliverDue(_ => new(++asked <= 2), Stop);
        Assert.Equal(1, transport.Sent);
    }

    private Outbox Node() => new(store.Changes, store.Messages, key, [transport], new(WaitsForFirstAttempt: false, KeepsDelivered: false), clock, NullLogger<Outbox>.Instance);

    private OutgoingMessage Message() => new(
        Guid.NewGuid(), clock.Now, MessageKind.SignUp, "EMAIL", "jane@example.com", "Code", "Your code", "123456", null, "us-east-1_1", "jane", null, null);

    private async Task Send(Outbox outbox) => Assert.True((await outbox.Save(new(outbox.Queue(Message(), 1, clock.Now.AddHours(1))), Stop)).IsSaved);

    private sealed class Slow : ITransport
    {
        private int sent;

        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Sent => Volatile.Read(ref sent);

        public bool Carries(OutgoingMessage message) => true;

        public async ValueTask Send(OutgoingMessage message, CancellationToken stop)
        {
            Interlocked.Increment(ref sent);
            Began.TrySetResult();
            await MayEnd.Task;
        }
    }
}
