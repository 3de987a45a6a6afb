using Postern.Contract.UserPools;
using Postern.UserPools.Attributes;
using Postern.UserPools.Mfa;
using Postern.UserPools.Tags;

namespace Postern.UserPools.Pools;

/// <summary>The settings that CreateUserPool and UpdateUserPool ask for: checked, with defaults for what is left out.</summary>
/// <remarks>Operations sheet, "Formats and defaults" and "Pools". Texts that the errors sheet lacks are unverified against the service.</remarks>
internal static class RequestedPool
{
    private const int DefaultTemporaryPasswordDays = 7;

    /// <exception cref="InvalidParameterException">A rule is broken.</exception>
    /// <exception cref="FeatureUnavailableInTierException">The tier lacks what is asked for.</exception>
    /// <exception cref="UserPoolTaggingException">The tags are too many, or of the service's own.</exception>
    public static PoolSettings Create(CreateUserPoolRequest request)
    {
        var aliases = NullIfEmpty(request.AliasAttributes);
        var usernames = NullIfEmpty(request.UsernameAttributes);
        if (aliases is not null && usernames is not null)
            throw new InvalidParameterException("Only one of the aliasAttributes or usernameAttributes can be set in a User pool.");
        var settings = Complete(request, new());
        return settings with
        {
            Pool = settings.Pool with
            {
                SchemaAttributes = SchemaDefinition.Create(request.Schema),
                AliasAttributes = aliases,
                UsernameAttributes = usernames,
                UsernameConfiguration = request.UsernameConfiguration,
            },
        };
    }

    /// <summary>What is left out goes back to its default. Name, tier, key and issuer stay, and so do UserAttributeUpdateSettings
    /// (templates sheet, "Terraform on an imprecise server") and DcrConfiguration (API reference, UpdateUserPool).</summary>
    /// <inheritdoc cref="Create"/>
    public static PoolSettings Replace(UserPool current, UpdateUserPoolRequest request)
    {
        var settings = Complete(
            new()
            {
                PoolName = request.PoolName ?? current.Row.Name,
                Policies = request.Policies,
                DeletionProtection = request.DeletionProtection,
                LambdaConfig = request.LambdaConfig,
                AutoVerifiedAttributes = request.AutoVerifiedAttributes,
                SmsVerificationMessage = request.SmsVerificationMessage,
                EmailVerificationMessage = request.EmailVerificationMessage,
                EmailVerificationSubject = request.EmailVerificationSubject,
                VerificationMessageTemplate = request.VerificationMessageTemplate,
                SmsAuthenticationMessage = request.SmsAuthenticationMessage,
                MfaConfiguration = request.MfaConfiguration,
                UserAttributeUpdateSettings = request.UserAttributeUpdateSettings ?? current.Settings.UserAttributeUpdateSettings,
                DeviceConfiguration = request.DeviceConfiguration,
                EmailConfiguration = request.EmailConfiguration,
                SmsConfiguration = request.SmsConfiguration,
                UserPoolTags = request.UserPoolTags,
                AdminCreateUserConfig = request.AdminCreateUserConfig,
                UserPoolAddOns = request.UserPoolAddOns,
                AccountRecoverySetting = request.AccountRecoverySetting,
                UserPoolTier = request.UserPoolTier ?? current.Settings.UserPoolTier,
                DcrConfiguration = request.DcrConfiguration ?? current.Settings.DcrConfiguration,
                KeyConfiguration = request.KeyConfiguration ?? current.Settings.KeyConfiguration,
                IssuerConfiguration = request.IssuerConfiguration ?? current.Settings.IssuerConfiguration,
                AcrConfiguration = request.AcrConfiguration,
            },
            current.Mfa);
        return settings with
        {
            Pool = settings.Pool with
            {
                Id = current.Id,
                Arn = current.Arn,
                SchemaAttributes = current.Settings.SchemaAttributes,
                AliasAttributes = current.Settings.AliasAttributes,
                UsernameAttributes = current.Settings.UsernameAttributes,
                UsernameConfiguration = current.Settings.UsernameConfiguration,
            },
            Sessions = current.Sessions,
        };
    }

    private static PoolSettings Complete(CreateUserPoolRequest request, GetUserPoolMfaConfigResponse mfaBefore)
    {
        var tier = request.UserPoolTier ?? UserPoolTierType.ESSENTIALS;
        var autoVerified = NullIfEmpty(request.AutoVerifiedAttributes);
        var texts = VerificationTexts.Of(
            request.VerificationMessageTemplate, request.SmsVerificationMessage, request.EmailVerificationMessage, request.EmailVerificationSubject);
        var (policies, admin) = PoliciesAndInvitation(request, tier);
        if (request.UserPoolAddOns is { AdvancedSecurityMode: not AdvancedSecurityModeType.OFF })
            Tiers.RefuseBelowPlus(tier, "Threat Protection");

        var mfa = MfaSettings.WithSms(mfaBefore, request.SmsConfiguration, request.SmsAuthenticationMessage)
            with { MfaConfiguration = request.MfaConfiguration ?? UserPoolMfaType.OFF };
        MfaSettings.CheckRequired(mfa, static () => new("SMS configuration and Auto verification for phone_number are required when MFA is required/optional"));
        MfaSettings.CheckFirstFactors(mfa, policies.SignInPolicy);
        MfaSettings.CheckTier(mfa, tier);

        return new(
            new()
            {
                Name = request.PoolName,
                Policies = policies,
                DeletionProtection = request.DeletionProtection ?? DeletionProtectionType.INACTIVE,
                LambdaConfig = LambdaSettings.Of(request.LambdaConfig, tier),
                AutoVerifiedAttributes = autoVerified,
                SmsVerificationMessage = texts.Sms,
                EmailVerificationMessage = texts.Email,
                EmailVerificationSubject = texts.Subject,
                VerificationMessageTemplate = texts.Template,
                SmsAuthenticationMessage = request.SmsAuthenticationMessage,
                UserAttributeUpdateSettings = UpdateSettings(request.UserAttributeUpdateSettings, autoVerified),
                MfaConfiguration = mfa.MfaConfiguration,
                DeviceConfiguration = request.DeviceConfiguration is { } device
                    ? new() { ChallengeRequiredOnNewDevice = device.ChallengeRequiredOnNewDevice ?? false, DeviceOnlyRememberedOnUserPrompt = device.DeviceOnlyRememberedOnUserPrompt ?? false }
                    : null,
                EmailConfiguration = Email(request.EmailConfiguration),
                SmsConfiguration = request.SmsConfiguration,
                UserPoolTags = PoolTags.Check(request.UserPoolTags),
                AdminCreateUserConfig = admin,
                UserPoolAddOns = request.UserPoolAddOns,
                AccountRecoverySetting = Recovery(request.AccountRecoverySetting),
                UserPoolTier = tier,
                DcrConfiguration = RegistrationSettings.Check(request.DcrConfiguration, tier),
                KeyConfiguration = request.KeyConfiguration,
                IssuerConfiguration = request.IssuerConfiguration,
                AcrConfiguration = ContextClasses.Check(request.AcrConfiguration, tier),
            },
            mfa);
    }

