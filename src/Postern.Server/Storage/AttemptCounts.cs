namespace Postern.Storage;

/// <summary>Attempts counted under one key.</summary>
/// <param name="Count">Since the window began; 0 where none was counted.</param>
/// <param name="First">When the window began.</param>
/// <param name="Last">When the last attempt was counted.</param>
public readonly record struct Attempts(int Count, DateTimeOffset First, DateTimeOffset Last);

/// <summary>Counts by pool and key (a keyed hash of kind and name: unknown names count, and cost, the same).</summary>
public interface IAttemptStore
{
    /// <summary>Counts one attempt, durably, and answers the count with it. A count whose window (from its first attempt, or from its
    /// last where <paramref name="sliding"/>) is over begins anew.</summary>
    ValueTask<Attempts> Add(long pool, ReadOnlyMemory<byte> key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop);

    ValueTask<Attempts> Find(long pool, ReadOnlyMemory<byte> key, CancellationToken stop);
}

/// <summary>Forgets the attempts under a key, if there are any.</summary>
public sealed record ForgetAttempts(long Pool, ReadOnlyMemory<byte> Key) : Write;
