using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.SignIn;
using Postern.UserPools.Users;

namespace Postern.UserPools.Mfa;

/// <summary>Which second factors a user has and prefers, as the operations set and show it.</summary>
/// <remarks>User pools sheet, "Challenges after the first factor". Settings that are left out stay as they are.</remarks>
public static class MfaPreferences
{
    /// <param name="isAdmin">Whether an administrator asks: some texts differ.</param>
    /// <exception cref="InvalidParameterException">A factor can't be enabled for this user, two are preferred, or the last one of a pool that
    /// requires one is disabled.</exception>
    public static User Set(
        UserPool pool, User user, SMSMfaSettingsType? sms, SoftwareTokenMfaSettingsType? token, EmailMfaSettingsType? email,
        WebAuthnMfaSettingsType? passkey, bool isAdmin)
    {
        var before = user.Factors();
        var after = before;
        if (sms?.Enabled is { } hasSms)
        {
            if (hasSms && user.Attribute("phone_number") is null)
                throw new InvalidParameterException("User does not have a phone_number set to turn on SMS MFA");
            after = after with { HasSms = hasSms, HasMfaOptions = hasSms && after.HasMfaOptions };
        }
        if (token?.Enabled is { } hasToken)
        {
            if (hasToken && after.Token is null)
                throw new InvalidParameterException(isAdmin ? "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA" : "User has not verified software token mfa");
            after = after with { Token = after.Token is { } known ? known with { IsEnabled = hasToken } : null };
        }
        if (email?.Enabled is { } hasEmail)
        {
            // The text is unverified against the service.
            if (hasEmail && user.Attribute("email") is null)
                throw new InvalidParameterException("User does not have an email set to turn on EMAIL MFA");
            after = after with { HasEmail = hasEmail };
        }
        after = Prefer(after, ChallengeNameType.SMS_MFA, sms?.PreferredMfa);
        after = Prefer(after, ChallengeNameType.SOFTWARE_TOKEN_MFA, token?.PreferredMfa);
        after = Prefer(after, ChallengeNameType.EMAIL_OTP, email?.PreferredMfa);
        var enabled = after.EnabledMfa();
        CheckPreference(enabled, sms?.PreferredMfa, token?.PreferredMfa, email?.PreferredMfa, after.Preferred);
        if (after.Preferred is { } preferred && !enabled.Contains(preferred))
            after = after with { Preferred = null };
        RefuseToLeaveNone(pool, user, before, after);
        after = SetPasskey(pool, after, enabled, passkey?.Enabled);
        return after == before ? user : user.With(after);
    }

    /// <summary>The old switch of SMS as a second factor: on where it is among the options, off where there are none.</summary>
    /// <exception cref="InvalidParameterException">The user has no phone number; or it was the last factor, and the pool requires one.</exception>
    public static User SetOptions(UserPool pool, User user, IReadOnlyList<MFAOptionType> options)
    {
        var isOn = options.Any(static option => option.DeliveryMedium is null or DeliveryMediumType.SMS);
        var switched = Set(pool, user, new() { Enabled = isOn }, null, null, null, isAdmin: false);
        var state = switched.Factors();
        return state.HasMfaOptions == isOn ? switched : switched.With(state with { HasMfaOptions = isOn });
    }

    /// <summary>UserMFASettingList; null where the user has none.</summary>
    public static IReadOnlyList<string>? SettingList(this UserState state) => state.EnabledMfa() is { Count: > 0 } enabled ? enabled : null;

    /// <summary>MFAOptions; null where SetUserSettings did not switch SMS on.</summary>
    public static IReadOnlyList<MFAOptionType>? Options(this UserState state) =>
        state.HasMfaOptions ? [new() { DeliveryMedium = DeliveryMediumType.SMS, AttributeName = "phone_number" }] : null;

    // A token that nobody enabled counts, too, where a factor is required: without it the password alone would set another up.
    private static void RefuseToLeaveNone(UserPool pool, User user, UserState before, UserState after)
    {
        if (pool.Mfa.MfaConfiguration is not UserPoolMfaType.ON)
            return;
        var leavesNone = (before.EnabledMfa().Count > 0 && after.EnabledMfa().Count == 0)
            || (MfaChoice.Candidates(pool, user, before).Count > 0 && MfaChoice.Candidates(pool, user, after).Count == 0);
        if (leavesNone)
            throw new InvalidParameterException("The last MFA method of a user can't be disabled: the user pool requires one.");   // unverified text
    }

    private static UserState Prefer(UserState state, string name, bool? prefers) => prefers switch
    {
        true => state with { Preferred = name },
        false when state.Preferred == name => state with { Preferred = null },
        _ => state,
    };

    // The texts are unverified against the service.
    private static void CheckPreference(IReadOnlyList<string> enabled, bool? sms, bool? token, bool? email, string? preferred)
    {
        if ((sms is true ? 1 : 0) + (token is true ? 1 : 0) + (email is true ? 1 : 0) > 1)
            throw new InvalidParameterException("Only one MFA method can be the preferred one.");
        if ((sms is true || token is true || email is true) && !enabled.Contains(preferred!))
            throw new InvalidParameterException($"{preferred} must be enabled to be the preferred MFA method.");
    }

    private static UserState SetPasskey(UserPool pool, UserState state, IReadOnlyList<string> enabled, bool? isOn)
    {
        if (isOn is not { } hasPasskey)
            return state;
        // The texts are unverified against the service.
        if (hasPasskey && pool.Mfa.WebAuthnConfiguration?.FactorConfiguration is not WebAuthnFactorConfigurationType.MULTI_FACTOR_WITH_USER_VERIFICATION)
            throw new InvalidParameterException("The user pool does not take passkeys as multi-factor authentication.");
        if (hasPasskey && enabled.Count == 0)
            throw new InvalidParameterException("Another MFA method must be enabled before passkeys can be used as multi-factor authentication.");
        return state with { HasPasskey = hasPasskey };
    }
}