    /// <summary>A policy that is given has false for what it leaves out; the days of a temporary password are one setting in two places.</summary>
    private static (UserPoolPolicyType Policies, AdminCreateUserConfigType Admin) PoliciesAndInvitation(CreateUserPoolRequest request, string tier)
    {
        var given = request.Policies?.PasswordPolicy;
        var unused = NullIfZero(request.AdminCreateUserConfig?.UnusedAccountValidityDays);
        var temporary = NullIfZero(given?.TemporaryPasswordValidityDays);
        if (unused is not null && temporary is not null && unused != temporary)
            throw new InvalidParameterException("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays");
        var validity = temporary ?? unused ?? DefaultTemporaryPasswordDays;

        var history = NullIfZero(given?.PasswordHistorySize);
        if (history is not null)
            Tiers.RefuseInLite(tier, "Password History");
        var factors = request.Policies?.SignInPolicy?.AllowedFirstAuthFactors is { Count: > 0 } listed ? listed.Distinct().ToList() : [AuthFactorType.PASSWORD];
        if (!factors.Contains(AuthFactorType.PASSWORD))
            throw new InvalidParameterException("Password should be configured as one of the allowed first auth factors.");
        if (factors.Count > 1)
            Tiers.RefuseInLite(tier, "Passwordless Sign-In");

        var password = given is null ? PoolSettings.DefaultPasswordPolicy : new()
        {
            MinimumLength = given.MinimumLength ?? PoolSettings.DefaultPasswordPolicy.MinimumLength,
            RequireUppercase = given.RequireUppercase ?? false,
            RequireLowercase = given.RequireLowercase ?? false,
            RequireNumbers = given.RequireNumbers ?? false,
            RequireSymbols = given.RequireSymbols ?? false,
            PasswordHistorySize = history,
        };
        return (
            new() { PasswordPolicy = password with { TemporaryPasswordValidityDays = validity }, SignInPolicy = new() { AllowedFirstAuthFactors = factors } },
            new()
            {
                AllowAdminCreateUserOnly = request.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
                UnusedAccountValidityDays = validity,
                InviteMessageTemplate = request.AdminCreateUserConfig?.InviteMessageTemplate,
            });
    }

    private static UserAttributeUpdateSettingsType UpdateSettings(UserAttributeUpdateSettingsType? given, IReadOnlyList<string>? autoVerified)
    {
        var attributes = given?.AttributesRequireVerificationBeforeUpdate ?? [];
        foreach (var attribute in attributes)
        {
            if (autoVerified is null || !autoVerified.Contains(attribute))
            {
                throw new InvalidParameterException(
                    $"AttributesRequireVerificationBeforeUpdate: {attribute} must be one of the pool's AutoVerifiedAttributes.");
            }
        }
        return new() { AttributesRequireVerificationBeforeUpdate = attributes };
    }

    private static EmailConfigurationType Email(EmailConfigurationType? given)
    {
        if (given is { EmailSendingAccount: EmailSendingAccountType.DEVELOPER, SourceArn: null })
            throw new InvalidParameterException("Source ARN is required to use DEVELOPER email sending owner");
        return given is null
            ? new() { EmailSendingAccount = EmailSendingAccountType.COGNITO_DEFAULT }
            : given with { EmailSendingAccount = given.EmailSendingAccount ?? EmailSendingAccountType.COGNITO_DEFAULT };
    }

    private static AccountRecoverySettingType? Recovery(AccountRecoverySettingType? given)
    {
        if (given?.RecoveryMechanisms is not { Count: > 0 } mechanisms)
            return null;
        if (mechanisms.Count > 1 && mechanisms.Any(static mechanism => mechanism.Name is RecoveryOptionNameType.admin_only))
            throw new InvalidParameterException("Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.");
        if (mechanisms.DistinctBy(static mechanism => mechanism.Priority).Count() < mechanisms.Count
            || mechanisms.DistinctBy(static mechanism => mechanism.Name).Count() < mechanisms.Count)
            throw new InvalidParameterException("Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.");
        return given;
    }

    private static int? NullIfZero(int? number) => number is 0 ? null : number;

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string>? list) => list is { Count: > 0 } ? list : null;
}
