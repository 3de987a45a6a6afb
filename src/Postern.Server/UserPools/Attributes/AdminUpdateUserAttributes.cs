using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;

namespace Postern.UserPools.Attributes;

/// <summary>Sets a user's attributes, whatever clients may write. A blank value deletes; a changed e-mail or phone number that the pool
/// verifies by itself gets a code, unless the same call says that it is verified.</summary>
public sealed class AdminUpdateUserAttributes(Pools.Pools pools, Users.Users users, CodeDelivery delivery)
    : IOperation<AdminUpdateUserAttributesRequest, AdminUpdateUserAttributesResponse>
{
    public async ValueTask<AdminUpdateUserAttributesResponse> Run(AdminUpdateUserAttributesRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var found = await users.Get(pool, request.Username, stop);
        var values = request.UserAttributes.ToPairs();
        pool.Schema.CheckUpdate(values, mayWrite: null);
        await users.Change(pool, found, user =>
        {
            var change = AttributeChange.Of(pool, user, values, delivery);
            return new(new Users.Decision(change.User, change.Writes));
        }, stop);
        return new();
    }
}
