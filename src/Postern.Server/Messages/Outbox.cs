using Postern.Contract.UserPools;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.Messages;

/// <summary>How the outbox behaves where development and production differ.</summary>
/// <param name="WaitsForFirstAttempt">Development: the call answers after the first attempt, and its refusal is the call's error.</param>
/// <param name="KeepsDelivered">Development: what was delivered stays, as the inbox.</param>
public sealed record OutboxBehaviour(bool WaitsForFirstAttempt, bool KeepsDelivered);

/// <summary>Messages leave with the change that made them: queued in the same commit, delivered after it, tried again until they expire.</summary>
public sealed class Outbox(
    IChanges changes, IMessageStore store, MasterKey masterKey, IReadOnlyList<ITransport> transports, OutboxBehaviour behaviour, TimeProvider time,
    ILogger<Outbox> logger) : IChanges
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>The first attempt belongs to the node that queued the message: longer than any transport waits. Others try it only afterwards.</summary>
    private static readonly TimeSpan FirstAttempt = TimeSpan.FromMinutes(1);

    /// <summary>The write that queues a message.</summary>
    /// <param name="isDecoy">It is kept as any other, and never sent or shown.</param>
    public QueueMessage Queue(OutgoingMessage message, long pool, DateTimeOffset expires, bool isDecoy = false) => new(new StoredMessage(
        message.Id, pool, message.At, message.To, masterKey.Seal(SealedAs.Message(message.Id), message.ToJson()),
        isDecoy ? MessageState.Decoy : MessageState.Queued, 0, message.At + FirstAttempt, expires));

    /// <summary>Saves the change, then sees to the messages in it.</summary>
    /// <exception cref="CodeDeliveryFailureException">Development: a transport refused. The change stands all the same.</exception>
    public async ValueTask<SaveResult> Save(Change change, CancellationToken stop)
    {
        var result = await changes.Save(change, stop);
        if (!result.IsSaved)
            return result;
        foreach (var write in change.Writes)
        {
            if (write is not QueueMessage { Message: { State: MessageState.Queued } message })
                continue;
            if (!behaviour.WaitsForFirstAttempt)
                _ = Task.Run(() => Deliver(message, CancellationToken.None), CancellationToken.None);
            else if (!await Deliver(message, stop))
                throw new CodeDeliveryFailureException("Unable to deliver the message: the mail server refused it or can't be reached.");
        }
        return result;
    }

    public OutgoingMessage Open(StoredMessage message) =>
        OutgoingMessage.Read(message.Id, message.At, masterKey.Open(SealedAs.Message(message.Id), message.Content.Span));

    /// <summary>Tries what is due, until it is taken or expires.</summary>
    /// <param name="isMine">Whether no other node does the same now; asked before each message, since a transport may take its time.</param>
    public async Task DeliverDue(Func<CancellationToken, ValueTask<bool>> isMine, CancellationToken stop)
    {
        if (!await isMine(stop))
            return;
        foreach (var message in await store.Due(time.GetUtcNow(), 100, stop))
        {
            if (!await isMine(stop))
                return;
            await Deliver(message, stop);
        }
    }

    private async Task<bool> Deliver(StoredMessage stored, CancellationToken stop)
    {
        // Without a transport there is nothing to send: development keeps the message, queued or not, as the inbox.
        if (transports.Count == 0 && behaviour.KeepsDelivered)
            return true;
        var message = Open(stored);
        try
        {
            foreach (var transport in transports)
            {
                if (transport.Carries(message))
                    await transport.Send(message, stop);
            }
        }
        catch (DeliveryException refused)
        {
            var attempts = stored.Attempts + 1;
            logger.DeliveryFailed(message.Kind, message.Medium, message.UserPoolId, attempts, refused);
            var wait = TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, attempts)));
            await changes.Save(new(new PutMessage(stored with
            {
                State = refused.IsFinal ? MessageState.Failed : MessageState.Queued,
                Attempts = attempts,
                NextAttempt = time.GetUtcNow() + wait,
            })), CancellationToken.None);
            return false;
        }
        if (!behaviour.KeepsDelivered)
            await changes.Save(new(new DropMessage(stored.Id)), CancellationToken.None);
        else
            await changes.Save(new(new PutMessage(stored with { State = MessageState.Accepted, Attempts = stored.Attempts + 1 })), CancellationToken.None);
        return true;
    }
}
