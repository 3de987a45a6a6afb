using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Mfa;

/// <summary>Sets a pool's second factors; what is left out stays as it is.</summary>
/// <remarks>Security sheet, "Pool MFA configuration"; texts: errors sheet, "MFA configuration" (one of them names the wrong member there,
/// too). SMS settings are the pool's own, and stay a method once they are there.</remarks>
public sealed class SetUserPoolMfaConfig(PoolChanges poolChanges) : IOperation<SetUserPoolMfaConfigRequest, SetUserPoolMfaConfigResponse>
{
    public async ValueTask<SetUserPoolMfaConfigResponse> Run(SetUserPoolMfaConfigRequest request, Caller caller, CancellationToken stop)
    {
        var mfa = (await poolChanges.Change(request.UserPoolId, caller, pool => Decide(pool, request), stop)).Mfa;
        return new()
        {
            SmsMfaConfiguration = mfa.SmsMfaConfiguration,
            SoftwareTokenMfaConfiguration = mfa.SoftwareTokenMfaConfiguration,
            EmailMfaConfiguration = mfa.EmailMfaConfiguration,
            MfaConfiguration = mfa.MfaConfiguration,
            WebAuthnConfiguration = mfa.WebAuthnConfiguration,
        };
    }

    private static PoolSettings Decide(UserPool pool, SetUserPoolMfaConfigRequest request)
    {
        var configuresMethod = request.SmsMfaConfiguration is not null || request.EmailMfaConfiguration is not null
            || request.SoftwareTokenMfaConfiguration?.Enabled is true;
        if (request.MfaConfiguration is UserPoolMfaType.OFF && configuresMethod)
            throw new InvalidParameterException("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
        var sms = request.SmsMfaConfiguration?.SmsConfiguration ?? pool.Settings.SmsConfiguration;
        if (request.SmsMfaConfiguration is not null && sms is null)
            throw new InvalidParameterException("[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].");
        var text = request.SmsMfaConfiguration?.SmsAuthenticationMessage ?? pool.Settings.SmsAuthenticationMessage;

        var mfa = MfaSettings.WithSms(pool.Mfa, sms, text) with
        {
            MfaConfiguration = request.MfaConfiguration ?? pool.Mfa.MfaConfiguration ?? UserPoolMfaType.OFF,
            EmailMfaConfiguration = request.EmailMfaConfiguration ?? pool.Mfa.EmailMfaConfiguration,
            WebAuthnConfiguration = request.WebAuthnConfiguration ?? pool.Mfa.WebAuthnConfiguration,
            SoftwareTokenMfaConfiguration = request.SoftwareTokenMfaConfiguration is { } token
                ? new() { Enabled = token.Enabled ?? false }
                : pool.Mfa.SoftwareTokenMfaConfiguration,
        };
        if ((mfa.MfaConfiguration is UserPoolMfaType.ON || request.MfaConfiguration is UserPoolMfaType.OPTIONAL) && !MfaSettings.HasMethod(mfa))
            throw new InvalidParameterException("At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.");
        MfaSettings.CheckFirstFactors(mfa, pool.Settings.Policies?.SignInPolicy);
        MfaSettings.CheckTier(mfa, pool.Settings.UserPoolTier);
        return pool.AllSettings with
        {
            Pool = pool.Settings with { MfaConfiguration = mfa.MfaConfiguration, SmsConfiguration = sms, SmsAuthenticationMessage = text },
            Mfa = mfa,
        };
    }
}
