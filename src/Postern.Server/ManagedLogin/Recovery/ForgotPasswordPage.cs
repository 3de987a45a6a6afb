using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignIn;

namespace Postern.ManagedLogin.Recovery;

/// <summary><c>/forgotPassword</c>: asks for a name, and has a code sent: where the client hides users, for names that nobody has as well.</summary>
public sealed class ForgotPasswordPage(RecoveryCode recovery) : IPage
{
    public IReadOnlyList<string> Paths { get; } = ["/forgotpassword"];

    public bool NeedsResponseType => false;

    public Task Get(PageRequest page)
    {
        page.RequireLocalUsers();
        return page.Render(Views.ForgotPassword.Create(new(page, page.Authorization.Parameters.LoginHint ?? "", null)));
    }

    public async Task Post(PageRequest page)
    {
        page.RequireLocalUsers();
        var username = page.Field("username").Trim();
        if (TypedText.ProblemOfName(page.Texts, SignInNames.LabelOf(page.Client.Pool), username) is { } problem)
            await Show(problem);
        else
            await recovery.Send(page, username, Show);

        Task Show(string problem) => page.Render(Views.ForgotPassword.Create(new(page, username, problem)));
    }
}

/// <param name="Username">What was typed before.</param>
public sealed record ForgotPasswordModel(PageRequest Page, string Username, string? Error) : FormModel(Page, Page.Texts["forgot.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSWORD_GRAPHIC;

    /// <summary>What the pool's users are called by.</summary>
    public string Label => Texts[SignInNames.LabelOf(Page.Client.Pool)];
}
