using System.Collections.Frozen;
using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The keys that seal what travels through clients. A new one comes every 30 days; old ones are kept, since a refresh token
/// may live 3,650 days. All nodes share the ring through the store.</summary>
public sealed class KeyRing(IKeyStore store, MasterKey masterKey, TimeProvider time) : IDisposable
{
    /// <summary>How long a key seals before the next one takes over.</summary>
    public static readonly TimeSpan Rotation = TimeSpan.FromDays(30);

    // An unknown id may be another node's new key, or noise: noise must not become a load on the store.
    private static readonly TimeSpan reloadPause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim reload = new(1, 1);
    private volatile Keys? keys;
    private long reloaded;

    /// <summary>Reads the ring, makes its first key, and adds the next one where it is due. To be called at start, then now and then.</summary>
    public async ValueTask Load(CancellationToken stop)
    {
        await reload.WaitAsync(stop);
        try
        {
            var ring = await Read(stop);
            while (ring.Newest is not { } newest || newest.Created + Rotation <= time.GetUtcNow())
            {
                await Add((ring.Newest?.Id ?? 0) + 1, stop);   // false: another node was first, and its key serves
                ring = await Read(stop);
            }
            keys = ring;
        }
        finally
        {
            reload.Release();
        }
    }

    /// <summary>Keeps the ring fresh until it is told to stop: a look every hour. A store that fails is asked again the next time.</summary>
    public async Task Maintain(ILogger<KeyRing> log, CancellationToken stop)
    {
        using var hours = new PeriodicTimer(TimeSpan.FromHours(1));
        try
        {
            while (await hours.WaitForNextTickAsync(stop))
            {
                try
                {
                    await Load(stop);
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    log.RingNotRefreshed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => reload.Dispose();

    /// <summary>The key that seals now.</summary>
    internal (int Id, byte[] Key) Current => (keys ?? throw new InvalidOperationException("The key ring is not loaded: call Load at start.")).Sealing;

    /// <summary>The key of an id; null where this node does not know it (yet).</summary>
    internal byte[]? Find(int id) => keys?.ById.GetValueOrDefault(id);

    /// <summary>As <see cref="Find"/>, after a look into the store.</summary>
    internal async ValueTask<byte[]?> FindInStore(int id, CancellationToken stop)
    {
        await reload.WaitAsync(stop);
        try
        {
            if (Find(id) is { } known)
                return known;
            if (id <= 0 || (reloaded != 0 && time.GetElapsedTime(reloaded) < reloadPause))
                return null;
            keys = await Read(stop);
            reloaded = time.GetTimestamp();
            return Find(id);
        }
        finally
        {
            reload.Release();
        }
    }

    private async ValueTask<Keys> Read(CancellationToken stop)
    {
        var ring = await store.Ring(stop);
        var opened = new Dictionary<int, byte[]>(ring.Count);
        StoredRingKey? newest = null;
        foreach (var key in ring)
        {
            opened[key.Id] = Find(key.Id) ?? masterKey.Open(SealedAs.RingKey(key.Id), key.Sealed.Span);
            if (newest is null || key.Id > newest.Id)
                newest = key;
        }
        return new(opened.ToFrozenDictionary(), newest, newest is null ? default : (newest.Id, opened[newest.Id]));
    }

    private async ValueTask Add(int id, CancellationToken stop)
    {
        var secret = RandomNumberGenerator.GetBytes(Aead.KeySize);
        await store.AddToRing(new(id, masterKey.Seal(SealedAs.RingKey(id), secret), time.GetUtcNow()), stop);
    }

    private sealed record Keys(FrozenDictionary<int, byte[]> ById, StoredRingKey? Newest, (int Id, byte[] Key) Sealing);
}
