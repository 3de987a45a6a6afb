using Postern.Contract.UserPools;
using Postern.Federation;

namespace Postern.UserPools.IdentityProviders;

/// <summary>What each kind of provider must be given, and what the service adds to it.</summary>
/// <remarks>Federation sheet, "Providers and ProviderDetails". Texts as public deployments report them; those for a scope, an issuer with a
/// slash and addresses are unverified against the service. In development the addresses of social providers may be given, too.</remarks>
internal static class ProviderDetails
{
    public const string ClientSecret = "client_secret";

    private const string DefaultFacebookVersion = "v17.0";

    private static readonly string[] SecretNames = [ClientSecret, "private_key"];

    private static readonly string[] Addresses =
        ["authorize_url", "token_url", "attributes_url", "jwks_uri", "oidc_issuer", "MetadataURL"];

    /// <summary>The details as they are kept: what was given, checked, and what is derived from it.</summary>
    /// <exception cref="InvalidParameterException">Something is missing, or of no use.</exception>
    public static Dictionary<string, string> Complete(string type, IReadOnlyDictionary<string, string> given, ProviderAddresses addresses)
    {
        CheckRequired(type, given);
        foreach (var name in Addresses)
        {
            if (given.TryGetValue(name, out var address) && !addresses.IsGood(address))
                throw new InvalidParameterException(name is "oidc_issuer" ? "OIDC endpoint must start with https://" : $"{name} is not a valid url.");
        }
        var details = new Dictionary<string, string>(Derived(type, given), StringComparer.Ordinal);
        var isSocial = type is not (IdentityProviderTypeType.OIDC or IdentityProviderTypeType.SAML);
        foreach (var (name, value) in given)
        {
            if (!isSocial || addresses.AreLocalAllowed || !details.ContainsKey(name))
                details[name] = value;
        }
        return details;
    }

    /// <summary>Parts the secrets from the rest.</summary>
    public static (Dictionary<string, string> Open, Dictionary<string, string> Secret) Split(IReadOnlyDictionary<string, string> details)
    {
        var parts = details.ToLookup(static detail => SecretNames.Contains(detail.Key));
        return (new(parts[false], StringComparer.Ordinal), new(parts[true], StringComparer.Ordinal));
    }

    /// <summary>The mapping with the entry for the username that it gains by itself.</summary>
    public static Dictionary<string, string> Mapping(string type, IReadOnlyDictionary<string, string>? given)
    {
        var mapping = new Dictionary<string, string>(given ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        if (type is not IdentityProviderTypeType.SAML)
        {
            mapping.TryAdd("username", type switch
            {
                IdentityProviderTypeType.Facebook => "id",
                IdentityProviderTypeType.LoginWithAmazon => "user_id",
                _ => "sub",
            });
        }
        return mapping;
    }

    private static void CheckRequired(string type, IReadOnlyDictionary<string, string> given)
    {
        switch (type)
        {
            case IdentityProviderTypeType.SAML:
                if (Has("MetadataURL") && Has("MetadataFile"))
                    throw new InvalidParameterException("Only one of the MetadataURL or MetadataFile should be provided.");
                if (!Has("MetadataURL") && !Has("MetadataFile"))
                    throw new InvalidParameterException("At least one of the MetadataURL or MetadataFile should be provided.");
                return;
            case IdentityProviderTypeType.SignInWithApple:
                if (!(Has("client_id") && Has("private_key") && Has("team_id") && Has("key_id")))
                    throw new InvalidParameterException("clientId, privateKey, teamId, and keyId are all required idp details.");
                return;
            case IdentityProviderTypeType.OIDC:
                // The issuer may be left out where its four addresses are given (operations sheet, CreateIdentityProvider).
                var isFound = Has("oidc_issuer") || (Has("authorize_url") && Has("token_url") && Has("attributes_url") && Has("jwks_uri"));
                if (!(Has("client_id") && Has("authorize_scopes") && isFound && Has("attributes_request_method")))
                    throw new InvalidParameterException("clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.");
                if (given["attributes_request_method"] is not ("GET" or "POST"))
                {
                    throw new InvalidParameterException(
                        $"1 validation error detected: Value '{given["attributes_request_method"]}' at 'attributesRequestMethod' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]");
                }
                if (!given["authorize_scopes"].Split(' ').Contains("openid"))
                    throw new InvalidParameterException("authorize_scopes must contain openid.");
                if (given.GetValueOrDefault("oidc_issuer") is { } issuer && issuer.EndsWith('/'))
                    throw new InvalidParameterException("OIDC endpoint must not end with a slash.");
                return;
            default:
                if (!(Has("client_id") && Has(ClientSecret) && Has("authorize_scopes")))
                    throw new InvalidParameterException("clientId, clientSecret and authorizeScopes are all required idp details.");
                return;
        }

        bool Has(string name) => given.TryGetValue(name, out var value) && value.Length > 0;
    }

    private static KeyValuePair<string, string>[] Derived(string type, IReadOnlyDictionary<string, string> given)
    {
        switch (type)
        {
            case IdentityProviderTypeType.Google:
                return
                [
                    new("attributes_url", "https://people.googleapis.com/v1/people/me?personFields="),
                    new("attributes_url_add_attributes", "true"),
                    new("authorize_url", "https://accounts.google.com/o/oauth2/v2/auth"),
                    new("oidc_issuer", "https://accounts.google.com"),
                    new("token_request_method", "POST"),
                    new("token_url", "https://www.googleapis.com/oauth2/v4/token"),
                ];
            case IdentityProviderTypeType.Facebook:
                var version = given.GetValueOrDefault("api_version") is { Length: > 0 } chosen ? chosen : DefaultFacebookVersion;
                return
                [
                    new("attributes_url", $"https://graph.facebook.com/{version}/me?fields="),
                    new("attributes_url_add_attributes", "true"),
                    new("authorize_url", $"https://www.facebook.com/{version}/dialog/oauth"),
                    new("token_request_method", "GET"),
                    new("token_url", $"https://graph.facebook.com/{version}/oauth/access_token"),
                ];
            case IdentityProviderTypeType.LoginWithAmazon:
                return
                [
                    new("attributes_url", "https://api.amazon.com/user/profile"),
                    new("attributes_url_add_attributes", "false"),
                    new("authorize_url", "https://www.amazon.com/ap/oa"),
                    new("token_request_method", "POST"),
                    new("token_url", "https://api.amazon.com/auth/o2/token"),
                ];
            case IdentityProviderTypeType.SignInWithApple:
                return
                [
                    new("attributes_url_add_attributes", "false"),
                    new("authorize_url", "https://appleid.apple.com/auth/authorize"),
                    new("oidc_issuer", "https://appleid.apple.com"),
                    new("token_request_method", "POST"),
                    new("token_url", "https://appleid.apple.com/auth/token"),
                ];
            case IdentityProviderTypeType.OIDC:
                return [new("attributes_url_add_attributes", "false")];
            default:
                return SamlMetadata.Bindings(given.GetValueOrDefault("MetadataFile"));
        }
    }
}
