using Postern.Contract.UserPools;
using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Attributes;

/// <summary>What setting a user's attributes comes to: the user as it shall be, and the codes for contacts that changed.</summary>
/// <param name="User">The same object where nothing of the user changes at once.</param>
/// <param name="Writes">Codes and messages, of the same change as the user.</param>
/// <param name="Details">One for each code that is sent.</param>
public sealed record AttributeChange(User User, IReadOnlyList<Write> Writes, IReadOnlyList<CodeDeliveryDetailsType> Details)
{
    /// <summary>Decides on values that the schema and the client allow. A changed e-mail or phone number that the pool verifies by itself gets
    /// a code, unless the same change says that it is verified; where the pool wants proof first, it waits for the code and the old value
    /// stands.</summary>
    /// <remarks>User pools sheet, "Attribute verification". A pending value is the value of its code: a later change replaces it, and it is
    /// gone with the code.</remarks>
    public static AttributeChange Of(UserPool pool, User user, IReadOnlyList<KeyValuePair<string, string>> values, CodeDelivery delivery)
    {
        var atOnce = values.ToList();
        var writes = new List<Write>();
        var details = new List<CodeDeliveryDetailsType>();
        foreach (var contact in CodeDelivery.Contacts)
        {
            var at = atOnce.FindIndex(pair => pair.Key == contact);
            if (at < 0)
                continue;
            var value = atOnce[at].Value;
            var isSaidToBeVerified = values.Any(pair => pair.Key == contact + "_verified" && string.Equals(pair.Value, "true", StringComparison.OrdinalIgnoreCase));
            var isSame = value == user.Attribute(contact);
            // A code for the value that stands is still of use; one for a pending value is not.
            if (value.Length == 0 || isSaidToBeVerified || (isSame && WantsProofFirst(pool, contact)))
                writes.Add(new DropCode(pool.Number, user.Sub, Purpose(contact)));
            if (value.Length == 0 || isSaidToBeVerified || isSame || !pool.AutoVerifiedAttributes.Contains(contact))
                continue;
            var code = delivery.Prepare(pool, user, Purpose(contact), MessageKind.UpdateUserAttribute, contact, value);
            writes.AddRange(code.Writes);
            details.Add(code.Details);
            // Its flag waits with it: what stands is as verified as before.
            if (WantsProofFirst(pool, contact))
                atOnce.RemoveAll(pair => pair.Key == contact || pair.Key == contact + "_verified");
        }
        return new(atOnce.Count == 0 ? user : user.WithAttributes(atOnce), writes, details);
    }

    /// <summary>Decides on the removal of attributes that the schema and the client allow; those that the user lacks are passed over.</summary>
    public static AttributeChange Without(UserPool pool, User user, IReadOnlyList<string> names, CodeDelivery delivery) =>
        Of(pool, user, [.. names.Where(name => user.Attribute(name) is not null).Distinct().Select(static name => new KeyValuePair<string, string>(name, ""))], delivery);

    /// <summary>Whether a changed value waits for its code before it counts.</summary>
    public static bool WantsProofFirst(UserPool pool, string contact) =>
        pool.AutoVerifiedAttributes.Contains(contact)
        && pool.Settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.Contains(contact) is true;

    /// <summary>What a code for an e-mail or phone number is for.</summary>
    public static CodePurpose Purpose(string contact) => contact is "email" ? CodePurpose.VerifyEmail : CodePurpose.VerifyPhoneNumber;

    /// <summary>Refuses attributes that no code is sent to.</summary>
    /// <exception cref="InvalidParameterException">It is neither <c>email</c> nor <c>phone_number</c>; the text is unverified against the service.</exception>
    public static void CheckContact(string attribute)
    {
        if (!CodeDelivery.Contacts.Contains(attribute))
            throw new InvalidParameterException("Only email and phone_number can be verified.");
    }
}
