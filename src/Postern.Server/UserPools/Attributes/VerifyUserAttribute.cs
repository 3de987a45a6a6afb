using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Attributes;

/// <summary>Verifies the e-mail or phone number of the token's user with the code that was sent to it, and sets it where it was pending. A code
/// lives 24 hours; 15 tries an hour.</summary>
public sealed class VerifyUserAttribute(AccessTokens accessTokens, Users.Users users, Codes.Codes codes)
    : IOperation<VerifyUserAttributeRequest, VerifyUserAttributeResponse>
{
    public async ValueTask<VerifyUserAttributeResponse> Run(VerifyUserAttributeRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var (pool, attribute) = (holder.Client.Pool, request.AttributeName);
        AttributeChange.CheckContact(attribute);
        await codes.Count(pool, holder.User, holder.User.Username, LimitedAction.VerifyUserAttribute, stop);
        await users.Change(pool, holder.User, async user =>
        {
            var code = await codes.Check(pool, user, AttributeChange.Purpose(attribute), request.Code, stop);
            // The value was changed since, by other means: the code proves nothing of the new one.
            if (user.Attribute(attribute) != code.Value && !AttributeChange.WantsProofFirst(pool, attribute))
                throw Codes.Codes.Expired();
            return new(user.WithAttributes([new(attribute, code.Value), new(attribute + "_verified", "true")]), new UseCode(code));
        }, stop);
        return new();
    }
}
