using Postern.Contract.UserPools;
using Postern.Cryptography;

namespace Postern.UserPools.Passwords;

/// <summary>A pool's rules for passwords. One failing rule is told at a time, in the service's order.</summary>
/// <remarks>User pools sheet, "Passwords and recovery"; texts: errors sheet, "Passwords". The order is unverified against the service.</remarks>
public static class PasswordPolicy
{
    /// <summary>The symbols that count; a space counts only inside.</summary>
    private const string Symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";

    /// <exception cref="InvalidPasswordException">A rule fails.</exception>
    public static void Check(this PasswordPolicyType policy, string password, string prefix = SelfService)
    {
        if (FirstFailure(policy, password) is { } failure)
            throw new InvalidPasswordException(prefix + failure);
    }

    public const string SelfService = "Password did not conform with policy: ";

    /// <summary>AdminCreateUser words it so.</summary>
    public const string AdminCreate = "Password did not conform with password policy: ";

    /// <summary>Where someone else than a signing-up user sets it, it is worded so (that AdminSetUserPassword does is unverified).</summary>
    public const string Reset = "Password does not conform to policy: ";

    /// <summary>A random password that the policy allows, to be used once.</summary>
    public static string TemporaryPassword(this PasswordPolicyType policy) => RandomText.TemporaryPassword(
        (policy.RequireLowercase is true ? PasswordCharacters.Lowercase : 0)
        | (policy.RequireUppercase is true ? PasswordCharacters.Uppercase : 0)
        | (policy.RequireNumbers is true ? PasswordCharacters.Numbers : 0)
        | (policy.RequireSymbols is true ? PasswordCharacters.Symbols : 0),
        policy.MinimumLength ?? 8);

    public static string? FirstFailure(PasswordPolicyType policy, string password)
    {
        bool lower = false, upper = false, number = false, symbol = false;
        var length = 0;
        for (var i = 0; i < password.Length; i++)
        {
            var character = password[i];
            if (!char.IsLowSurrogate(character))
                length++;
            lower |= char.IsAsciiLetterLower(character);
            upper |= char.IsAsciiLetterUpper(character);
            number |= char.IsAsciiDigit(character);
            symbol |= Symbols.Contains(character) || (character == ' ' && i > 0 && i < password.Length - 1);
        }
        if (length < (policy.MinimumLength ?? 8))
            return "Password not long enough";
        if (policy.RequireLowercase is true && !lower)
            return "Password must have lowercase characters";
        if (policy.RequireUppercase is true && !upper)
            return "Password must have uppercase characters";
        if (policy.RequireNumbers is true && !number)
            return "Password must have numeric characters";
        if (policy.RequireSymbols is true && !symbol)
            return "Password must have symbol characters";
        return null;
    }
}
