using Postern.UserPools.Branding;

namespace Postern.ManagedLogin.Theming;

/// <summary>Where the sheets and images of themes are. Each address holds a version, so that browsers may keep what they got.</summary>
internal static class ThemeAddresses
{
    public const string StyleSheetPath = "/assets/style.css";
    public const string CustomSheetPath = "/assets/customization.css";
    public const string ImagePath = "/assets/image";
    public const string LogoPath = "/assets/logo";

    /// <summary>The sheet that a client's style makes.</summary>
    public static string StyleSheet(string root, string clientId, Asset sheet) => $"{root}{StyleSheetPath}?client={Uri.EscapeDataString(clientId)}&v={sheet.Version}";

    /// <summary>The CSS of the classic pages.</summary>
    public static string CustomSheet(string root, string owner, Asset sheet) => $"{root}{CustomSheetPath}?of={Uri.EscapeDataString(owner)}&v={sheet.Version}";

    /// <summary>An image of a style, from the page.</summary>
    public static string Image(string root, string styleId, BrandingAsset asset) => root + ImagePath + Query(styleId, asset);

    /// <summary>An image of a style, from a sheet in the same folder.</summary>
    public static string ImageBesideSheet(string styleId, BrandingAsset asset) => "image" + Query(styleId, asset);

    /// <summary>The logo of the classic pages.</summary>
    public static string Logo(string root, UICustomization customization) =>
        $"{root}{LogoPath}?of={Uri.EscapeDataString(customization.Owner)}&v={VersionOf(customization)}";

    /// <summary>What a logo's address says of its bytes; null where there is none.</summary>
    public static string? VersionOf(UICustomization customization) => customization.Logo is { } name ? name[(name.LastIndexOf('/') + 1)..] : null;

    /// <summary>Whether a part of an address may be a name that the store knows: what is none is not looked for.</summary>
    public static bool IsName(string? part) => part is { Length: > 0 and <= 128 } && part.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.');

    private static string Query(string styleId, BrandingAsset asset) => $"?style={styleId}&file={asset.FileName}";
}
