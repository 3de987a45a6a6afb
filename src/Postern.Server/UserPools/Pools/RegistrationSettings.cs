using Postern.Contract.UserPools;

namespace Postern.UserPools.Pools;

/// <summary>What a pool allows to applications that register app clients of their own (DcrConfiguration).</summary>
/// <remarks>Newest operations, "Dynamic client registration"; API reference, DcrConfigurationType. The name of the feature in the tier's
/// refusal and the text about a malformed scope are unverified against the service.</remarks>
public static class RegistrationSettings
{
    /// <summary>The scope of access tokens that may register clients. It is the service's own: no resource server of the pool's gives it.</summary>
    public const string Scope = "aws.cognito/dcr/register";

    private const string Feature = "Dynamic Client Registration";
    private const int LongestScope = 256;

    private static readonly string[] OpenIdScopes = ["openid", "email", "phone", "profile"];

    /// <summary>The settings that a pool's owner asks for, with defaults for what is left out; null where there are none.</summary>
    /// <remarks>Scopes need not exist yet: a pool is made before its resource servers. A registration looks for them.</remarks>
    /// <exception cref="FeatureUnavailableInTierException">It is on, and the pool is LITE.</exception>
    /// <exception cref="InvalidParameterException">A scope has not the form of one.</exception>
    public static DcrConfigurationType? Check(DcrConfigurationType? given, string tier)
    {
        if (given is null)
            return null;
        var settings = given with
        {
            EnableStatus = given.EnableStatus ?? StatusType.Enabled,
            OpenDcrEnabled = given.OpenDcrEnabled ?? false,
            AuthenticatedGrantTypes = given.AuthenticatedGrantTypes ?? [OAuthFlowType.code, OAuthFlowType.client_credentials],
            OpenDcrGrantTypes = given.OpenDcrGrantTypes ?? [OAuthFlowType.code],
        };
        if (settings.EnableStatus is StatusType.Enabled)
            Tiers.RefuseInLite(tier, Feature);
        if (settings.AllowedScopes?.FirstOrDefault(static scope => !HasForm(scope)) is { } malformed)
            throw new InvalidParameterException($"Invalid scope requested: {malformed}");
        return settings;
    }

    /// <summary>Whether applications may register clients at the pool's domain at all.</summary>
    public static bool IsOn(UserPool pool) =>
        pool.Settings.DcrConfiguration is { EnableStatus: StatusType.Enabled } && pool.Settings.UserPoolTier is not UserPoolTierType.LITE;

    /// <summary>The flows of clients that may be registered: <c>code</c>, <c>client_credentials</c>, both, or none. <c>implicit</c> in the
    /// settings means nothing.</summary>
    /// <param name="isOpen">Without an access token.</param>
    public static IReadOnlyList<string> Flows(UserPool pool, bool isOpen)
    {
        if (!IsOn(pool) || pool.Settings.DcrConfiguration is not { } settings || (isOpen && settings.OpenDcrEnabled is not true))
            return [];
        var flows = isOpen ? settings.OpenDcrGrantTypes : settings.AuthenticatedGrantTypes;
        return [.. (flows ?? []).Where(static flow => flow is OAuthFlowType.code or OAuthFlowType.client_credentials)];
    }

    /// <summary>The scopes that a registered client may be given, those of OpenID Connect first; they may be gone from their resource servers.</summary>
    public static IReadOnlyList<string> Scopes(UserPool pool) =>
        [.. OpenIdScopes.Concat(pool.Settings.DcrConfiguration?.AllowedScopes ?? []).Where(static scope => scope is not Scope).Distinct(StringComparer.Ordinal)];

    // The model's ScopeType.
    private static bool HasForm(string scope) =>
        scope.Length is > 0 and <= LongestScope && scope.All(static c => c is '\x21' or (>= '\x23' and <= '\x5B') or (>= '\x5D' and <= '\x7E'));
}
