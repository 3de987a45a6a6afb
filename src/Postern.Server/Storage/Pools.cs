namespace Postern.Storage;

public enum PoolKind
{
    UserPool = 1,
    IdentityPool = 2,
}

/// <summary>A user pool or an identity pool as it is kept.</summary>
/// <param name="Number">The key that leads every row of the pool: random, 48 bits, never used again.</param>
/// <param name="Settings">The pool's own settings as JSON; opaque here.</param>
/// <param name="Version">Raised by each write; 0 in a row that was never saved.</param>
public sealed record StoredPool(
    PoolKind Kind, long Number, string Id, string Account, string Region, string Name,
    ReadOnlyMemory<byte> Settings, DateTimeOffset Created, DateTimeOffset Modified, long Version);

public interface IPoolStore
{
    ValueTask<StoredPool?> Find(PoolKind kind, string id, CancellationToken stop);

    ValueTask<StoredPool?> Find(long number, CancellationToken stop);

    /// <summary>Pools of an account in a region, by id, after the id given (exclusive).</summary>
    ValueTask<Page<StoredPool>> List(PoolKind kind, string account, string region, string? after, int limit, CancellationToken stop);

    /// <summary>How many users the pool has: right within seconds, and never by counting rows.</summary>
    ValueTask<long> EstimatedNumberOfUsers(long pool, CancellationToken stop);
}

/// <summary>Version 0: a new pool, refused as NameTaken where id or number exist. Else the row must still have <c>Pool.Version</c>.</summary>
public sealed record PutPool(StoredPool Pool) : Write;

/// <summary>Takes the pool away at once; its rows are purged in batches afterwards. Releases all names it holds in the directory.</summary>
public sealed record DeletePool(StoredPool Pool) : Write;
