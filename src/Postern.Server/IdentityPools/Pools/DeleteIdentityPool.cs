using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Storage;

namespace Postern.IdentityPools.Pools;

/// <summary>Deletes an identity pool, and its identities with it.</summary>
public sealed class DeleteIdentityPool(ConfiguredPools pools, IChanges changes) : IOperation<DeleteIdentityPoolInput, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteIdentityPoolInput request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Get(request.IdentityPoolId, caller, stop);
            if ((await changes.Save(new(new DeletePool(pool.Row)), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new TooManyRequestsException("Too many changes of this identity pool at once; try again.");
    }
}
