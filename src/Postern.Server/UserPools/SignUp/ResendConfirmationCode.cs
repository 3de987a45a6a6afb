using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignUp;

/// <summary>Sends a new sign-up code, in place of the one before. Five an hour.</summary>
public sealed class ResendConfirmationCode(NamedUsers namedUsers, UnknownUsers unknownUsers, CodeDelivery delivery, Outbox outbox)
    : IOperation<ResendConfirmationCodeRequest, ResendConfirmationCodeResponse>
{
    public async ValueTask<ResendConfirmationCodeResponse> Run(ResendConfirmationCodeRequest request, Caller caller, CancellationToken stop)
    {
        var named = await namedUsers.Find(request.ClientId, request.SecretHash, request.Username, LimitedAction.ResendConfirmationCode, stop);
        var code = Code(named);
        await outbox.Save(new([.. code.Writes]), stop);
        return new() { CodeDeliveryDetails = code.Details };
    }

    private PreparedCode Code(NamedUser named)
    {
        var (pool, user) = (named.Pool, named.User);
        var order = CodeDelivery.SignUpOrder(pool);
        if (named.IsHidden && order.Count > 0)
        {
            var (attribute, address) = unknownUsers.Contact(pool, named.Name, order);
            return delivery.Simulate(pool, user, CodePurpose.SignUp, MessageKind.ResendCode, attribute, address);
        }
        if (!named.IsHidden && user.Status is not UserStatus.UNCONFIRMED)
            throw new InvalidParameterException("User is already confirmed.");
        return CodeDelivery.SignUpContact(pool, user) is { } contact
            ? delivery.Prepare(pool, user, CodePurpose.SignUp, MessageKind.ResendCode, contact, user.Attribute(contact)!)
            : throw new InvalidParameterException("Cannot resend codes. Auto verification not turned on.");
    }
}
