using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Attributes;

/// <summary>Removes attributes of the token's user, as far as its client may write them; required ones stay.</summary>
public sealed class DeleteUserAttributes(AccessTokens accessTokens, Users.Users users, CodeDelivery delivery)
    : IOperation<DeleteUserAttributesRequest, DeleteUserAttributesResponse>
{
    public async ValueTask<DeleteUserAttributesResponse> Run(DeleteUserAttributesRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        pool.Schema.CheckDeletion(request.UserAttributeNames, holder.Client.MayWrite);
        await users.Change(pool, holder.User, user =>
        {
            var change = AttributeChange.Without(pool, user, request.UserAttributeNames, delivery);
            return new(new Users.Decision(change.User, change.Writes));
        }, stop);
        return new();
    }
}
