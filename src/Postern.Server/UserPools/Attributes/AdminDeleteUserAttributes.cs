using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;

namespace Postern.UserPools.Attributes;

/// <summary>Removes attributes of a user. Tokens that are out keep them; the next ones lack them.</summary>
public sealed class AdminDeleteUserAttributes(Pools.Pools pools, Users.Users users, CodeDelivery delivery)
    : IOperation<AdminDeleteUserAttributesRequest, AdminDeleteUserAttributesResponse>
{
    public async ValueTask<AdminDeleteUserAttributesResponse> Run(AdminDeleteUserAttributesRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var found = await users.Get(pool, request.Username, stop);
        pool.Schema.CheckDeletion(request.UserAttributeNames, mayWrite: null);
        await users.Change(pool, found, user =>
        {
            var change = AttributeChange.Without(pool, user, request.UserAttributeNames, delivery);
            return new(new Users.Decision(change.User, change.Writes));
        }, stop);
        return new();
    }
}
