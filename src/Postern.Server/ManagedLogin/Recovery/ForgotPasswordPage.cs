using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignIn;
using Postern.UserPools.Clients;

namespace Postern.ManagedLogin.Recovery;

/// <summary><c>/forgotPassword</c>: sends a code as ForgotPassword does, and leads to <c>/confirmforgotPassword</c>: where the client hides users,
/// for names that nobody has as well.</summary>
public sealed class ForgotPasswordPage(IOperation<ForgotPasswordRequest, ForgotPasswordResponse> forgot, PageDataCookie data) : IPage
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
        try
        {
            var sent = (await forgot.Run(page, new()
            {
                ClientId = page.Client.Id,
                SecretHash = SecretHash.Of(page.Client, username),
                Username = username,
            })).CodeDeliveryDetails;
            data.Write(page, new(username, sent?.DeliveryMedium, sent?.Destination));
            await page.Redirect(page.Link("/confirmforgotPassword"));
        }
        catch (ServiceException refused)
        {
            await page.Render(Views.ForgotPassword.Create(new(page, username, Told(page, refused))));
        }
    }

    // Whatever stands in the way of recovery, the page tells it in one sentence; who can't be helped by it are those whom it does not concern.
    private static string Told(PageRequest page, ServiceException refused) => refused switch
    {
        NotAuthorizedException { Message: "User is disabled." } => refused.Message,
        NotAuthorizedException => page.Texts["forgot.impossible"],
        InvalidParameterException when refused.Message.StartsWith("Cannot reset password", StringComparison.Ordinal) => page.Texts["forgot.impossible"],
        _ => refused.Message,
    };
}

/// <param name="Username">What was typed before.</param>
public sealed record ForgotPasswordModel(PageRequest Page, string Username, string? Error) : FormModel(Page, Page.Texts["forgot.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSWORD_GRAPHIC;

    /// <summary>What the pool's users are called by.</summary>
    public string Label => Texts[SignInNames.LabelOf(Page.Client.Pool)];
}
