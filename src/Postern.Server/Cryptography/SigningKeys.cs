using System.Collections.Concurrent;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The signing keys of each pool, decoded and kept in memory. A pool gets its keys when they are first asked for.</summary>
/// <remarks>A key is shown to verifiers before it signs, and afterwards for as long as a token of its may live. What other processes do to a
/// pool's keys is noticed at the latest after <see cref="LongestAge"/>, which is well within <see cref="PublicationDelay"/>: so no node signs
/// with a key that another does not show yet.</remarks>
/// <param name="capacity">How many pools' keys are kept, 16 KiB each; half as many are never dropped while they are in use, and 10,000 pools
/// are Cognito's largest quota. Reading a pool's keys anew costs 1.5 ms.</param>
public sealed class SigningKeys(IKeyStore store, MasterKey masterKey, KeyStock stock, TimeProvider time, int capacity = 20_480)
{
    /// <summary>How long a new key is shown before it signs.</summary>
    public static readonly TimeSpan PublicationDelay = TimeSpan.FromMinutes(5);

    /// <summary>How old a node's keys may be before it looks for new ones.</summary>
    public static readonly TimeSpan LongestAge = TimeSpan.FromMinutes(1);

    /// <summary>How long after it was replaced a key verifies: until the next one signs, for the longest life of a token, and an hour for clocks
    /// that differ.</summary>
    public static readonly TimeSpan Verifies = PublicationDelay + TimeSpan.FromHours(24 + 1);

    private readonly BoundedCache<long, Entry> known = new(capacity);
    private readonly ConcurrentDictionary<long, Lazy<Task<PoolKeys>>> loading = new();
    private long changes;

    /// <summary>The keys of a pool. Completes at once where they are known; the first call of a pool reads, or makes, them.</summary>
    public ValueTask<PoolKeys> Get(long pool, CancellationToken stop)
    {
        if (known.Find(pool) is not { } entry)
            return Load(pool, stop);
        if (entry.IsStale)
            return LoadAgain(pool, entry, stop);
        var now = time.GetUtcNow();
        var keys = entry.Keys;
        if (!keys.IsOf(now))
            entry.Keys = keys = PoolKeys.At(now, entry.Stored, entry.Opened);
        if (entry.IsDue(time))
            _ = LoadAgain(pool, entry, CancellationToken.None).AsTask();
        return new(keys);
    }

    /// <summary>Forgets what is in memory: the state was reset or restored, or others changed it.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref changes);
        known.Clear();
    }

    /// <summary>Reads a pool's keys again before their next use: others rotated them, or the pool is gone.</summary>
    public void Forget(long pool)
    {
        Interlocked.Increment(ref changes);
        if (known.Find(pool) is { } entry)
            entry.IsStale = true;
        // A load that is under way may have read what was before.
        loading.TryRemove(pool, out _);
    }

    private async ValueTask<PoolKeys> Load(long pool, CancellationToken stop)
    {
        // One load serves all that wait for it, so it does not end with the request that began it.
        var load = loading.GetOrAdd(pool, static (number, self) => new(() => self.ReadOrDraw(number)), this);
        return await load.Value.WaitAsync(stop);
    }

    private async ValueTask<PoolKeys> LoadAgain(long pool, Entry entry, CancellationToken stop)
    {
        try
        {
            return await Load(pool, stop);
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            // What is known stays in use while the store is away; whoever needs it for more is told by it.
            return entry.Keys;
        }
    }

    private async Task<PoolKeys> ReadOrDraw(long pool)
    {
        var own = loading.GetValueOrDefault(pool);
        try
        {
            await Task.Yield();
            var seen = Volatile.Read(ref changes);
            var before = known.Find(pool);
            var stored = await store.SigningKeys(pool, CancellationToken.None);
            if (!IsComplete(stored) && before is not null)
            {
                // The pool is gone: keys drawn for it now would stay for ever.
                known.Remove(pool);
                return before.Keys;
            }
            if (!IsComplete(stored))
                stored = await stock.Draw(pool, CancellationToken.None);
            // A kid stands for one key for ever: what was opened before need not be again.
            var opened = stored.Select(key => before?.Opened.FirstOrDefault(one => one.Kid == key.Key.Kid) ?? SigningKey.Open(masterKey, key.Key)).ToArray();
            var keys = before is not null && Same(before.Stored, stored) && before.Keys.IsOf(time.GetUtcNow())
                ? before.Keys
                : PoolKeys.At(time.GetUtcNow(), stored, opened);
            var entry = new Entry(stored, opened, keys, time.GetTimestamp());
            known.Set(pool, entry);
            if (seen != Volatile.Read(ref changes))
                entry.IsStale = true;
            return keys;
        }
        finally
        {
            if (own is not null)
                loading.TryRemove(new(pool, own));
        }
    }

    private static bool IsComplete(IReadOnlyList<StoredSigningKey> stored) =>
        stored.Any(key => key.Use is SigningKeyUse.IdToken) && stored.Any(key => key.Use is SigningKeyUse.AccessToken);

    private static bool Same(IReadOnlyList<StoredSigningKey> before, IReadOnlyList<StoredSigningKey> now) =>
        before.Count == now.Count && before.Zip(now).All(static pair => pair.First.Key.Kid == pair.Second.Key.Kid && pair.First.Expires == pair.Second.Expires);

    private sealed class Entry(IReadOnlyList<StoredSigningKey> stored, IReadOnlyList<SigningKey> opened, PoolKeys keys, long read)
    {
        private volatile PoolKeys keys = keys;
        private volatile bool isStale;
        private long read = read;

        public IReadOnlyList<StoredSigningKey> Stored => stored;

        public IReadOnlyList<SigningKey> Opened => opened;

        /// <summary>What they are for now.</summary>
        public PoolKeys Keys { get => keys; set => keys = value; }

        /// <summary>Whether it is to be read again before it is used.</summary>
        public bool IsStale { get => isStale; set => isStale = value; }

        /// <summary>True once in each age, for one of those who ask: it is to be read again beside its use.</summary>
        public bool IsDue(TimeProvider time)
        {
            var last = Volatile.Read(ref read);
            return time.GetElapsedTime(last) > LongestAge && Interlocked.CompareExchange(ref read, time.GetTimestamp(), last) == last;
        }
    }
}
