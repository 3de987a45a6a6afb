using Postern.Contract.UserPools;
using Postern.ManagedLogin.Views;
using Postern.OAuth;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.SignIn;

/// <summary><c>/login</c>: the sign-in page. Managed login asks for the name first where the client lets users choose how they begin.</summary>
/// <remarks>Hosted pages sheet, "Pages and their way", "The DOM that test suites expect"; OAuth sheet, "/login and the form posts".</remarks>
public sealed class SignInPage(PageFlow flow, ProviderList providers, PageDataCookie data) : IPage
{
    /// <summary>The field of the box for a corporate e-mail address.</summary>
    public const string CorporateField = "corporate_email";

    public IReadOnlyList<string> Paths { get; } = ["/login", "/oauth2/login"];

    public async Task Get(PageRequest page)
    {
        var offered = await providers.Of(page);
        if (offered.Only is { } location)
        {
            await page.Redirect(location);
            return;
        }
        var known = await data.TakeNotice(page);
        await Show(page, offered, Hint(page) ?? known?.Username ?? "", null, known?.Notice is { } key ? page.Texts[key] : null);
    }

    public async Task Post(PageRequest page)
    {
        var offered = await providers.Of(page);
        if (offered.AsksEmail && page.Form.ContainsKey(CorporateField))
        {
            await Route(page, offered, page.Field(CorporateField).Trim());
            return;
        }
        if (!offered.HasLocal)
            throw new OAuthException("invalid_request", page.Texts["sign-in.unavailable"]);
        var username = page.Field("username").Trim();
        if (Problem(page, username) is { } problem)
        {
            await Show(page, offered, username, problem, null);
            return;
        }
        await flow.Run(page, username, () => flow.Start(page, FlowOf(page), username, Parameters(page)), error => Show(page, offered, username, error, null));
    }

    /// <summary>Whether the name is asked for before anything else.</summary>
    public static bool AsksNameFirst(PageRequest page) => page.Request.Domain.IsManagedLogin && page.Client.OffersChoice;

    // A hint for a provider that the request names is none for this page.
    private static string? Hint(PageRequest page) => page.Authorization.Parameters is { IdentityProvider: null, IdpIdentifier: null, LoginHint: var hint } ? hint : null;

    private static string FlowOf(PageRequest page) => AsksNameFirst(page) ? AuthFlowType.USER_AUTH : AuthFlowType.USER_PASSWORD_AUTH;

    private static Dictionary<string, string> Parameters(PageRequest page)
    {
        var password = page.Field("password");
        if (!AsksNameFirst(page))
            return new() { ["PASSWORD"] = password };
        // Scripts send both at once.
        return password.Length == 0 ? [] : new() { ["PASSWORD"] = password, ["PREFERRED_CHALLENGE"] = ChallengeNameType.PASSWORD };
    }

    // Who could not have that name is told as anybody who does not have it.
    private static string? Problem(PageRequest page, string username) => TypedText.Missing(page.Texts, SignInNames.LabelOf(page.Client.Pool), username)
        ?? (AsksNameFirst(page) ? null : TypedText.Missing(page.Texts, "sign-in.password", page.Field("password")));

    private async Task Route(PageRequest page, OfferedProviders offered, string email)
    {
        if (await providers.Find(page, email) is not { } location)
        {
            await Show(page, offered, "", page.Texts["sign-in.no-provider"], null, email);
            return;
        }
        // Not a redirect: browsers hold those after a form to the policy's form-action, and the provider's address is not in it.
        page.Request.Context.Response.Headers["Refresh"] = "0; url=" + location;
        await page.Render(Leave.Create(new(page, location)));
    }

    private static Task Show(PageRequest page, OfferedProviders offered, string username, string? error, string? notice, string email = "") =>
        page.Render(Views.SignIn.Create(new(page, username, error) { Offered = offered, Notice = notice, CorporateEmail = email }));
}

/// <param name="Username">What was typed before.</param>
public sealed record SignInModel(PageRequest Page, string Username, string? Error) : FormModel(Page, Page.Texts["sign-in.title"], Error)
{
    public required OfferedProviders Offered { get; init; }

    /// <summary>What the page before has to say.</summary>
    public string? Notice { get; init; }

    /// <summary>What was typed before in the other box.</summary>
    public string CorporateEmail { get; init; } = "";

    public override bool IsWide => IsClassic && Offered is { HasLocal: true, HasExternal: true };

    /// <summary>Whether providers follow the form.</summary>
    public bool AreProvidersBelow => Theme.Providers is { AreBelow: true };

    public string Label => Texts[SignInNames.LabelOf(Page.Client.Pool)];

    public string Heading => Texts[SignInNames.LabelOf(Page.Client.Pool) + "-heading"];

    public bool AsksNameFirst => SignInPage.AsksNameFirst(Page);

    public bool CanSignUp => Page.Client.Pool.Settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly is not true;

    public override bool HasHiddenCopy => IsClassic && PoolSwitch.HiddenFormCopy.IsOn(Page.Client.Pool, Page.Client.Id);

    /// <summary>A provider's link in words: the classic pages name corporate providers alone.</summary>
    public string TextOf(ProviderLink provider, bool isSocial) => isSocial || !IsClassic ? Texts.With("sign-in.with", NameOf(provider.Name)) : provider.Name;

    private static string NameOf(string provider) => provider switch
    {
        "LoginWithAmazon" => "Amazon",
        "SignInWithApple" => "Apple",
        _ => provider,
    };
}

/// <param name="Location">Where the browser goes next.</param>
public sealed record LeaveModel(PageRequest Page, string Location) : FormModel(Page, Page.Texts["sign-in.title"]);
