using Postern.UserPools.Branding;

namespace Postern.ManagedLogin.Theming;

/// <summary>Makes the theme of classic pages of what SetUICustomization set: CSS, a logo, or both.</summary>
internal static class ClassicTheme
{
    /// <param name="sheet">Null where only a logo was set.</param>
    public static Theme Of(UICustomization customization, Asset? sheet, string root) => new()
    {
        IsOwn = true,
        StyleSheet = sheet is null ? null : ThemeAddresses.CustomSheet(root, customization.Owner, sheet),
        ColorScheme = ColorScheme.Light,
        Logo = customization.HasLogo ? new(ThemeAddresses.Logo(root, customization)) : null,
    };
}
