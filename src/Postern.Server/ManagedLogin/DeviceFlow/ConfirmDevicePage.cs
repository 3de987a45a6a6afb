using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.OAuth.DeviceFlow;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.ManagedLogin.DeviceFlow;

/// <summary><c>/device/confirm</c>: who signed in says whether the device with the code may act as him (RFC 8628, §3.3). It names the application,
/// the code and the scopes, and warns of codes that somebody else sent (§5.4).</summary>
public sealed class ConfirmDevicePage(DeviceAuthorizations authorizations, BrowserSessions sessions, PageDataCookie data) : IPage
{
    public const string FieldName = "decision";
    public const string Allow = "allow";
    public const string Deny = "deny";

    public IReadOnlyList<string> Paths { get; } = [DeviceVisits.ConfirmPath];

    public bool IsServed(UserPool pool) => DeviceAuthorizations.AreServed(pool);

    public async Task Get(PageRequest page)
    {
        var visit = VisitOf(page);
        if (await SignedIn(page) is not var (_, user))
            return;
        if (await authorizations.Find(page.Client.Pool, visit.UserCode, page.Stop) is not { Decision: DeviceDecision.Pending } waiting || waiting.Id != visit.Id)
            await Over(page);
        else
            await page.Render(Views.ConfirmDevice.Create(new(page, visit, user)));
    }

    public async Task Post(PageRequest page)
    {
        var visit = VisitOf(page);
        if (await SignedIn(page) is not var (session, user))
            return;
        if (page.Field(FieldName) is not (Allow or Deny) || page.Field("sub") != user.Sub.ToString())
        {
            // Nothing was said, or somebody else signed in meanwhile, in another tab.
            await Get(page);
            return;
        }
        var approval = page.Field(FieldName) is Allow ? new DeviceApproval(user.Sub, session.AuthTime, session.Level, user.SignOuts, session.SsoId) : null;
        var decided = await authorizations.Decide(page.Client.Pool, visit.UserCode, visit.Id, approval, page.Stop);
        // A form that is sent twice says the same.
        if (decided is null || decided.Approval?.Sub != approval?.Sub)
            await Over(page);
        else
            await page.Render(Views.DeviceDone.Create(new(page, decided.Decision is DeviceDecision.Allowed)));
    }

    private static DeviceVisit VisitOf(PageRequest page) => page.Authorization.Device ?? throw new OAuthException("invalid_request", DeviceVisits.Over);

    /// <summary>Who is signed in; null where nobody is, who was then sent to do so.</summary>
    private async ValueTask<(BrowserSession Session, User User)?> SignedIn(PageRequest page)
    {
        // Who just signed in for the device is not asked again by a client that uses no earlier sign-in.
        if (await sessions.Live(page.Request, page.Client, await data.FindBegun(page)) is { } live)
            return live;
        await page.Redirect(page.Link("/oauth2/authorize"));
        return null;
    }

    private static Task Over(PageRequest page) => page.Render(
        Views.Error.Create(new(page.Request, page.Texts, DeviceVisits.Over)
        {
            Theme = page.Theme,
            Heading = page.Texts["error.expired"],
            Restart = page.Request.Base + DeviceVisits.CodePath,
        }),
        StatusCodes.Status400BadRequest);
}

public sealed record ConfirmDeviceModel(PageRequest Page, DeviceVisit Visit, User User) : FormModel(Page, Page.Texts["device-confirm.title"])
{
    public string Code => UserCode.Shown(Visit.UserCode);

    public string Application => Page.Client.Settings.ClientName ?? Page.Client.Id;

    /// <summary>As the user knows himself: in pools whose users have an address for a name, the stored name is an id.</summary>
    public string Name => Page.Client.Pool.UsernameAttributes.Count == 0 ? User.Username : User.Attribute("email") ?? User.Attribute("phone_number") ?? User.Username;

    /// <summary>In words where they are Cognito's own, else as the application asked for them.</summary>
    public IEnumerable<string> Scopes => Visit.Grant.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(scope => scope switch
    {
        GrantedScopes.OpenId => Texts["scope.openid"],
        GrantedScopes.Email => Texts["scope.email"],
        GrantedScopes.Phone => Texts["scope.phone"],
        GrantedScopes.Profile => Texts["scope.profile"],
        "aws.cognito.signin.user.admin" => Texts["scope.admin"],
        _ => scope,
    });

    /// <summary>The sign-in page itself asks again, whoever is signed in.</summary>
    public string OtherUser => Page.Link("/login");
}

/// <param name="IsAllowed">What the user said.</param>
public sealed record DeviceDoneModel(PageRequest Page, bool IsAllowed) : FormModel(Page, Page.Texts[IsAllowed ? "device-done.allowed" : "device-done.denied"]);
