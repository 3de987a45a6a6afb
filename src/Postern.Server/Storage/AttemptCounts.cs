namespace Postern.Storage;

/// <summary>Attempts counted under one key.</summary>
/// <param name="Count">Since the window began; 0 where none was counted.</param>
/// <param name="First">When the window began.</param>
/// <param name="Last">When the last attempt was counted.</param>
public readonly record struct Attempts(int Count, DateTimeOffset First, DateTimeOffset Last);

/// <summary>What is counted, and for whom.</summary>
/// <param name="Who">The user's sub; for a name that nobody has a keyed hash of it, so that it counts, and costs, the same.</param>
public readonly record struct AttemptKey(byte Kind, Guid Who)
{
    /// <summary>Bytes of a key at rest.</summary>
    public const int Size = 17;

    /// <summary>The kind, then whom it is about: 17 bytes.</summary>
    public void Write(Span<byte> key)
    {
        key[0] = Kind;
        Who.TryWriteBytes(key[1..], bigEndian: true, out _);
    }
}

/// <summary>Counts by pool and key.</summary>
public interface IAttemptStore
{
    /// <summary>Counts one attempt, durably, and answers the count with it. A count whose window (from its first attempt, or from its
    /// last where <paramref name="sliding"/>) is over begins anew.</summary>
    ValueTask<Attempts> Add(long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, CancellationToken stop);

    ValueTask<Attempts> Find(long pool, AttemptKey key, CancellationToken stop);
}

/// <summary>Forgets the attempts under a key, if there are any.</summary>
public sealed record ForgetAttempts(long Pool, AttemptKey Key) : Write;

/// <summary>Writes nothing: AlreadyUsed where more attempts than that stand under the key. A right guess is saved together with it, so that of
/// guesses made at once no more count than would one by one.</summary>
/// <param name="Most">How many may stand there.</param>
public sealed record RequireAttempts(long Pool, AttemptKey Key, int Most) : Write;
