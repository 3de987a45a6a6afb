using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>What the frame around every page shows.</summary>
/// <param name="Error">What went wrong with the last form; null where nothing did.</param>
public record PageModel(DomainRequest Request, Texts Texts, string Title, string? Error = null)
{
    /// <summary>The id of the element that tells the error; fields name it in <c>aria-describedby</c>.</summary>
    public const string ErrorId = "loginErrorMessage";

    /// <summary>The look that an administrator gave the pages.</summary>
    public virtual Theme Theme { get; init; } = Theme.Default;

    /// <summary>Whether the classic pages are shown.</summary>
    public bool IsClassic => !Request.Domain.IsManagedLogin;

    /// <summary>The category of the picture above the form (AssetCategoryType), shown where a style has one.</summary>
    public virtual string? Graphic => null;

    /// <summary>The picture above the form; null where there is none.</summary>
    public ThemeImage? Picture => !IsClassic && Graphic is { } category ? Theme.Graphics.GetValueOrDefault(category) : null;

    /// <summary>Whether a hidden copy of the form comes before it. The classes that tell the visible one are then its own, not the frame's.</summary>
    public virtual bool HasHiddenCopy => false;

    /// <summary>Whether the classic card has room for two columns.</summary>
    public virtual bool IsWide => false;

    /// <summary>Which way the language is written.</summary>
    public string Direction => Texts.Language is "ar" or "fa" or "he" or "ur" ? "rtl" : "ltr";

    /// <summary>What describes fields that the error is about; null where there is none.</summary>
    public string? DescribedBy => Error is null ? null : ErrorId;

    /// <summary>The address of an asset, which changes with its content.</summary>
    public string Asset(string name) => $"{Request.Base}/assets/{name}?v={Assets.Find(name).Version}";

    /// <summary>Managed login's logo, where it has that place: inside of the form's card or not, above the form or below.</summary>
    public ThemeImage? LogoAt(bool isOutside, bool isBelow) => IsClassic ? null : Theme.LogoAt(isOutside, isBelow);

    /// <summary>For which browsers the dark palette is linked; null where for none.</summary>
    public string? DarkMedia => IsClassic ? null : Theme.ColorScheme switch
    {
        ColorScheme.Dynamic => "(prefers-color-scheme: dark)",
        ColorScheme.Dark => "all",
        _ => null,
    };

    /// <summary>For the browser's own controls.</summary>
    public string Schemes => IsClassic || Theme.ColorScheme is ColorScheme.Light ? "light" : Theme.ColorScheme is ColorScheme.Dark ? "dark" : "light dark";
}

/// <summary>A page with a form.</summary>
public record FormModel(PageRequest Page, string Title, string? Error = null) : PageModel(Page.Request, Page.Texts, Title, Error)
{
    public override Theme Theme => Page.Theme;

    /// <summary>The form posts to the page's own address.</summary>
    public virtual string Action => Page.Link(Page.Request.Path);
}

/// <param name="Fault">What is told.</param>
public sealed record ErrorModel(DomainRequest Request, Texts Texts, string Fault) : PageModel(Request, Texts, Texts["error.title"])
{
    /// <summary>The heading above it.</summary>
    public string Heading { get; init; } = Texts["error.heading"];

    /// <summary>Where to begin again; null where that leads nowhere.</summary>
    public string? Restart { get; init; }
}
