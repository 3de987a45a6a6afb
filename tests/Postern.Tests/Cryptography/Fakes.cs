using System.Collections.Concurrent;
using Postern.Storage;

namespace Postern.Tests.Cryptography;

/// <summary>A key store in memory, with a switch that makes it fail.</summary>
internal sealed class MemoryKeyStore : IKeyStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, List<StoredSigningKey>> pools = [];
    private readonly List<StoredKey> stock = [];
    private readonly List<StoredRingKey> ring = [];

    public bool IsBroken { get; set; }
    public bool IsAway { get; set; }
    public int RingReads { get; private set; }
    public int PoolReads { get; private set; }

    /// <summary>Called after each key that was added to the stock.</summary>
    public Action<int>? Added { get; set; }

    public ValueTask<IReadOnlyList<StoredSigningKey>> SigningKeys(long pool, CancellationToken stop)
    {
        lock (gate)
        {
            PoolReads++;
            if (IsAway)
                throw new StorageException("the store is away");
            return new(pools.TryGetValue(pool, out var keys) ? [.. keys] : []);
        }
    }

    public void Drop(long pool)
    {
        lock (gate)
            pools.Remove(pool);
    }

    public ValueTask<long?> FindPool(string kid, CancellationToken stop)
    {
        lock (gate)
        {
            foreach (var (pool, keys) in pools)
            {
                if (keys.Exists(key => key.Key.Kid == kid))
                    return new(pool);
            }
            return new((long?)null);
        }
    }

    public ValueTask<IReadOnlyList<StoredSigningKey>?> DrawSigningKeys(long pool, IReadOnlyList<StoredKey> spare, CancellationToken stop)
    {
        lock (gate)
        {
            if (!pools.TryGetValue(pool, out var keys))
            {
                var source = stock.Count >= 2 ? stock[..2] : [.. spare];
                if (source.Count < 2)
                    return new((IReadOnlyList<StoredSigningKey>?)null);
                if (stock.Count >= 2)
                    stock.RemoveRange(0, 2);
                pools[pool] = keys = [new(pool, SigningKeyUse.IdToken, source[0]), new(pool, SigningKeyUse.AccessToken, source[1])];
            }
            return new([.. keys]);
        }
    }

    public ValueTask<bool> RotateSigningKeys(
        long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires, CancellationToken stop)
    {
        lock (gate)
        {
            var keys = pools[pool];
            if (!keys.Where(key => key.Expires is null).Select(key => key.Key.Kid).ToHashSet().SetEquals(replaced))
                return new(false);
            pools[pool] = [.. keys.Select(key => key.Expires is null ? key with { Expires = expires } : key), .. added];
            return new(true);
        }
    }

    public ValueTask<Page<long>> PoolsWithKeys(long after, int limit, CancellationToken stop)
    {
        lock (gate)
            return new(new Page<long>([.. pools.Keys.Where(pool => pool > after).Order().Take(limit)], pools.Keys.Count(pool => pool > after) > limit));
    }

    public ValueTask<int> CountStock(CancellationToken stop)
    {
        lock (gate)
            return IsBroken ? throw new IOException("the store is down") : new(stock.Count);
    }

    public ValueTask AddToStock(StoredKey key, CancellationToken stop)
    {
        int count;
        lock (gate)
        {
            stock.Add(key);
            count = stock.Count;
        }
        Added?.Invoke(count);
        return default;
    }

    public ValueTask<IReadOnlyList<StoredRingKey>> Ring(CancellationToken stop)
    {
        lock (gate)
        {
            RingReads++;
            return new([.. ring]);
        }
    }

    public ValueTask<bool> AddToRing(StoredRingKey key, CancellationToken stop)
    {
        lock (gate)
        {
            if (ring.Exists(known => known.Id == key.Id))
                return new(false);
            ring.Add(key);
            return new(true);
        }
    }
}

/// <summary>Values of an installation in memory.</summary>
internal sealed class MemoryInstallation : IInstallationStore
{
    private readonly ConcurrentDictionary<string, byte[]> values = new();

    public int Count => values.Count;

    public ValueTask<byte[]?> Get(string name, CancellationToken stop) => new(values.GetValueOrDefault(name));

    public ValueTask Set(string name, ReadOnlyMemory<byte> value, CancellationToken stop)
    {
        values[name] = value.ToArray();
        return default;
    }

    public ValueTask<byte[]> GetOrSet(string name, ReadOnlyMemory<byte> value, CancellationToken stop) => new(values.GetOrAdd(name, value.ToArray()));

    public ValueTask Reset(CancellationToken stop) => throw new NotSupportedException();

    public ValueTask SaveSnapshot(string name, CancellationToken stop) => throw new NotSupportedException();

    public ValueTask<bool> RestoreSnapshot(string name, CancellationToken stop) => throw new NotSupportedException();

    /// <summary>Rows that a purge finds.</summary>
    public int Dead { get; set; }

    public List<int> Purges { get; } = [];

    /// <summary>Who holds each lease; it does not end.</summary>
    public ConcurrentDictionary<string, Guid> Leases { get; } = new();

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken stop)
    {
        var gone = Math.Min(limit, Dead);
        Dead -= gone;
        Purges.Add(gone);
        return new(gone);
    }

    public ValueTask<bool> TryLease(string name, Guid holder, DateTimeOffset now, TimeSpan length, CancellationToken stop) =>
        new(Leases.GetOrAdd(name, holder) == holder);
}

/// <summary>A clock that stands until it is moved; its timestamps follow it.</summary>
internal sealed class StandingClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.UtcTicks;
}
