using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Codes;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Attributes;

/// <summary>A user's own attributes, as far as the token's client may write them. A blank value deletes.</summary>
public sealed class UpdateUserAttributes(AccessTokens accessTokens, Users.Users users, CodeDelivery delivery)
    : IOperation<UpdateUserAttributesRequest, UpdateUserAttributesResponse>
{
    public async ValueTask<UpdateUserAttributesResponse> Run(UpdateUserAttributesRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var pool = holder.Client.Pool;
        var values = request.UserAttributes.ToPairs();
        pool.Schema.CheckUpdate(values, holder.Client.MayWrite);

        IReadOnlyList<CodeDeliveryDetailsType> details = [];
        await users.Change(pool, holder.User, user =>
        {
            var change = AttributeChange.Of(pool, user, values, delivery);
            details = change.Details;
            return new(new Users.Decision(change.User, change.Writes));
        }, stop);
        return new() { CodeDeliveryDetailsList = details };
    }
}
