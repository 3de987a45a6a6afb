using Postern.Contract.UserPools;
using Postern.UserPools.IdentityProviders;

namespace Postern.ManagedLogin.SignIn;

/// <summary>A way to an external provider.</summary>
/// <param name="Name">The provider's.</param>
/// <param name="ElementName">As test suites look for it.</param>
/// <param name="Location">Where it leads.</param>
public sealed record ProviderLink(string Name, string ElementName, string Location)
{
    /// <summary>Whether it is one of the four that everybody knows; any other goes by its own name.</summary>
    public bool IsSocial => ElementName != Name;

    /// <summary>Managed login alone, where a style has one.</summary>
    public ThemeImage? Icon { get; init; }
}

/// <summary>What a client's sign-in page offers: social providers, corporate ones by name, and the pool's own users.</summary>
/// <param name="AsksEmail">Whether corporate providers are found by the domain of an e-mail address, instead of links.</param>
/// <remarks>Hosted pages sheet, "Pages and their way".</remarks>
public sealed record OfferedProviders(bool HasLocal, IReadOnlyList<ProviderLink> Social, IReadOnlyList<ProviderLink> Corporate, bool AsksEmail)
{
    /// <summary>Managed login: all of them, those first that a style puts there.</summary>
    public required IReadOnlyList<ProviderLink> Buttons { get; init; }

    public bool HasExternal => Social.Count > 0 || HasCorporate;

    public bool HasCorporate => Corporate.Count > 0 || AsksEmail;

    /// <summary>Where the browser goes at once: the client's one provider is external.</summary>
    public string? Only => !HasLocal && !AsksEmail && Social.Count + Corporate.Count == 1 ? (Social.Count > 0 ? Social : Corporate)[0].Location : null;
}

/// <summary>Finds the providers of a client.</summary>
public sealed class ProviderList(UpstreamProviders providers)
{
    private const string Local = "COGNITO";

    public async ValueTask<OfferedProviders> Of(PageRequest page)
    {
        var names = page.Client.Settings.SupportedIdentityProviders ?? [];
        if (names is [Local])
            return new(true, [], [], false) { Buttons = [] };
        var found = new List<UpstreamProvider>();
        foreach (var name in names)
        {
            if (name is not Local && await providers.Find(page.Client.Pool, name, page.Stop) is { } provider)
                found.Add(provider);
        }
        found.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        var searched = Searched(found, page.Theme.Providers);
        IReadOnlyList<ProviderLink> social = [.. found.Where(static provider => SocialName(provider) is not null).Select(provider => Link(page, provider, SocialName(provider)!))];
        IReadOnlyList<ProviderLink> corporate = [.. found.Where(provider => SocialName(provider) is null && !searched.Contains(provider)).Select(provider => Link(page, provider, provider.Name))];
        var order = page.Theme.Providers?.Order ?? [];
        return new(names.Contains(Local), social, corporate, searched.Count > 0)
        {
            Buttons = [.. social.Concat(corporate).OrderBy(link => order.TakeWhile(name => name != link.Name).Count())],
        };
    }

    // Which providers are found by an address: a style says so, or else there are several of SAML, each with identifiers.
    private static List<UpstreamProvider> Searched(List<UpstreamProvider> found, ProviderTheme? theme)
    {
        if (theme is not null)
            return theme.AreSearched ? found.FindAll(static provider => SocialName(provider) is null && HasIdentifier(provider)) : [];
        var saml = found.FindAll(static provider => provider.Type is IdentityProviderTypeType.SAML);
        return saml.Count > 1 && saml.TrueForAll(HasIdentifier) ? saml : [];
    }

    private static bool HasIdentifier(UpstreamProvider provider) => provider.Settings.IdpIdentifiers is { Count: > 0 };

    /// <summary>Where an e-mail address's domain leads; null where it is no provider's of the client.</summary>
    public async ValueTask<string?> Find(PageRequest page, string email)
    {
        var domain = email[(email.LastIndexOf('@') + 1)..];
        foreach (var identifier in new[] { domain, domain.ToLowerInvariant() })
        {
            if (identifier.Length > 0 && await providers.FindByIdentifier(page.Client.Pool, identifier, page.Stop) is { } provider
                && page.Client.Settings.SupportedIdentityProviders?.Contains(provider.Name) is true)
                return page.ProviderLink("idp_identifier", identifier);
        }
        return null;
    }

    private static ProviderLink Link(PageRequest page, UpstreamProvider provider, string elementName) =>
        new(provider.Name, elementName, page.ProviderLink("identity_provider", provider.Name)) { Icon = page.Theme.Providers?.Icons.GetValueOrDefault(provider.Name) };

    private static string? SocialName(UpstreamProvider provider) => provider.Type switch
    {
        IdentityProviderTypeType.Google => "googleSignUpButton",
        IdentityProviderTypeType.Facebook => "facebookSignUpButton",
        IdentityProviderTypeType.LoginWithAmazon => "loginWithAmazonSignUpButton",
        IdentityProviderTypeType.SignInWithApple => "signInWithAppleSignUpButton",
        _ => null,
    };
}
