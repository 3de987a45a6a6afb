using Postern.Contract.UserPools;
using Postern.Federation;
using Postern.UserPools.Pools;

namespace Postern.UserPools.IdentityProviders;

/// <summary>What CreateIdentityProvider and UpdateIdentityProvider ask for, checked.</summary>
internal static class RequestedProvider
{
    private static readonly string[] FixedNames =
    [
        IdentityProviderTypeType.Facebook, IdentityProviderTypeType.Google, IdentityProviderTypeType.LoginWithAmazon,
        IdentityProviderTypeType.SignInWithApple, "COGNITO", "Cognito",
    ];

    /// <summary>A social provider bears its type's name, and no other provider does.</summary>
    /// <exception cref="InvalidParameterException">It is otherwise.</exception>
    public static void CheckName(string name, string type)
    {
        var isSocial = type is not (IdentityProviderTypeType.OIDC or IdentityProviderTypeType.SAML);
        if (isSocial ? name != type : FixedNames.Contains(name))
            throw new InvalidParameterException($"Provider {name} cannot be of type {type}.");
    }

    /// <summary>The provider with its details, mapping and identifiers replaced where they are given.</summary>
    /// <exception cref="InvalidParameterException">One of them breaks a rule.</exception>
    public static UpstreamProvider Apply(
        UpstreamProvider provider, ProviderAddresses addresses, IReadOnlyDictionary<string, string>? details,
        IReadOnlyDictionary<string, string>? mapping, IReadOnlyList<string>? identifiers, IReadOnlyDictionary<string, string>? acrMapping)
    {
        var settings = provider.Settings;
        var secrets = provider.Secrets;
        if (details is not null)
        {
            var given = new Dictionary<string, string>(details, StringComparer.Ordinal);
            // Nobody can read a private key back, so an update need not bring it along.
            if (provider.Secrets.TryGetValue("private_key", out var key))
                given.TryAdd("private_key", key);
            (var open, secrets) = ProviderDetails.Split(ProviderDetails.Complete(settings.ProviderType!, given, addresses));
            settings = settings with { ProviderDetails = open };
        }
        if (mapping is not null || settings.AttributeMapping is null)
        {
            CheckMapping(provider.Pool, mapping);
            settings = settings with { AttributeMapping = ProviderDetails.Mapping(settings.ProviderType!, mapping) };
        }
        return provider with
        {
            Settings = settings with
            {
                IdpIdentifiers = identifiers is null ? settings.IdpIdentifiers : [.. identifiers.Distinct(StringComparer.Ordinal)],
                AcrMapping = acrMapping ?? settings.AcrMapping,
            },
            Secrets = secrets,
        };
    }

    // The text is unverified against the service.
    private static void CheckMapping(UserPool pool, IReadOnlyDictionary<string, string>? mapping)
    {
        foreach (var attribute in mapping?.Keys ?? [])
        {
            if (attribute is "sub" || (attribute is not "username" && pool.Schema.Find(attribute) is null))
                throw new InvalidParameterException($"Attribute mapping: {attribute} is not an attribute of the user pool that can be mapped.");
        }
    }
}
