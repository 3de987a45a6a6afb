using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.UserPools.Codes;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Attributes;

/// <summary>Sends a code that verifies the e-mail or phone number of the token's user: the pending value where one waits for its code, else
/// the current one. Five an hour.</summary>
public sealed class GetUserAttributeVerificationCode(AccessTokens accessTokens, Codes.Codes codes, CodeDelivery delivery, Outbox outbox)
    : IOperation<GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse>
{
    public async ValueTask<GetUserAttributeVerificationCodeResponse> Run(
        GetUserAttributeVerificationCodeRequest request, Caller caller, CancellationToken stop)
    {
        var holder = await accessTokens.Check(request.AccessToken, caller, stop);
        var (pool, user, attribute) = (holder.Client.Pool, holder.User, request.AttributeName);
        AttributeChange.CheckContact(attribute);
        var purpose = AttributeChange.Purpose(attribute);
        var pending = AttributeChange.WantsProofFirst(pool, attribute) ? await codes.Find(pool, user, purpose, stop) : null;
        var address = pending?.Value ?? user.Attribute(attribute)
            ?? throw new InvalidParameterException($"User does not have a value for attribute {attribute}.");   // the text is unverified against the service
        await codes.Count(pool, user, user.Username, LimitedAction.GetUserAttributeVerificationCode, stop);
        var code = delivery.Prepare(pool, user, purpose, MessageKind.VerifyUserAttribute, attribute, address);
        await outbox.Save(new([.. code.Writes]), stop);
        return new() { CodeDeliveryDetails = code.Details };
    }
}
