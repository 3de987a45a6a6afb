using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Storage;

namespace Postern.IdentityPools.Pools;

/// <summary>Finds identity pools for callers who may see them, and changes them.</summary>
public sealed class ConfiguredPools(IPoolStore poolStore, IChanges changes, TimeProvider time)
{
    private const int Tries = 3;

    /// <summary>The pool of an id, whoever asks; null where there is none.</summary>
    public async ValueTask<ConfiguredPool?> Find(string poolId, CancellationToken stop) =>
        await poolStore.Find(PoolKind.IdentityPool, poolId, stop) is { } row ? ConfiguredPool.Open(row) : null;

    /// <summary>The pool of a signed call.</summary>
    /// <exception cref="ResourceNotFoundException">No such pool in the caller's account and region.</exception>
    public async ValueTask<ConfiguredPool> Get(string poolId, Caller caller, CancellationToken stop) =>
        await Find(poolId, stop) is { } pool && pool.Row.Account == caller.Account && pool.Row.Region == caller.Region
            ? pool
            : throw new ResourceNotFoundException($"IdentityPool '{poolId}' not found.");

    /// <summary>Changes a pool: decides on what stands now, saves, and where another change came in between, decides again.</summary>
    /// <exception cref="ResourceNotFoundException">No such pool in the caller's account and region.</exception>
    /// <exception cref="ConcurrentModificationException">Others changed the pool each time.</exception>
    public async ValueTask<ConfiguredPool> Change(string poolId, Caller caller, Func<ConfiguredPool, IdentityPool> decide, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await Get(poolId, caller, stop);
            var settings = decide(before);
            var row = before.Row with { Name = settings.IdentityPoolName, Settings = ConfiguredPool.ToJson(settings), Modified = time.GetUtcNow() };
            if ((await changes.Save(new(new PutPool(row)), stop)).IsSaved)
                return new(row, settings);
        }
        throw new ConcurrentModificationException("Too many changes of this identity pool at once; try again.");
    }
}
