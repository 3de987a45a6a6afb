using System.Text.Json;

namespace Postern.UserPools.Branding;

/// <summary>A style as managed login shows it: its settings with every default, and its images.</summary>
/// <param name="Id">Null for the look that clients without a style have.</param>
/// <param name="Settings">Every member of the document, as ReturnMergedResources shows it.</param>
public sealed record BrandingStyle(string? Id, JsonElement Settings, IReadOnlyList<BrandingAsset> Assets)
{
    public const string LightMode = "lightMode";

    public const string DarkMode = "darkMode";

    /// <summary>The look of a style that sets nothing.</summary>
    public static BrandingStyle Provided { get; } = new(null, BrandingSettings.Defaults, []);

    /// <summary>The image of a category: the one of the mode, else the one for both modes; null where there is neither.</summary>
    public BrandingAsset? Asset(string category, string colorMode, string? resourceId = null) =>
        Assets.FirstOrDefault(asset => asset.Category == category && asset.ColorMode == colorMode && asset.ResourceId == resourceId)
        ?? Assets.FirstOrDefault(asset => asset.Category == category && asset.ColorMode == "DYNAMIC" && asset.ResourceId == resourceId);

    /// <summary>The image of a category in a mode, else for both, else in the other mode: better a logo than none.</summary>
    public BrandingAsset? AnyAsset(string category, string colorMode, string? resourceId = null) =>
        Asset(category, colorMode, resourceId) ?? Assets.FirstOrDefault(asset => asset.Category == category && asset.ResourceId == resourceId);

    /// <summary>The modes that pages may be seen in, as members of the document: <c>lightMode</c>, <c>darkMode</c>.</summary>
    public IReadOnlyList<string> Modes => Text("categories.global.colorSchemeMode") switch
    {
        "LIGHT" => [LightMode],
        "DARK" => [DarkMode],
        _ => [LightMode, DarkMode],
    };

    /// <summary>What texts of the form stand on, its image left out.</summary>
    /// <param name="mode">One of <see cref="Modes"/>.</param>
    public StyleColor FormBackground(string mode)
    {
        var canvas = mode is DarkMode ? new StyleColor(0, 0, 0) : new StyleColor(255, 255, 255);
        var page = StyleColor.Parse(Color($"components.pageBackground.{mode}.color"))?.Over(canvas) ?? canvas;
        return StyleColor.Parse(Color($"components.form.{mode}.backgroundColor"))?.Over(page) ?? page;
    }

    /// <summary>The member at a path such as <c>components.form.logo.position</c>; null where the document has none there.</summary>
    public JsonElement? Member(string path) => Find(Settings, path);

    /// <summary>A text of the document; the default's where it is none.</summary>
    public string Text(string path) => Member(path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Find(BrandingSettings.Defaults, path)?.GetString() ?? "";

    public bool Flag(string path) => Member(path) is { ValueKind: JsonValueKind.True };

    /// <summary>A number of the document, such as a radius in pixels.</summary>
    public double Number(string path) => Member(path) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : 0;

    /// <summary>A colour as CSS has it, <c>#rrggbbaa</c>, and never anything else; null where the document has none at the path.</summary>
    public string? Color(string path) =>
        Member(path) is { ValueKind: JsonValueKind.String } color && color.GetString() is { } text && SettingsCheck.IsColor(text) ? "#" + text.ToLowerInvariant() : null;

    private static JsonElement? Find(JsonElement document, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (document.ValueKind is not JsonValueKind.Object || !document.TryGetProperty(name, out document))
                return null;
        }
        return document;
    }
}
