using System.Globalization;

namespace Postern.UserPools.Branding;

/// <summary>Finds texts of a style that are hard to read.</summary>
/// <remarks>WCAG 2.2, 1.4.3: 4.5 to 1. Images are not looked at.</remarks>
internal static class StyleContrast
{
    private const double Least = 4.5;

    /// <summary>Texts, and what they stand on, below their mode; what is below that is the form.</summary>
    private static readonly (string Component, string Text, string Background)[] Pairs =
    [
        ("components.primaryButton", "defaults.textColor", "defaults.backgroundColor"),
        ("components.primaryButton", "hover.textColor", "hover.backgroundColor"),
        ("components.primaryButton", "active.textColor", "active.backgroundColor"),
        ("components.secondaryButton", "defaults.textColor", "defaults.backgroundColor"),
        ("components.secondaryButton", "hover.textColor", "hover.backgroundColor"),
        ("components.idpButton.standard", "defaults.textColor", "defaults.backgroundColor"),
        ("components.idpButton.standard", "hover.textColor", "hover.backgroundColor"),
        ("componentClasses.input", "placeholderColor", "defaults.backgroundColor"),
        ("components.pageText", "headingColor", ""),
        ("components.pageText", "bodyColor", ""),
        ("components.pageText", "descriptionColor", ""),
        ("componentClasses.inputLabel", "textColor", ""),
        ("componentClasses.inputDescription", "textColor", ""),
        ("componentClasses.link", "defaults.textColor", ""),
        ("componentClasses.link", "hover.textColor", ""),
    ];

    /// <summary>The paths of texts with too little contrast, in the modes that the style shows, each with its ratio.</summary>
    public static IReadOnlyList<string> Problems(BrandingStyle style)
    {
        var problems = new List<string>();
        foreach (var mode in style.Modes)
        {
            var form = style.FormBackground(mode);
            foreach (var (component, text, background) in Pairs)
            {
                var path = $"{component}.{mode}.{text}";
                var below = background.Length > 0 && StyleColor.Parse(style.Color($"{component}.{mode}.{background}")) is { } own ? own.Over(form) : form;
                if (StyleColor.Parse(style.Color(path)) is { } color && color.Over(below).Contrast(below) is < Least and var ratio)
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"{path} ({ratio:0.0})"));
            }
        }
        return problems;
    }
}
