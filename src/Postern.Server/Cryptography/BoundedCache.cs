using System.Collections.Concurrent;

namespace Postern.Cryptography;

/// <summary>A cache that holds at most so many entries, read without locks. Entries live in two generations: when the younger is half
/// of the capacity, it becomes the older one and what nobody asked for since goes.</summary>
internal sealed class BoundedCache<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly Lock turning = new();
    private readonly int half;
    private volatile Generations generations = new(new(), new());

    /// <param name="capacity">At least 2.</param>
    public BoundedCache(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        half = capacity / 2;
    }

    /// <summary>How many entries there are, for tests and metrics.</summary>
    public int Count
    {
        get
        {
            var now = generations;
            return now.Young.Count + now.Old.Count;
        }
    }

    public TValue? Find(TKey key)
    {
        var now = generations;
        if (now.Young.TryGetValue(key, out var value))
            return value;
        if (!now.Old.TryRemove(key, out value))
            return null;
        Set(key, value);
        return value;
    }

    public void Set(TKey key, TValue value)
    {
        var now = generations;
        if (now.Young.TryAdd(key, value))
        {
            if (Interlocked.Increment(ref now.Added) >= half)
                Turn(now);
        }
        else
        {
            now.Young[key] = value;
        }
    }

    public void Remove(TKey key)
    {
        var now = generations;
        now.Old.TryRemove(key, out _);
        now.Young.TryRemove(key, out _);
    }

    public void Clear() => generations = new(new(), new());

    private void Turn(Generations full)
    {
        lock (turning)
        {
            if (ReferenceEquals(generations, full))
                generations = new(new(), full.Young);
        }
    }

    private sealed class Generations(ConcurrentDictionary<TKey, TValue> young, ConcurrentDictionary<TKey, TValue> old)
    {
        public readonly ConcurrentDictionary<TKey, TValue> Young = young;
        public readonly ConcurrentDictionary<TKey, TValue> Old = old;
        public int Added;   // counted apart: ConcurrentDictionary.Count takes all its locks
    }
}
