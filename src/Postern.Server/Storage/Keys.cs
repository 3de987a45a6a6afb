namespace Postern.Storage;

public enum SigningKeyUse
{
    IdToken = 1,
    AccessToken = 2,
}

/// <summary>A sealed RSA key. It is sealed under its kid, so that it can move from the stock to a pool as it is.</summary>
public sealed record StoredKey(string Kid, ReadOnlyMemory<byte> Sealed, DateTimeOffset Created);

/// <param name="Expires">Until when it verifies: it was replaced by another. Null for a key that was not.</param>
public sealed record StoredSigningKey(long Pool, SigningKeyUse Use, StoredKey Key, DateTimeOffset? Expires = null);

/// <summary>A key that seals sessions, blobs and refresh tokens; itself sealed under the master key.</summary>
public sealed record StoredRingKey(int Id, ReadOnlyMemory<byte> Sealed, DateTimeOffset Created);

public interface IKeyStore
{
    ValueTask<IReadOnlyList<StoredSigningKey>> SigningKeys(long pool, CancellationToken stop);

    /// <summary>Which pool a kid signs for; null where unknown.</summary>
    ValueTask<long?> FindPool(string kid, CancellationToken stop);

    /// <summary>Gives the pool its two keys, once: the first to come decides and all others get what it drew. Takes them from the stock
    /// where it has two, else from the spare keys given.</summary>
    ValueTask<IReadOnlyList<StoredSigningKey>?> DrawSigningKeys(long pool, IReadOnlyList<StoredKey> spare, CancellationToken stop);

    /// <summary>Puts new keys beside a pool's and lets those replaced verify until a time, whole or not at all. False where the keys that nothing
    /// replaced are no longer those given: another rotation was first, or the pool is gone.</summary>
    ValueTask<bool> RotateSigningKeys(
        long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires, CancellationToken stop);

    /// <summary>Numbers of pools that have signing keys, in order, after the number given (exclusive).</summary>
    ValueTask<Page<long>> PoolsWithKeys(long after, int limit, CancellationToken stop);

    ValueTask<int> CountStock(CancellationToken stop);

    ValueTask AddToStock(StoredKey key, CancellationToken stop);

    ValueTask<IReadOnlyList<StoredRingKey>> Ring(CancellationToken stop);

    /// <summary>Adds a ring key; false where the id exists: another node was first.</summary>
    ValueTask<bool> AddToRing(StoredRingKey key, CancellationToken stop);
}
