using System.Collections.Frozen;

namespace Postern.ManagedLogin;

/// <summary>Which palette the pages take.</summary>
public enum ColorScheme
{
    /// <summary>The one that the browser prefers.</summary>
    Dynamic,

    Light,

    Dark,
}

/// <summary>What an administrator made of the look of a client's pages: images, and a style sheet that sets the custom properties of
/// Assets/pages.css or the 18 classes of the classic pages anew. Addresses are of this domain: the policy of the pages allows no other.</summary>
public sealed record Theme
{
    /// <summary>The stock look.</summary>
    public static Theme Default { get; } = new();

    /// <summary>Whether the client has a style, or its pool a customization, of its own.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The address of the sheet that is linked after ours.</summary>
    public string? StyleSheet { get; init; }

    /// <summary>Managed login alone: the classic pages are light.</summary>
    public ColorScheme ColorScheme { get; init; }

    /// <summary>The logo of the form, or in the classic pages' banner.</summary>
    public ThemeImage? Logo { get; init; }

    /// <summary>Whether the logo stands outside of the form's card.</summary>
    public bool IsLogoOutside { get; init; }

    /// <summary>Whether the logo follows the form.</summary>
    public bool IsLogoBelow { get; init; }

    public IReadOnlyList<Favicon> Favicons { get; init; } = [];

    /// <summary>Whether there is a header above the form; its logo is optional.</summary>
    public bool HasHeader { get; init; }

    public ThemeImage? HeaderLogo { get; init; }

    public bool HasFooter { get; init; }

    public ThemeImage? FooterLogo { get; init; }

    /// <summary>Pictures of what a page asks for, by the asset's category.</summary>
    public IReadOnlyDictionary<string, ThemeImage> Graphics { get; init; } = FrozenDictionary<string, ThemeImage>.Empty;

    /// <summary>How the sign-in page offers providers; null where its own rules hold.</summary>
    public ProviderTheme? Providers { get; init; }

    /// <summary>The logo where it has that place.</summary>
    public ThemeImage? LogoAt(bool isOutside, bool isBelow) => IsLogoOutside == isOutside && IsLogoBelow == isBelow ? Logo : null;
}

/// <param name="Source">The image's address.</param>
/// <param name="DarkSource">The one for browsers that prefer dark pages; null where it is the same.</param>
public sealed record ThemeImage(string Source, string? DarkSource = null);

/// <param name="Type">A content type.</param>
/// <param name="Media">For which browsers; null for all.</param>
public sealed record Favicon(string Source, string Type, string? Media);

/// <summary>How the sign-in page offers providers.</summary>
/// <param name="AreBelow">Whether they follow the form for the pool's own users.</param>
/// <param name="AreSearched">Whether those that have identifiers are found by an e-mail address's domain, instead of buttons.</param>
/// <param name="Order">Names that come first, in this order.</param>
/// <param name="Icons">By the provider's name.</param>
public sealed record ProviderTheme(bool AreBelow, bool AreSearched, IReadOnlyList<string> Order, IReadOnlyDictionary<string, ThemeImage> Icons);
