using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;

namespace Postern.UserPools.Pools;

/// <summary>Deletes a pool with everything in it, at once.</summary>
/// <remarks>Texts: errors sheet, "Resources".</remarks>
public sealed class DeleteUserPool(Pools pools, IResourceStore resources, IChanges changes) : IOperation<DeleteUserPoolRequest, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(DeleteUserPoolRequest request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Read(request.UserPoolId, caller, stop);
            if (pool.Settings.DeletionProtection is DeletionProtectionType.ACTIVE)
                throw new InvalidParameterException("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.");
            if ((await resources.List(pool.Number, ResourceKind.Domain, null, 1, stop)).Items.Count > 0)
                throw new InvalidParameterException("User pool cannot be deleted. It has a domain configured that should be deleted first.");
            if ((await changes.Save(new(new DeletePool(pool.Row)), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new TooManyRequestsException("Too many changes of this user pool at once; try again.");
    }
}
