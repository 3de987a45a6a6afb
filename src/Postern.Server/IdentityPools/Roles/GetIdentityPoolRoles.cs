using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Pools;
using Postern.Storage;

namespace Postern.IdentityPools.Roles;

/// <summary>Shows an identity pool's roles and role mappings; none of them where none were set.</summary>
public sealed class GetIdentityPoolRoles(ConfiguredPools pools, IResourceStore resources) : IOperation<GetIdentityPoolRolesInput, GetIdentityPoolRolesResponse>
{
    public async ValueTask<GetIdentityPoolRolesResponse> Run(GetIdentityPoolRolesInput request, Caller caller, CancellationToken stop) =>
        await PoolRoles.Find(resources, await pools.Get(request.IdentityPoolId, caller, stop), stop);
}
