using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Branding;

/// <summary>Deletes a style with its images; the client has none then, and may get another.</summary>
public sealed class DeleteManagedLoginBranding(Pools.Pools pools, Brandings brandings, IChanges changes) : IOperation<DeleteManagedLoginBrandingRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteManagedLoginBrandingRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        for (var tried = 0; tried < Tries; tried++)
        {
            var style = await brandings.Get(pool, request.ManagedLoginBrandingId, stop);
            if ((await changes.Save(new Change().Add(Brandings.Removal(style)), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new ConcurrentModificationException("Too many changes of this style at once; try again.");
    }
}
