using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;

namespace Postern.UserPools.Pools;

/// <summary>A user pool as operations see it: its row, its settings read once, and what follows from them.</summary>
public sealed class UserPool
{
    public UserPool(StoredPool row) : this(row, PoolSettings.Read(row.Settings.Span))
    {
    }

    public UserPool(StoredPool row, PoolSettings settings)
    {
        Row = row;
        Settings = settings.Pool;
        Mfa = settings.Mfa;
        Sessions = settings.Sessions ?? SessionSettings.Default;
        Schema = new Schema(settings.Pool.SchemaAttributes ?? []);
        IsCaseSensitive = Settings.UsernameConfiguration?.CaseSensitive ?? true;
        UsernameAttributes = Settings.UsernameAttributes ?? [];
        AliasAttributes = Settings.AliasAttributes ?? [];
        AutoVerifiedAttributes = Settings.AutoVerifiedAttributes ?? [];
    }

    public StoredPool Row { get; }

    /// <summary>Everything but what <see cref="Mfa"/> holds, as Describe answers it (without the counts and domains that it adds).</summary>
    public UserPoolType Settings { get; }

    /// <summary>All kinds of settings, as they are kept together.</summary>
    public PoolSettings AllSettings => new(Settings, Mfa, Sessions);

    /// <summary>The factors' settings, which only GetUserPoolMfaConfig shows.</summary>
    public GetUserPoolMfaConfigResponse Mfa { get; }

    /// <summary>Whether sign-ins are tracked, which only GetUserPoolSessionConfiguration shows.</summary>
    public SessionSettings Sessions { get; }

    public Schema Schema { get; }

    public long Number => Row.Number;

    public string Id => Row.Id;

    public string Region => Row.Region;

    /// <summary>The part of the id after the underscore, which goes into SRP's hashes.</summary>
    public string NameForSrp => Id[(Id.IndexOf('_', StringComparison.Ordinal) + 1)..];

    public string Arn => $"arn:aws:cognito-idp:{Row.Region}:{Row.Account}:userpool/{Row.Id}";

    public bool IsCaseSensitive { get; }

    public IReadOnlyList<string> UsernameAttributes { get; }

    public IReadOnlyList<string> AliasAttributes { get; }

    public IReadOnlyList<string> AutoVerifiedAttributes { get; }

    public PasswordPolicyType PasswordPolicy => Settings.Policies?.PasswordPolicy ?? PoolSettings.DefaultPasswordPolicy;

    /// <summary>How long a temporary password lives: 7 days where the policy says nothing, or 0.</summary>
    public TimeSpan TemporaryPasswordLifetime =>
        TimeSpan.FromDays(PasswordPolicy.TemporaryPasswordValidityDays is > 0 and var days ? days : 7);

    /// <summary>Whether users may begin to sign in with a factor of USER_AUTH.</summary>
    public bool OffersFirstFactor(string factor) => Settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.Contains(factor) is true;

    /// <summary>Whether sign-ins name devices; null settings are off, any others on.</summary>
    public bool TracksDevices => Settings.DeviceConfiguration is not null;

    /// <exception cref="OperationNotEnabledException">The pool does not track sign-ins.</exception>
    public void RequireTracking()
    {
        // The text is unverified against the service.
        if (!Sessions.AreTracked)
            throw new OperationNotEnabledException("User session tracking is not enabled for this user pool.");
    }

    /// <summary>Whether users can sign in without a password.</summary>
    public bool OffersPasswordless =>
        OffersFirstFactor(AuthFactorType.EMAIL_OTP) || OffersFirstFactor(AuthFactorType.SMS_OTP) || OffersFirstFactor(AuthFactorType.WEB_AUTHN);

    /// <summary>A name as it is compared: as it stands, or without case where the pool says so.</summary>
    public string Fold(string name) => IsCaseSensitive ? name : name.ToLowerInvariant();

    public UserPool With(PoolSettings settings, DateTimeOffset modified) =>
        new(Row with { Settings = settings.ToJson(), Name = settings.Pool.Name ?? Row.Name, Modified = modified }, settings);
}
