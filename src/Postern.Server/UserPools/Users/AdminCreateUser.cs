using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Codes;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>Creates a user with a temporary password and sends an invitation, or sends one again.</summary>
/// <remarks>User pools sheet, "Sign-up and confirmation". User, names and messages are one change, which also says whether the name was free.
/// A temporary password that nobody is told, because none was given and nothing is sent, is not even made.</remarks>
public sealed class AdminCreateUser(
    Pools.Pools pools, Users users, Passwords.Passwords passwords, CodeDelivery delivery, Outbox outbox, TimeProvider time)
    : IOperation<AdminCreateUserRequest, AdminCreateUserResponse>
{
    private const int Tries = 3;

    public async ValueTask<AdminCreateUserResponse> Run(AdminCreateUserRequest request, Caller caller, CancellationToken stop)
    {
        var pool = await pools.Get(request.UserPoolId, caller, stop);
        var user = request.MessageAction is MessageActionType.RESEND
            ? await Resend(pool, request, stop)
            : await Create(pool, request, stop);
        return new() { User = user.ToUserType() };
    }

    private async ValueTask<User> Create(UserPool pool, AdminCreateUserRequest request, CancellationToken stop)
    {
        var name = NewUsername.From(pool, Guid.NewGuid(), request.Username, request.UserAttributes.ToPairs());
        pool.Schema.CheckCreation(name.Attributes);
        CheckPassword(pool, request);

        var now = time.GetUtcNow();
        var user = new User(pool.Number, name.Sub, name.Username, UserStatus.FORCE_CHANGE_PASSWORD, true, [], default, default, default, 0, default, now, now, 0)
            .WithAttributes(name.Attributes);
        var hasPassword = request.TemporaryPassword is not null || !SignsInWithoutPassword(pool, user);
        var invitation = request.MessageAction is MessageActionType.SUPPRESS
            ? Invitation.None
            : Invitation.To(pool, user, request.DesiredDeliveryMediums, hasPassword);
        string? password = null;
        if (!hasPassword)
            user = user with { Status = UserStatus.CONFIRMED };
        else if (request.TemporaryPassword is not null || invitation.Destinations.Count > 0)
            user = await passwords.Set(pool, user, password = request.TemporaryPassword ?? pool.PasswordPolicy.TemporaryPassword(), stop);

        for (var tried = 0; tried < Tries; tried++)
        {
            var change = new Change();
            if (request.ForceAliasCreation is true)
                change.Add(await users.WithoutAliases(pool, user, CodeDelivery.Contacts, stop));
            change.Add(UserNames.Put(pool, null, user));
            change.Add(invitation.Writes(pool, user, password, delivery, now));
            var result = await outbox.Save(change, stop);
            if (result.IsSaved)
                return user;
            if (result.Outcome is SaveOutcome.NameTaken)
                throw await Taken(pool, request.Username, user, result, stop);
        }
        throw new TooManyRequestsException("Too many changes of an alias at once; try again.");
    }

    /// <summary>A new temporary password, whose time begins again, and a new invitation.</summary>
    private async ValueTask<User> Resend(UserPool pool, AdminCreateUserRequest request, CancellationToken stop)
    {
        var found = await users.Get(pool, request.Username, stop);
        CheckPassword(pool, request);
        return await users.Change(pool, found, async user =>
        {
            if (user.Status is not UserStatus.FORCE_CHANGE_PASSWORD)
                throw new UnsupportedUserStateException($"Resend not possible. {request.Username} status is not FORCE_CHANGE_PASSWORD");
            var password = request.TemporaryPassword ?? pool.PasswordPolicy.TemporaryPassword();
            var changed = await passwords.Set(pool, user, password, stop);
            var invitation = Invitation.To(pool, changed, request.DesiredDeliveryMediums, withPassword: true);
            return new Decision(changed, [.. invitation.Writes(pool, changed, password, delivery, time.GetUtcNow())]);
        }, stop);
    }

    private static void CheckPassword(UserPool pool, AdminCreateUserRequest request)
    {
        if (request.TemporaryPassword is { } given)
            pool.PasswordPolicy.Check(given, PasswordPolicy.AdminCreate);
    }

    /// <summary>Whether a code to a verified contact is enough to sign in with: such a user needs no password.</summary>
    private static bool SignsInWithoutPassword(UserPool pool, User user) =>
        (pool.OffersFirstFactor(AuthFactorType.EMAIL_OTP) && user.HasVerified("email"))
        || (pool.OffersFirstFactor(AuthFactorType.SMS_OTP) && user.HasVerified("phone_number"));

    private async ValueTask<Exception> Taken(UserPool pool, string given, User user, SaveResult result, CancellationToken stop) =>
        pool.AliasAttributes.Count == 0 || await users.Find(pool, given, stop) is not null
            ? new UsernameExistsException("User account already exists")
            : Users.AliasTaken(pool, user, result.Refused as PutUser);
}
