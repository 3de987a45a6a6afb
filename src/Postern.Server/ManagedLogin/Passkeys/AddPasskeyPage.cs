using System.Text.Json;
using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.Storage;
using Postern.UserPools.Passkeys;

namespace Postern.ManagedLogin.Passkeys;

/// <summary><c>/passkeys/add</c>: makes a passkey for who is signed in, as StartWebAuthnRegistration and CompleteWebAuthnRegistration do, and ends at
/// the callback, with or without one. After a sign-up, or by an application's link; managed login only.</summary>
/// <remarks>Hosted pages sheet, "Pages and their way"; that it asks to sign in first, and ends with a code, is unverified against the service.</remarks>
public sealed class AddPasskeyPage(PasskeyRegistrations registrations, BrowserSessions sessions, SilentSignIn silent, PageDataCookie data) : IPage
{
    public const string Path = "/passkeys/add";

    public IReadOnlyList<string> Paths { get; } = [Path];

    public bool NeedsResponseType => false;

    /// <summary>Whether users of the page's client may sign in by passkey, so that one who just signed up is offered to make one.</summary>
    public static bool IsOffered(PageRequest page) =>
        page.Request.Domain.IsManagedLogin && page.Client.OffersChoice && page.Client.Pool.OffersFirstFactor(AuthFactorType.WEB_AUTHN);

    public async Task Get(PageRequest page)
    {
        if (await SignedIn(page) is { } here)
            await Show(page, here.User, null);
    }

    public async Task Post(PageRequest page)
    {
        if (await SignedIn(page) is not { } here)
            return;
        try
        {
            if (page.Field("skip").Length == 0)
                await registrations.Complete(page.Client, here.User, Credential(page), page.Stop);
            await Finish(page, here);
        }
        catch (ServiceException refused)
        {
            await Show(page, here.User, refused.Message);
        }
    }

    private static JsonElement Credential(PageRequest page)
    {
        try
        {
            using var document = JsonDocument.Parse(page.Field("credential"));
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new InvalidParameterException(page.Texts["passkey-add.failed"]);
        }
    }

    /// <summary>Who is signed in; null where nobody is, who was then sent to do so.</summary>
    private async ValueTask<Here?> SignedIn(PageRequest page)
    {
        page.RequireLocalUsers();
        if (!IsOffered(page))
            throw new OAuthException("invalid_request", page.Texts["passkey-add.unavailable"]);
        // Who just signed in for this is not asked again by a client that uses no earlier sign-in.
        var begun = await data.FindBegun(page);
        if (await sessions.Live(page.Request, page.Client, begun) is var (session, user))
            return new(session, user, session.Id == begun);
        data.WriteNext(page, Path);
        await page.Redirect(page.Link("/login"));
        return null;
    }

    private async Task Show(PageRequest page, User user, string? error)
    {
        try
        {
            var options = await registrations.Start(page.Client, user, page.Stop);
            await page.Render(Views.AddPasskey.Create(new(page, options.GetRawText(), error)));
        }
        catch (ServiceException refused)
        {
            // There is nothing to make: more passkeys than are allowed, or no relying party.
            await page.Render(Views.AddPasskey.Create(new(page, null, error ?? refused.Message)));
        }
    }

    private async Task Finish(PageRequest page, Here here)
    {
        // An earlier sign-in answers it as it answers any further request of the application; one of its own does whatever the client says of earlier ones.
        if (here.IsOfThisRequest)
            PageDataCookie.Clear(page);
        await page.Redirect(here.IsOfThisRequest ? await silent.Grant(page.Request, page.Authorization, here.Session, here.User) : AuthorizeLink(page));
    }

    /// <summary>The flow's request again, which the browser's sign-in answers; <c>prompt</c> would ask once more.</summary>
    private static string AuthorizeLink(PageRequest page)
    {
        var link = page.Link("/oauth2/authorize");
        var query = link.IndexOf('?', StringComparison.Ordinal);
        return link[..(query + 1)] + string.Join('&', link[(query + 1)..].Split('&').Where(static pair => !pair.StartsWith("prompt=", StringComparison.Ordinal)));
    }

    /// <param name="IsOfThisRequest">Whether somebody signed in for it, and not before.</param>
    private sealed record Here(BrowserSession Session, User User, bool IsOfThisRequest);
}

/// <param name="Options">For the browser, in JSON; null where no passkey can be made.</param>
public sealed record AddPasskeyModel(PageRequest Page, string? Options, string? Error) : FormModel(Page, Page.Texts["passkey-add.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSKEY_GRAPHIC;
}
