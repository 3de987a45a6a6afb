using System.Globalization;
using System.Text;
using Postern.Contract.UserPools;
using Postern.UserPools.Branding;

namespace Postern.ManagedLogin.Theming;

/// <summary>Writes the style sheet of a style: the custom properties of Assets/pages.css, set anew.</summary>
/// <remarks>Nothing of the document is copied: colours, numbers and choices are read as such, and written again. What is none leaves the stock value.</remarks>
internal sealed class StyleSheetWriter
{
    private const string Compact = ".7";
    private const string PageBackground = "components.pageBackground";
    private const string Form = "components.form";

    private static readonly StyleColor[] lightTexts = [new(0x00, 0x07, 0x16), new(255, 255, 255)];
    private static readonly StyleColor[] darkTexts = [new(0xd1, 0xd5, 0xdb), new(255, 255, 255), new(0x00, 0x07, 0x16)];

    private readonly BrandingStyle style;
    private readonly StringBuilder text = new();

    private StyleSheetWriter(BrandingStyle style) => this.style = style;

    public static string Write(BrandingStyle style)
    {
        var writer = new StyleSheetWriter(style);
        writer.Sheet();
        return writer.text.ToString();
    }

    private void Sheet()
    {
        var modes = style.Modes;
        text.Append(":root {\n");
        Shared();
        Mode(modes[0]);
        text.Append("}\n");
        if (modes.Count == 1)
            return;
        text.Append("@media (prefers-color-scheme: dark) {\n:root {\n");
        Mode(modes[1]);
        text.Append("}\n}\n");
    }

    private void Shared()
    {
        foreach (var (property, path) in StyleProperties.Radii)
            Set(property, style.Number(path).ToString("0.##", CultureInfo.InvariantCulture) + "px");
        Set("form-inline", Side(style.Text("categories.form.location.horizontal")));
        Set("form-block", Side(style.Text("categories.form.location.vertical")));
        Set("logo-place", Side(style.Text("components.form.logo.location")));
        Set("header-logo", Side(style.Text("components.pageHeader.logo.location")));
        Set("footer-logo", Side(style.Text("components.pageFooter.logo.location")));
        // The name of the other densities is unverified against the service.
        Set("space", style.Text("categories.global.spacingDensity") is "REGULAR" ? "1" : Compact);
    }

    private void Mode(string mode)
    {
        foreach (var (property, component, member) in StyleProperties.Colors)
        {
            if (style.Color($"{component}.{mode}.{member}") is { } color)
                Set(property, color);
        }
        var form = style.FormBackground(mode);
        // The document has no colour for these texts.
        Set("input-text", Readable(mode, $"componentClasses.input.{mode}.defaults.backgroundColor", form));
        Set("error-text", Readable(mode, $"components.alert.{mode}.error.backgroundColor", form));
        Set("notice-text", Readable(mode, $"componentClasses.statusIndicator.{mode}.success.backgroundColor", form));
        Set("warning-text", Readable(mode, $"componentClasses.statusIndicator.{mode}.warning.backgroundColor", form));
        var graphics = style.Flag("categories.form.displayGraphics") ? "var(--page-graphics)" : "none";
        Set("page-image", Image(mode, $"{PageBackground}.image.enabled", AssetCategoryType.PAGE_BACKGROUND) ?? graphics);
        Set("form-image", Image(mode, $"{Form}.backgroundImage.enabled", AssetCategoryType.FORM_BACKGROUND) ?? "none");
        Set("header-image", Image(mode, "components.pageHeader.backgroundImage.enabled", AssetCategoryType.PAGE_HEADER_BACKGROUND) ?? "none");
        Set("footer-image", Image(mode, "components.pageFooter.backgroundImage.enabled", AssetCategoryType.PAGE_FOOTER_BACKGROUND) ?? "none");
    }

    private string Readable(string mode, string background, StyleColor form)
    {
        var below = StyleColor.Parse(style.Color(background))?.Over(form) ?? form;
        return (mode is BrandingStyle.DarkMode ? darkTexts : lightTexts).OrderByDescending(color => Math.Min(color.Contrast(below), 7)).First().ToString();
    }

    private string? Image(string mode, string flag, string category) =>
        style.Flag(flag) && style.Asset(category, mode is BrandingStyle.DarkMode ? "DARK" : "LIGHT") is { } asset ? $"url(\"{ThemeAddresses.ImageBesideSheet(style.Id!, asset)}\")" : null;

    private static string Side(string place) => place switch { "START" => "start", "END" => "end", _ => "center" };

    private void Set(string property, string value) => text.Append("  --").Append(property).Append(": ").Append(value).Append(";\n");
}
