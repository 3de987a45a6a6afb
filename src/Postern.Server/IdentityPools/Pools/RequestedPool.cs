using Postern.Contract.IdentityPools;
using Postern.IdentityPools.Tags;

namespace Postern.IdentityPools.Pools;

/// <summary>The settings that CreateIdentityPool and UpdateIdentityPool ask for, checked.</summary>
/// <remarks>Identity pools sheet, "Operations": answers show only what was set, and no empty lists.</remarks>
internal static class RequestedPool
{
    /// <exception cref="InvalidParameterException">A user pool is named in another form than <c>HOST/REGION_ID</c>, or the tags break a rule.</exception>
    public static IdentityPool Of(IdentityPool given) => new()
    {
        IdentityPoolId = given.IdentityPoolId,
        IdentityPoolName = given.IdentityPoolName,
        AllowUnauthenticatedIdentities = given.AllowUnauthenticatedIdentities,
        AllowClassicFlow = given.AllowClassicFlow,
        SupportedLoginProviders = given.SupportedLoginProviders is { Count: > 0 } ? given.SupportedLoginProviders : null,
        DeveloperProviderName = given.DeveloperProviderName,
        OpenIdConnectProviderARNs = given.OpenIdConnectProviderARNs is { Count: > 0 } ? given.OpenIdConnectProviderARNs : null,
        CognitoIdentityProviders = given.CognitoIdentityProviders is { Count: > 0 } providers ? [.. providers.Select(Check)] : null,
        SamlProviderARNs = given.SamlProviderARNs is { Count: > 0 } ? given.SamlProviderARNs : null,
        IdentityPoolTags = PoolTags.Check(given.IdentityPoolTags),
    };

    // Captured answers show the check of the server's side as false where it was left out. The host may be ours or the service's.
    private static CognitoIdentityProvider Check(CognitoIdentityProvider provider)
    {
        var slash = provider.ProviderName?.LastIndexOf('/') ?? -1;
        var underscore = provider.ProviderName?.LastIndexOf('_') ?? -1;
        return slash > 0 && underscore > slash + 1 && underscore < provider.ProviderName!.Length - 1
            ? provider with { ServerSideTokenCheck = provider.ServerSideTokenCheck ?? false }
            : throw new InvalidParameterException("Invalid Cognito Identity Provider");
    }
}
