using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.SignUp;

/// <summary>Creates an unconfirmed user, and sends a code, or a link, to the attribute that the pool verifies by itself, if
/// the user gave one.</summary>
/// <remarks>User, names, code and message are one change, which also says whether the name was free: nothing is read before it. An alias that
/// somebody has does not stand in the way; confirming it does. The order of the checks is unverified against the service.</remarks>
public sealed class SignUp(
    Pools.Pools pools, Users.Users users, Passwords.Passwords passwords, CodeDelivery delivery, ConfirmationLinks links, Outbox outbox,
    SignInSessions sessions, TimeProvider time)
    : IOperation<SignUpRequest, SignUpResponse>
{
    public async ValueTask<SignUpResponse> Run(SignUpRequest request, Caller caller, CancellationToken stop)
    {
        var client = await pools.Client(request.ClientId, stop);
        SecretHash.Check(client, request.SecretHash, request.Username);
        var pool = client.Pool;
        if (pool.Settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly is true)
            throw new NotAuthorizedException("SignUp is not permitted for this user pool");

        var name = NewUsername.From(pool, Guid.NewGuid(), request.Username, request.UserAttributes.ToPairs());
        CheckAttributes(client, name);
        // Where a code or a passkey is enough to sign in with, nobody needs a password.
        if (request.Password is { } password)
            pool.PasswordPolicy.Check(password);
        else if (!pool.OffersPasswordless)
            throw new InvalidParameterException("1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null");

        var now = time.GetUtcNow();
        var user = new User(
            pool.Number, name.Sub, name.Username, UserStatus.UNCONFIRMED, true, name.Attributes, default, default, default, 0, default, now, now, 0);
        if (request.Password is not null)
            user = await passwords.Set(pool, user, request.Password, stop);
        var change = new Change(UserNames.Put(pool, null, user));
        CodeDeliveryDetailsType? details = null;
        if (CodeDelivery.SignUpContact(pool, user) is { } contact)
        {
            var code = delivery.Prepare(pool, user, CodePurpose.SignUp, MessageKind.SignUp, contact, user.Attribute(contact)!, await links.Find(client, contact, stop));
            change.Add(code.Writes);
            details = code.Details;
        }
        if (!(await outbox.Save(change, stop)).IsSaved)
            throw await Taken(pool, name, stop);
        return new()
        {
            UserConfirmed = false,
            UserSub = user.Sub.ToString(),
            CodeDeliveryDetails = details,
            Session = client.OffersChoice ? sessions.SignUp(client, user) : null,
        };
    }

    private static void CheckAttributes(AppClient client, NewUsername name)
    {
        var pool = client.Pool;
        // What the name itself says needs no permission.
        pool.Schema.CheckSignUp(name.Attributes, attribute => attribute == name.Contact || client.MayWrite(attribute));
        if (pool.AliasAttributes.Contains("preferred_username") && name.Attributes.Any(static pair => pair.Key == "preferred_username"))
            throw new InvalidParameterException("Preferred username cannot be provided for unconfirmed account");   // the text is unverified against the service
    }

    /// <summary>The error for a name that somebody has: where both an e-mail and a phone number are names, the one that was not free.</summary>
    private async ValueTask<UsernameExistsException> Taken(UserPool pool, NewUsername name, CancellationToken stop)
    {
        foreach (var attribute in pool.UsernameAttributes)
        {
            var value = name.Attributes.FirstOrDefault(pair => pair.Key == attribute).Value;
            if (attribute != name.Contact && value is not null && await users.Find(pool, value, stop) is not null)
                return (name with { Contact = attribute }).Taken();
        }
        return name.Taken();
    }
}
