using Postern.OAuth;

namespace Postern.ManagedLogin;

/// <summary>What the frame around every page shows.</summary>
/// <param name="Error">What went wrong with the last form; null where nothing did.</param>
public record PageModel(DomainRequest Request, Texts Texts, string Title, string? Error = null)
{
    public string Asset(string name) => $"{Request.Base}/assets/{name}";

    /// <summary>Whether the classic pages are shown.</summary>
    public bool IsClassic => !Request.Domain.IsManagedLogin;
}

/// <summary>A page with a form.</summary>
public record FormModel(PageRequest Page, string Title, string? Error = null) : PageModel(Page.Request, Page.Texts, Title, Error)
{
    /// <summary>The form posts to the page's own address.</summary>
    public string Action => Page.Link(Page.Request.Path);
}

/// <param name="Fault">What is told.</param>
public sealed record ErrorModel(DomainRequest Request, Texts Texts, string Fault) : PageModel(Request, Texts, Texts["error.title"]);
