namespace Postern.Storage;

public enum MessageState
{
    Queued = 1,
    Accepted = 2,
    Failed = 3,

    /// <summary>Never to be sent: what a code for a name that nobody has leaves behind, so that it costs as much as anyone's.</summary>
    Decoy = 4,
}

/// <summary>A message of the outbox; development keeps it as the inbox.</summary>
/// <param name="To">The destination's address.</param>
/// <param name="Content">Subject, body, code and the rest as JSON, sealed by the caller; opaque here.</param>
public sealed record StoredMessage(
    Guid Id, long Pool, DateTimeOffset At, string To, ReadOnlyMemory<byte> Content,
    MessageState State, int Attempts, DateTimeOffset NextAttempt, DateTimeOffset Expires);

public interface IMessageStore
{
    ValueTask<StoredMessage?> Find(Guid id, CancellationToken stop);

    /// <summary>Newest first; all where <paramref name="to"/> or <paramref name="pool"/> is null.</summary>
    ValueTask<IReadOnlyList<StoredMessage>> List(string? to, long? pool, int limit, CancellationToken stop);

    /// <summary>Queued ones whose next attempt is due.</summary>
    ValueTask<IReadOnlyList<StoredMessage>> Due(DateTimeOffset now, int limit, CancellationToken stop);

    ValueTask Clear(CancellationToken stop);
}

/// <summary>Queues a message, with the change that made it.</summary>
public sealed record QueueMessage(StoredMessage Message) : Write;

/// <summary>Keeps what became of an attempt (state, attempts, the next one and the end); nothing happens where the message is gone. Content
/// and destination stand as they were queued: the content may have been sealed anew meanwhile.</summary>
public sealed record PutMessage(StoredMessage Message) : Write;

public sealed record DropMessage(Guid Id) : Write;
