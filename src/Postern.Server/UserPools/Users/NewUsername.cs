using Postern.Contract.UserPools;
using Postern.UserPools.Attributes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Users;

/// <summary>What a new user is called and identified by, from the <c>Username</c> of SignUp or AdminCreateUser and the shape of the pool.</summary>
/// <remarks>User pools sheet, "Names that identify a user"; texts: errors sheet, "Users and sign-up". The text for an attribute that
/// contradicts the name: measured by users of the service for e-mail, by analogy for phone numbers.</remarks>
/// <param name="Username">The stored name: as given, in lower case where the pool compares names without case (unverified against the
/// service), or the sub where the pool signs in with e-mail addresses or phone numbers.</param>
/// <param name="Sub">The user's sub.</param>
/// <param name="Attributes">The attributes given, and the e-mail or phone number that the name was.</param>
/// <param name="Contact"><c>email</c> or <c>phone_number</c> where the name given was one that the pool signs in with; else null.</param>
public sealed record NewUsername(string Username, Guid Sub, IReadOnlyList<KeyValuePair<string, string>> Attributes, string? Contact)
{
    /// <summary>Decides the name.</summary>
    /// <param name="sub">A new UUID, to become the user's sub.</param>
    /// <exception cref="InvalidParameterException">The pool's shape does not allow the name given.</exception>
    public static NewUsername From(UserPool pool, Guid sub, string given, IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        if (pool.UsernameAttributes.Count > 0)
        {
            var contact = SignInContact(pool, given);
            var copied = attributes.ToList();
            if (copied.Exists(pair => pair.Key == contact && pair.Value.Length > 0 && pair.Value != given))
                throw new InvalidParameterException($"User {contact} should be empty or same as username, since username attribute is {contact}");
            copied.Set(contact, given);
            return new(sub.ToString(), sub, copied, contact);
        }
        if (pool.AliasAttributes.Contains("email") && Schema.IsEmail(given))
            throw new InvalidParameterException("Username cannot be of email format, since user pool is configured for email alias.");
        if (pool.AliasAttributes.Contains("phone_number") && Schema.IsPhoneNumber(given))
            throw new InvalidParameterException("Username cannot be of phone number format, since user pool is configured for phone number alias.");
        return new(pool.Fold(given), sub, attributes, null);
    }

    /// <summary>The error of SignUp for a name that somebody has.</summary>
    public UsernameExistsException Taken() =>
        new(Contact is null ? "User already exists" : $"An account with the given {Contact} already exists.");

    private static string SignInContact(UserPool pool, string given)
    {
        var (byEmail, byPhone) = (pool.UsernameAttributes.Contains("email"), pool.UsernameAttributes.Contains("phone_number"));
        if (byEmail && Schema.IsEmail(given))
            return "email";
        if (byPhone && Schema.IsPhoneNumber(given))
            return "phone_number";
        throw new InvalidParameterException((byEmail, byPhone) switch
        {
            (true, false) => "Username should be an email.",
            (false, true) => "Username should be a phone number.",
            _ => "Username should be either an email or a phone number.",
        });
    }
}
