using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.ManagedLogin.Views;

namespace Postern.ManagedLogin.SignIn;

/// <summary><c>/login</c>: the sign-in page.</summary>
public sealed class SignInPage(PageFlow flow) : IPage
{
    public IReadOnlyList<string> Paths { get; } = ["/login", "/oauth2/login"];

    public Task Get(PageRequest page) => page.Render(Views.SignIn.Create(new(page, page.Authorization.Parameters.LoginHint ?? "", null)));

    public async Task Post(PageRequest page)
    {
        var username = page.Field("username");
        try
        {
            var outcome = await flow.Start(page, AuthFlowType.USER_PASSWORD_AUTH, username, new Dictionary<string, string> { ["PASSWORD"] = page.Field("password") });
            await flow.Continue(page, outcome, username);
        }
        catch (ServiceException refused)
        {
            await page.Render(Views.SignIn.Create(new(page, username, refused.Message)));
        }
    }
}

/// <param name="Username">What was typed before.</param>
public sealed record SignInModel(PageRequest Page, string Username, string? Error) : FormModel(Page, Page.Texts["sign-in.title"], Error);
