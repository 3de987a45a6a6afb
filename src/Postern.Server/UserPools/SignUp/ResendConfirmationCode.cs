using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignUp;

/// <summary>Sends a new sign-up code, or link, in place of the one before. Five an hour.</summary>
public sealed class ResendConfirmationCode(NamedUsers namedUsers, UnknownUsers unknownUsers, CodeDelivery delivery, ConfirmationLinks links, Outbox outbox)
    : IOperation<ResendConfirmationCodeRequest, ResendConfirmationCodeResponse>
{
    public async ValueTask<ResendConfirmationCodeResponse> Run(ResendConfirmationCodeRequest request, Caller caller, CancellationToken stop)
    {
        var named = await namedUsers.Find(request.ClientId, request.SecretHash, request.Username, LimitedAction.ResendConfirmationCode, stop);
        var code = await Code(named, stop);
        await outbox.Save(new([.. code.Writes]), stop);
        return new() { CodeDeliveryDetails = code.Details };
    }

    private async ValueTask<PreparedCode> Code(NamedUser named, CancellationToken stop)
    {
        var (pool, user) = (named.Pool, named.User);
        var order = CodeDelivery.SignUpOrder(pool);
        if (named.IsHidden && order.Count > 0)
        {
            var (attribute, address) = unknownUsers.Contact(pool, named.Name, order);
            // Read for nothing: it costs as much as anyone's.
            await links.Find(named.Client, attribute, stop);
            return delivery.Simulate(pool, user, CodePurpose.SignUp, MessageKind.ResendCode, attribute, address);
        }
        if (!named.IsHidden && user.Status is not UserStatus.UNCONFIRMED)
            throw new InvalidParameterException("User is already confirmed.");
        var contact = CodeDelivery.SignUpContact(pool, user) ?? throw new InvalidParameterException("Cannot resend codes. Auto verification not turned on.");
        return delivery.Prepare(
            pool, user, CodePurpose.SignUp, MessageKind.ResendCode, contact, user.Attribute(contact)!, await links.Find(named.Client, contact, stop));
    }
}
