using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Mfa;

/// <summary>The rules for a pool's second factors.</summary>
/// <remarks>Security sheet, "Pool MFA configuration". Postern accepts OPTIONAL without any method (operations sheet, CreateUserPool):
/// nobody is asked for a second factor until one is configured.</remarks>
public static class MfaSettings
{
    /// <summary>The settings with SMS as a method exactly where the pool can send messages.</summary>
    /// <exception cref="InvalidParameterException">The configuration names no sender.</exception>
    public static GetUserPoolMfaConfigResponse WithSms(GetUserPoolMfaConfigResponse mfa, SmsConfigurationType? configuration, string? text)
    {
        if (configuration is { SnsCallerArn: null, EumsSms: null })
            throw new InvalidParameterException("1 validation error detected: Value null at 'smsConfiguration.snsCallerArn' failed to satisfy constraint: Member must not be null");
        return mfa with
        {
            SmsMfaConfiguration = configuration is null ? null : new() { SmsAuthenticationMessage = text, SmsConfiguration = configuration },
        };
    }

    /// <summary>Whether users can have a second factor at all.</summary>
    public static bool HasMethod(GetUserPoolMfaConfigResponse mfa) =>
        mfa.SmsMfaConfiguration?.SmsConfiguration is not null || mfa.SoftwareTokenMfaConfiguration?.Enabled is true || mfa.EmailMfaConfiguration is not null;

    /// <summary>A pool that requires a second factor must have a method.</summary>
    /// <exception cref="InvalidParameterException">It has none.</exception>
    public static void CheckRequired(GetUserPoolMfaConfigResponse mfa, Func<InvalidParameterException> refusal)
    {
        if (mfa.MfaConfiguration is UserPoolMfaType.ON && !HasMethod(mfa))
            throw refusal();
    }

    /// <summary>Where a second factor is required, the first can't be a code, nor a passkey that does not count as both.</summary>
    /// <exception cref="InvalidParameterException">It can (text unverified against the service).</exception>
    public static void CheckFirstFactors(GetUserPoolMfaConfigResponse mfa, SignInPolicyType? policy)
    {
        if (mfa.MfaConfiguration is not UserPoolMfaType.ON)
            return;
        foreach (var factor in policy?.AllowedFirstAuthFactors ?? [])
        {
            var isStrong = factor is AuthFactorType.WEB_AUTHN
                && mfa.WebAuthnConfiguration?.FactorConfiguration is WebAuthnFactorConfigurationType.MULTI_FACTOR_WITH_USER_VERIFICATION;
            if (factor is not AuthFactorType.PASSWORD && !isStrong)
                throw new InvalidParameterException($"{factor} can not be an allowed first auth factor when MFA is required.");
        }
    }

    /// <exception cref="FeatureUnavailableInTierException">The tier lacks a method.</exception>
    public static void CheckTier(GetUserPoolMfaConfigResponse mfa, string? tier)
    {
        if (mfa.EmailMfaConfiguration is not null)
            Tiers.RefuseInLite(tier, "Email MFA");
    }

    /// <summary>The attribute that is the pool's first means of recovery: it can't be a second factor that nobody enabled (security sheet, "MFA
    /// decision tree"). Null where the pool says nothing, or lets administrators recover alone.</summary>
    public static string? FirstRecovery(UserPool pool) =>
        pool.Settings.AccountRecoverySetting?.RecoveryMechanisms?.MinBy(static mechanism => mechanism.Priority)?.Name switch
        {
            RecoveryOptionNameType.verified_email => "email",
            RecoveryOptionNameType.verified_phone_number => "phone_number",
            _ => null,
        };
}
