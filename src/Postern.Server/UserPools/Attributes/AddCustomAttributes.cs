using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Attributes;

/// <summary>Adds custom attributes to a pool's schema, for good.</summary>
/// <remarks>App clients with lists of readable and writable attributes do not gain them.</remarks>
public sealed class AddCustomAttributes(PoolChanges poolChanges) : IOperation<AddCustomAttributesRequest, AddCustomAttributesResponse>
{
    public async ValueTask<AddCustomAttributesResponse> Run(AddCustomAttributesRequest request, Caller caller, CancellationToken stop)
    {
        await poolChanges.Change(request.UserPoolId, caller, Decide, stop);
        return new();

        PoolSettings Decide(UserPool pool) => pool.AllSettings with
        {
            Pool = pool.Settings with { SchemaAttributes = SchemaDefinition.Add(pool.Schema.Attributes, request.CustomAttributes) },
        };
    }
}
