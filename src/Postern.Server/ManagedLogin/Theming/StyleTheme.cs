using System.Text.Json;
using Postern.Contract.UserPools;
using Postern.UserPools.Branding;

namespace Postern.ManagedLogin.Theming;

/// <summary>Makes the theme of managed login of a client's style: what its sheet can't tell.</summary>
/// <remarks>Hosted pages sheet, "Branding document" and "Assets".</remarks>
internal sealed class StyleTheme
{
    private const string Light = "LIGHT";
    private const string Dark = "DARK";
    private const string PrefersDark = "(prefers-color-scheme: dark)";

    private static readonly string[] graphicCategories =
    [
        AssetCategoryType.EMAIL_GRAPHIC, AssetCategoryType.SMS_GRAPHIC, AssetCategoryType.AUTH_APP_GRAPHIC, AssetCategoryType.PASSWORD_GRAPHIC,
        AssetCategoryType.PASSKEY_GRAPHIC,
    ];

    private readonly BrandingStyle style;
    private readonly string root;
    private readonly ColorScheme scheme;

    private StyleTheme(BrandingStyle style, string root)
    {
        this.style = style;
        this.root = root;
        scheme = style.Text("categories.global.colorSchemeMode") switch { Light => ColorScheme.Light, Dark => ColorScheme.Dark, _ => ColorScheme.Dynamic };
    }

    /// <param name="sheet">The address of the style's sheet.</param>
    /// <param name="root">What addresses of the domain begin with.</param>
    public static Theme Of(BrandingStyle style, string sheet, string root) => new StyleTheme(style, root).Make(sheet);

    private Theme Make(string sheet) => new()
    {
        IsOwn = true,
        StyleSheet = sheet,
        ColorScheme = scheme,
        Logo = style.Flag("components.form.logo.enabled") ? Image(AssetCategoryType.FORM_LOGO) : null,
        IsLogoOutside = style.Text("components.form.logo.formInclusion") is "OUT",
        IsLogoBelow = style.Text("components.form.logo.position") is "BOTTOM",
        Favicons = [.. Favicons()],
        HasHeader = style.Flag("categories.global.pageHeader.enabled"),
        HeaderLogo = style.Flag("components.pageHeader.logo.enabled") ? Image(AssetCategoryType.PAGE_HEADER_LOGO) : null,
        HasFooter = style.Flag("categories.global.pageFooter.enabled"),
        FooterLogo = style.Flag("components.pageFooter.logo.enabled") ? Image(AssetCategoryType.PAGE_FOOTER_LOGO) : null,
        Graphics = Graphics(),
        Providers = new(
            AreProvidersBelow(), style.Text("categories.auth.federation.interfaceStyle") is not "BUTTON_LIST",
            [.. Texts(style.Member("categories.auth.federation.order"))], Icons()),
    };

    private ThemeImage? Image(string category, string? resourceId = null)
    {
        if (style.AnyAsset(category, scheme is ColorScheme.Dark ? Dark : Light, resourceId) is not { } first)
            return null;
        var other = scheme is ColorScheme.Dynamic ? style.AnyAsset(category, Dark, resourceId) : null;
        return new(Address(first), other is null || other == first ? null : Address(other));
    }

    private IEnumerable<Favicon> Favicons()
    {
        var enabled = Texts(style.Member("components.favicon.enabledTypes")).ToList();
        foreach (var (name, category) in new[] { ("ICO", AssetCategoryType.FAVICON_ICO), ("SVG", AssetCategoryType.FAVICON_SVG) })
        {
            if (!enabled.Contains(name) || style.AnyAsset(category, scheme is ColorScheme.Dark ? Dark : Light) is not { } first)
                continue;
            var type = ImageFile.ContentTypeOf(first.Extension);
            yield return new(Address(first), type, null);
            if (scheme is ColorScheme.Dynamic && style.AnyAsset(category, Dark) is { } other && other != first)
                yield return new(Address(other), type, PrefersDark);
        }
    }

    // The first of the two that the document names is the first on the page; what it does not name is there all the same.
    private bool AreProvidersBelow()
    {
        if (style.Member("categories.auth.authMethodOrder") is not { ValueKind: JsonValueKind.Array } groups)
            return false;
        var first = groups.EnumerateArray().Where(static group => group.ValueKind is JsonValueKind.Array).SelectMany(static group => group.EnumerateArray())
            .Select(static method => method.ValueKind is JsonValueKind.Object && method.TryGetProperty("type"u8, out var type) && type.ValueKind is JsonValueKind.String ? type.GetString() : null)
            .FirstOrDefault(static type => type is "FEDERATED" or "USERNAME_PASSWORD");
        return first is "USERNAME_PASSWORD";
    }

    private Dictionary<string, ThemeImage> Graphics()
    {
        var graphics = new Dictionary<string, ThemeImage>(StringComparer.Ordinal);
        foreach (var category in style.Flag("categories.form.displayGraphics") ? graphicCategories : [])
        {
            if (Image(category) is { } graphic)
                graphics[category] = graphic;
        }
        return graphics;
    }

    private Dictionary<string, ThemeImage> Icons()
    {
        var icons = new Dictionary<string, ThemeImage>(StringComparer.Ordinal);
        if (!style.Flag("componentClasses.idpButtons.icons.enabled"))
            return icons;
        foreach (var asset in style.Assets)
        {
            if (asset is { Category: AssetCategoryType.IDP_BUTTON_ICON, ResourceId: { } provider } && Image(asset.Category, provider) is { } icon)
                icons[provider] = icon;
        }
        return icons;
    }

    private string Address(BrandingAsset asset) => ThemeAddresses.Image(root, style.Id!, asset);

    private static IEnumerable<string> Texts(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } all
        ? all.EnumerateArray().Where(static one => one.ValueKind is JsonValueKind.String).Select(static one => one.GetString()!)
        : [];
}
