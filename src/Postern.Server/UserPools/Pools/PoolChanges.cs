using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Pools;

/// <summary>Changes a pool's settings: decides on what stands now, saves, and where another change came in between, decides again.</summary>
public sealed class PoolChanges(Pools pools, IChanges changes, TimeProvider time)
{
    private const int Tries = 3;

    /// <summary>Changes a pool.</summary>
    /// <param name="decide">From the pool as it stands to its settings as they shall be. It may throw the operation's errors.</param>
    /// <returns>The pool as saved.</returns>
    /// <exception cref="ResourceNotFoundException">No such pool in the caller's account and region.</exception>
    /// <exception cref="TooManyRequestsException">Others changed the pool each time.</exception>
    public async ValueTask<UserPool> Change(string poolId, Caller caller, Func<UserPool, ValueTask<PoolSettings>> decide, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var before = await pools.Read(poolId, caller, stop);
            var after = before.With(await decide(before), time.GetUtcNow());
            if ((await changes.Save(new(new PutPool(after.Row)), stop)).IsSaved)
                return after;
        }
        throw new TooManyRequestsException("Too many changes of this user pool at once; try again.");
    }

    /// <inheritdoc cref="Change(string, Caller, Func{UserPool, ValueTask{PoolSettings}}, CancellationToken)"/>
    public ValueTask<UserPool> Change(string poolId, Caller caller, Func<UserPool, PoolSettings> decide, CancellationToken stop) =>
        Change(poolId, caller, pool => new ValueTask<PoolSettings>(decide(pool)), stop);
}
