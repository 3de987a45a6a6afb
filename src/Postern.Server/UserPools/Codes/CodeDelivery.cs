using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.UserPools.Codes;

/// <summary>Where a code goes, what the caller is told of it, and the writes that keep and send it.</summary>
/// <param name="Details">What the answer shows: attribute, medium, masked destination.</param>
/// <param name="Writes">To be saved with the operation's change, through the <see cref="Outbox"/>.</param>
public sealed record PreparedCode(CodeDeliveryDetailsType Details, IReadOnlyList<Write> Writes);

/// <summary>Makes a code and its message, to be saved and sent with the change that asks for it.</summary>
public sealed class CodeDelivery(Codes codes, Outbox outbox, TimeProvider time)
{
    /// <summary>The attributes that codes go to, the phone number before the e-mail.</summary>
    public static IReadOnlyList<string> Contacts { get; } = ["phone_number", "email"];

    /// <summary>The attribute that a sign-up's code goes to: auto-verified and there, the phone number before the e-mail; null for none.</summary>
    public static string? SignUpContact(UserPool pool, User user) => SignUpOrder(pool).FirstOrDefault(contact => user.Attribute(contact) is not null);

    /// <summary>The attributes that a sign-up's code may go to, best first.</summary>
    public static IReadOnlyList<string> SignUpOrder(UserPool pool) => [.. Contacts.Where(pool.AutoVerifiedAttributes.Contains)];

    /// <summary>The attributes where the pool's users most likely get their recovery codes, best first: what is made up for a hidden user.</summary>
    /// <exception cref="NotAuthorizedException">The pool lets only administrators recover accounts.</exception>
    public static IReadOnlyList<string> LikelyRecoveryOrder(UserPool pool)
    {
        var order = RecoveryOrder(pool);
        IReadOnlyList<string> likely = [.. order.Where(pool.AutoVerifiedAttributes.Contains)];
        return likely.Count > 0 ? likely : order;
    }

    /// <summary>The attribute that a forgotten password's code goes to, by the pool's AccountRecoverySetting over verified contacts;
    /// without a setting the phone number before the e-mail; null for none. With a setting, what is the user's second factor is left out: it
    /// alone would do for both. Without, the service allows that, and so do we.</summary>
    /// <exception cref="NotAuthorizedException">The pool lets only administrators recover accounts.</exception>
    public static string? RecoveryContact(UserPool pool, User user)
    {
        var isAsked = pool.Mfa.MfaConfiguration is UserPoolMfaType.ON or UserPoolMfaType.OPTIONAL;
        var state = isAsked && pool.Settings.AccountRecoverySetting?.RecoveryMechanisms is { Count: > 0 } ? user.Factors() : UserState.Empty;
        foreach (var mechanism in RecoveryOrder(pool))
        {
            if (user.HasVerified(mechanism) && !(mechanism is "email" ? state.HasEmail : state.HasSms))
                return mechanism;
        }
        return null;
    }

    /// <summary>The attributes that recovery may use, best first.</summary>
    /// <exception cref="NotAuthorizedException">The pool lets only administrators recover accounts.</exception>
    public static IReadOnlyList<string> RecoveryOrder(UserPool pool)
    {
        if (pool.Settings.AccountRecoverySetting?.RecoveryMechanisms is not { Count: > 0 } mechanisms)
            return Contacts;
        if (mechanisms.Any(static mechanism => mechanism.Name is RecoveryOptionNameType.admin_only))
            throw new NotAuthorizedException("Contact administrator to reset password.");
        return [.. mechanisms.OrderBy(static mechanism => mechanism.Priority)
            .Select(static mechanism => mechanism.Name is RecoveryOptionNameType.verified_email ? "email" : "phone_number")];
    }

    /// <summary>What would be told of a code to this address.</summary>
    public static CodeDeliveryDetailsType Details(string attribute, string address) => new()
    {
        AttributeName = attribute,
        DeliveryMedium = Medium(attribute),
        Destination = Mask(attribute, address),
    };

    /// <summary>A code to an attribute's value, current or pending.</summary>
    /// <param name="link">Sent in place of the code, which it holds; null: the code itself is sent.</param>
    public PreparedCode Prepare(
        UserPool pool, User user, CodePurpose purpose, MessageKind kind, string attribute, string address, ConfirmationLink? link = null)
    {
        var (digits, put) = codes.Issue(pool, user, purpose, attribute, address);
        return new(Details(attribute, address), [put, Message(pool, user, kind, Medium(attribute), address, digits, put.Code.Expires, link: link)]);
    }

    /// <summary>What a hidden user is told, and the writes that such a request leaves behind: as many as anyone's. Nothing is sent.</summary>
    public PreparedCode Simulate(UserPool pool, User user, CodePurpose purpose, MessageKind kind, string attribute, string address)
    {
        var put = codes.Simulate(pool, user.Sub, purpose, attribute, address);
        return new(Details(attribute, address), [put, Message(pool, user, kind, Medium(attribute), address, "000000", put.Code.Expires, isDecoy: true)]);
    }

    /// <summary>The write that sends a code or a temporary password.</summary>
    /// <param name="shownName">The name that the text shows; null for the username.</param>
    /// <param name="isDecoy">Nobody has the name: the message is kept, and never sent.</param>
    /// <param name="link">Shown in place of the code.</param>
    public QueueMessage Message(
        UserPool pool, User user, MessageKind kind, string medium, string address, string code, DateTimeOffset expires, string? shownName = null,
        bool isDecoy = false, ConfirmationLink? link = null)
    {
        var target = link?.With(user.Username, code);
        var (subject, body) = target is null
            ? MessageTexts.Render(pool.Settings, kind, medium, code, shownName ?? user.Username, pool.Mfa.EmailMfaConfiguration)
            : MessageTexts.RenderLink(pool.Settings, target);
        var mail = pool.Settings.EmailConfiguration;
        var message = new OutgoingMessage(
            Guid.NewGuid(), time.GetUtcNow(), kind, medium, address, subject, body, code.Length == 0 || target is not null ? null : code, target, pool.Id, user.Username, mail?.From, mail?.ReplyToEmailAddress);
        return outbox.Queue(message, pool.Number, expires, isDecoy);
    }

    public static string Medium(string attribute) => attribute is "phone_number" ? DeliveryMediumType.SMS : DeliveryMediumType.EMAIL;

    /// <summary><c>a***@e***</c>, <c>+*******1234</c> (messages sheet, "CodeDeliveryDetails and masking").</summary>
    public static string Mask(string attribute, string address)
    {
        if (attribute is "phone_number")
            return address.Length <= 5 ? address : "+" + new string('*', address.Length - 5) + address[^4..];
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at < 0 || at == address.Length - 1 ? address[..Math.Min(1, address.Length)] + "***" : $"{address[..Math.Min(1, at)]}***@{address[at + 1]}***";
    }
}
