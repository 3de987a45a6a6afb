namespace Postern.ManagedLogin.Theming;

/// <summary>Which custom property of Assets/pages.css shows which member of a style's document.</summary>
/// <remarks>Hosted pages sheet, "Branding document". docs/branding.md names the members without effect.</remarks>
internal static class StyleProperties
{
    private const string Primary = "components.primaryButton";
    private const string Secondary = "components.secondaryButton";
    private const string Provider = "components.idpButton.standard";
    private const string Input = "componentClasses.input";
    private const string Option = "componentClasses.optionControls";
    private const string Status = "componentClasses.statusIndicator";

    /// <summary>Lengths in pixels.</summary>
    public static IReadOnlyList<(string Property, string Path)> Radii { get; } =
    [
        ("form-radius", "components.form.borderRadius"),
        ("alert-radius", "components.alert.borderRadius"),
        ("button-radius", "componentClasses.buttons.borderRadius"),
        ("input-radius", "componentClasses.input.borderRadius"),
    ];

    /// <summary>Colours: between component and member is the mode.</summary>
    public static IReadOnlyList<(string Property, string Component, string Member)> Colors { get; } =
    [
        ("page-background", "components.pageBackground", "color"),
        ("form-background", "components.form", "backgroundColor"),
        ("form-border", "components.form", "borderColor"),
        ("heading", "components.pageText", "headingColor"),
        ("text", "components.pageText", "bodyColor"),
        ("description", "components.pageText", "descriptionColor"),
        ("label", "componentClasses.inputLabel", "textColor"),
        ("muted", "componentClasses.inputDescription", "textColor"),
        ("input-background", Input, "defaults.backgroundColor"),
        ("input-border", Input, "defaults.borderColor"),
        ("placeholder", Input, "placeholderColor"),
        ("link", "componentClasses.link", "defaults.textColor"),
        ("link-hover", "componentClasses.link", "hover.textColor"),
        ("focus", "componentClasses.focusState", "borderColor"),
        ("divider", "componentClasses.divider", "borderColor"),
        ("option-border", Option, "defaults.borderColor"),
        ("option-selected", Option, "selected.backgroundColor"),
        ("primary", Primary, "defaults.backgroundColor"),
        ("primary-text", Primary, "defaults.textColor"),
        ("primary-hover", Primary, "hover.backgroundColor"),
        ("primary-hover-text", Primary, "hover.textColor"),
        ("primary-active", Primary, "active.backgroundColor"),
        ("primary-active-text", Primary, "active.textColor"),
        ("primary-disabled", Primary, "disabled.backgroundColor"),
        ("primary-disabled-border", Primary, "disabled.borderColor"),
        .. States("secondary", Secondary),
        .. States("provider", Provider),
        ("error", "components.alert", "error.borderColor"),
        ("error-background", "components.alert", "error.backgroundColor"),
        ("invalid", Status, "error.indicatorColor"),
        ("valid", Status, "success.indicatorColor"),
        ("pending", Status, "pending.indicatorColor"),
        ("success", Status, "success.borderColor"),
        ("success-background", Status, "success.backgroundColor"),
        ("warning", Status, "warning.borderColor"),
        ("warning-background", Status, "warning.backgroundColor"),
        ("header-background", "components.pageHeader", "background.color"),
        ("header-border", "components.pageHeader", "borderColor"),
        ("footer-background", "components.pageFooter", "background.color"),
        ("footer-border", "components.pageFooter", "borderColor"),
    ];

    private static IEnumerable<(string Property, string Component, string Member)> States(string property, string component) =>
        from state in new[] { ("", "defaults"), ("-hover", "hover"), ("-active", "active") }
        from part in new[] { ("", "backgroundColor"), ("-text", "textColor"), ("-border", "borderColor") }
        select (property + state.Item1 + part.Item1, component, $"{state.Item2}.{part.Item2}");
}
