using System.Collections.Concurrent;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>The keys of a pool.</summary>
/// <param name="IdToken">Signs ID tokens.</param>
/// <param name="AccessToken">Signs access tokens.</param>
/// <param name="All">All that verifiers are shown; these two among them.</param>
public sealed record PoolKeys(SigningKey IdToken, SigningKey AccessToken, IReadOnlyList<SigningKey> All)
{
    /// <summary>The key of a kid; null where the pool has none such.</summary>
    public SigningKey? Find(ReadOnlySpan<char> kid)
    {
        foreach (var key in All)
        {
            if (kid.SequenceEqual(key.Kid))
                return key;
        }
        return null;
    }
}

/// <summary>The signing keys of each pool, decoded and kept in memory. A pool gets its keys when they are first asked for.</summary>
/// <param name="capacity">How many pools' keys are kept, 16 KiB each; half as many are never dropped while they are in use, and 10,000 pools
/// are Cognito's largest quota. Reading a pool's keys anew costs 1.5 ms.</param>
public sealed class SigningKeys(IKeyStore store, MasterKey masterKey, KeyStock stock, int capacity = 20_480)
{
    private readonly BoundedCache<long, PoolKeys> known = new(capacity);
    private readonly ConcurrentDictionary<long, Lazy<Task<PoolKeys>>> loading = new();

    /// <summary>The keys of a pool. Completes at once where they are known; the first call of a pool reads, or makes, them.</summary>
    public ValueTask<PoolKeys> Get(long pool, CancellationToken stop) => known.Find(pool) is { } keys ? new(keys) : Load(pool, stop);

    /// <summary>Forgets what is in memory: the state was reset or restored.</summary>
    public void Clear() => known.Clear();

    /// <summary>Forgets a pool's keys: they were rotated, or the pool is gone.</summary>
    public void Forget(long pool) => known.Remove(pool);

    private async ValueTask<PoolKeys> Load(long pool, CancellationToken stop)
    {
        // One load serves all that wait for it, so it does not end with the request that began it.
        var load = loading.GetOrAdd(pool, static (number, self) => new(() => self.ReadOrDraw(number)), this);
        return await load.Value.WaitAsync(stop);
    }

    private async Task<PoolKeys> ReadOrDraw(long pool)
    {
        try
        {
            await Task.Yield();
            var stored = await store.SigningKeys(pool, CancellationToken.None);
            if (!IsComplete(stored))
                stored = await stock.Draw(pool, CancellationToken.None);
            var keys = Open(stored);
            known.Set(pool, keys);
            return keys;
        }
        finally
        {
            loading.TryRemove(pool, out _);
        }
    }

    private static bool IsComplete(IReadOnlyList<StoredSigningKey> stored) =>
        stored.Any(key => key.Use is SigningKeyUse.IdToken) && stored.Any(key => key.Use is SigningKeyUse.AccessToken);

    private PoolKeys Open(IReadOnlyList<StoredSigningKey> stored)
    {
        SigningKey? idToken = null, accessToken = null;
        var all = new List<SigningKey>(stored.Count);
        foreach (var (_, use, key) in stored)
        {
            var opened = SigningKey.Open(masterKey, key);
            all.Add(opened);
            if (use is SigningKeyUse.IdToken)
                idToken = Later(idToken, opened);
            else
                accessToken = Later(accessToken, opened);
        }
        return new(idToken!, accessToken!, all);
    }

    private static SigningKey Later(SigningKey? one, SigningKey other) => one is null || other.Created > one.Created ? other : one;
}
