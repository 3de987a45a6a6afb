using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Attributes;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Clients;

/// <summary>An app client with its pool: what unsigned operations start from.</summary>
/// <param name="Pool">The pool it belongs to.</param>
/// <param name="Row">Its row.</param>
/// <param name="Settings">As DescribeUserPoolClient answers it, without the secret.</param>
/// <param name="Secrets">Its live secrets, oldest first; none for a public client.</param>
public sealed record AppClient(UserPool Pool, StoredResource Row, UserPoolClientType Settings, IReadOnlyList<ClientSecret> Secrets)
{
    /// <summary>How long it uses a browser's sign-in again, in minutes (SSOSession.MaxValidityMinutes); null where it was never set: 60.</summary>
    public int? SsoMinutes { get; init; }

    /// <summary>The keys that it was registered with; null where it was not, or with a secret.</summary>
    public ClientKeys? RegisteredKeys { get; init; }

    public string Id => Row.Name;

    public bool HasSecret => Secrets.Count > 0;

    /// <summary>Whether unknown names must look like known ones (PreventUserExistenceErrors; LEGACY where unset).</summary>
    public bool HidesUsers => Settings.PreventUserExistenceErrors is PreventUserExistenceErrorTypes.ENABLED;

    /// <summary>Whether tokens can be revoked one sign-in at a time; on unless switched off.</summary>
    public bool RevokesTokens => Settings.EnableTokenRevocation ?? true;

    /// <summary>Whether users may begin with a factor of their choice (USER_AUTH).</summary>
    public bool OffersChoice => Settings.ExplicitAuthFlows?.Contains(ExplicitAuthFlowsType.ALLOW_USER_AUTH) is true;

    /// <summary>Whether an application registered it (ClientType DCR).</summary>
    public bool IsRegistered => Settings.ClientType is ClientTypeType.DCR;

    /// <summary>Whether OAuth serves the client at all (AllowedOAuthFlowsUserPoolClient), and by a flow.</summary>
    /// <param name="flow">Of <see cref="OAuthFlowType"/>.</param>
    public bool AllowsFlow(string flow) => Settings.AllowedOAuthFlowsUserPoolClient is true && Settings.AllowedOAuthFlows?.Contains(flow) is true;

    public bool RotatesRefreshTokens => Settings.RefreshTokenRotation?.Feature is FeatureType.ENABLED;

    public TimeSpan AccessTokenLifetime => Lifetimes.Of(Settings.AccessTokenValidity, Settings.TokenValidityUnits?.AccessToken, TimeUnitsType.hours, TimeSpan.FromHours(1));

    public TimeSpan IdTokenLifetime => Lifetimes.Of(Settings.IdTokenValidity, Settings.TokenValidityUnits?.IdToken, TimeUnitsType.hours, TimeSpan.FromHours(1));

    public TimeSpan RefreshTokenLifetime => Lifetimes.Of(Settings.RefreshTokenValidity, Settings.TokenValidityUnits?.RefreshToken, TimeUnitsType.days, TimeSpan.FromDays(30));

    /// <summary>How long a challenge session lives (AuthSessionValidity, 3 to 15 minutes).</summary>
    public TimeSpan SessionLifetime => TimeSpan.FromMinutes(Settings.AuthSessionValidity ?? 3);

    /// <summary>The secret of a client that an application registered is that application's: no operation adds, lists or deletes it.</summary>
    /// <exception cref="InvalidParameterException">The client is one of these (API reference, ClientType; the text is unverified against the service).</exception>
    public void RequireSecretOperations()
    {
        if (IsRegistered)
            throw new InvalidParameterException("Client secret operations are not supported for app clients that were created through dynamic client registration.");
    }

    /// <summary>Whether the client may read an attribute: all but developers' own where the list is unset (operations sheet, the contradiction under "App clients").</summary>
    public bool MayRead(string attribute) =>
        !Schema.IsForDevelopers(attribute) && (attribute is "sub" || Settings.ReadAttributes is not { Count: > 0 } readable || readable.Contains(attribute));

    /// <summary>Whether the client may write an attribute: all but developers' own where the list is unset.</summary>
    public bool MayWrite(string attribute) =>
        !Schema.IsForDevelopers(attribute) && (Settings.WriteAttributes is not { Count: > 0 } writable || writable.Contains(attribute));
}

/// <param name="Id"><c>{clientId}--{epoch seconds}</c>.</param>
public sealed record ClientSecret(string Id, string Value, DateTimeOffset Created)
{
    public static string NewId(string clientId, DateTimeOffset created) => $"{clientId}--{created.ToUnixTimeSeconds()}";
}
