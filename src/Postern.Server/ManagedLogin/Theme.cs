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

    /// <summary>The address of the logo above the form, or in the classic pages' banner.</summary>
    public string? Logo { get; init; }

    public string? Favicon { get; init; }

    /// <summary>Whether there is a header above the form; its logo is optional.</summary>
    public bool HasHeader { get; init; }

    public string? HeaderLogo { get; init; }

    public bool HasFooter { get; init; }

    public string? FooterLogo { get; init; }
}
