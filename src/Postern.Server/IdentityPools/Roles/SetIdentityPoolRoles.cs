using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;
using Postern.Storage;

namespace Postern.IdentityPools.Roles;

/// <summary>Replaces an identity pool's roles and role mappings, both as a whole.</summary>
public sealed class SetIdentityPoolRoles(ConfiguredPools pools, IResourceStore resources, IChanges changes, TimeProvider time) : IOperation<SetIdentityPoolRolesInput, NoOutput>
{
    private const int Tries = 3;

    public async ValueTask<NoOutput> Run(SetIdentityPoolRolesInput request, Caller caller, CancellationToken stop)
    {
        for (var tried = 0; tried < Tries; tried++)
        {
            var pool = await pools.Get(request.IdentityPoolId, caller, stop);
            PoolRoles.Check(pool, request.Roles, request.RoleMappings);
            var roles = new GetIdentityPoolRolesResponse
            {
                IdentityPoolId = pool.Id,
                Roles = request.Roles.Count > 0 ? request.Roles : null,
                RoleMappings = request.RoleMappings is { Count: > 0 } ? request.RoleMappings : null,
            };
            var before = await PoolRoles.FindRow(resources, pool, stop);
            if ((await changes.Save(new(new PutResource(PoolRoles.Row(pool, before, roles, time.GetUtcNow()))), stop)).IsSaved)
                return NoOutput.Instance;
        }
        throw new ConcurrentModificationException("Too many changes of this identity pool at once; try again.");
    }
}
