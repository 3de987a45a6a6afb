using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.ManagedLogin.SignUp;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Passwords;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.Recovery;

/// <summary><c>/confirmforgotPassword</c>: sets a new password with the code that was sent, as ConfirmForgotPassword does, and leads back to the
/// sign-in page, or, where a switch says so, signs in at once.</summary>
/// <remarks>It is shown by the page before; opened alone, it says so.</remarks>
public sealed class ResetPasswordPage(
    IOperation<ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse> reset, PageFlow flow, PageDataCookie data) : IPage
{
    private const int LongestCode = 2048;

    public IReadOnlyList<string> Paths { get; } = ["/confirmforgotpassword"];

    public bool NeedsResponseType => false;

    public async Task Get(PageRequest page)
    {
        page.RequireLocalUsers();
        await Show(page, await ConfirmPage.Known(page, data), null);
    }

    public async Task Post(PageRequest page)
    {
        page.RequireLocalUsers();
        var known = await ConfirmPage.Known(page, data);
        try
        {
            var request = Request(page, known.Username);
            await reset.Run(page, request);
            PageDataCookie.Clear(page);
            await Finish(page, known.Username, request.Password);
        }
        catch (ServiceException refused)
        {
            await Show(page, known, refused.Message);
        }
    }

    private static ConfirmForgotPasswordRequest Request(PageRequest page, string username)
    {
        var (code, password) = (page.Field("code").Trim(), page.Field("new_password"));
        if (password != page.Field("confirm_password"))
            throw new InvalidPasswordException(page.Texts["new-password.mismatch"]);
        if (password.Length > 0 && (char.IsWhiteSpace(password[0]) || char.IsWhiteSpace(password[^1])))
            throw new InvalidPasswordException(page.Texts["password.blank"]);
        page.Client.Pool.PasswordPolicy.Check(password);
        // What can't be a code is told as a wrong one, not in the words of the model.
        if (code.Length is 0 or > LongestCode || code.Any(char.IsWhiteSpace))
            throw Codes.Mismatch();
        return new()
        {
            ClientId = page.Client.Id,
            SecretHash = SecretHash.Of(page.Client, username),
            Username = username,
            ConfirmationCode = code,
            Password = password,
        };
    }

    private async Task Finish(PageRequest page, string username, string password)
    {
        if (PoolSwitch.SignInAfterReset.IsOn(page.Client.Pool, page.Client.Id))
        {
            try
            {
                var outcome = await flow.Start(page, AuthFlowType.USER_PASSWORD_AUTH, username, new Dictionary<string, string> { ["PASSWORD"] = password });
                await flow.Continue(page, outcome, username);
                return;
            }
            catch (ServiceException)
            {
                // The password is set all the same; the sign-in page will say what is wrong.
            }
        }
        data.Write(page, new(username, Notice: "reset.done"));
        await page.Redirect(page.Link("/login"));
    }

    private Task Show(PageRequest page, PageData known, string? error) => page.Render(Views.ResetPassword.Create(new(page, known, data.Seal(page, known), error)));
}

/// <param name="Data">Sealed.</param>
public sealed record ResetPasswordModel(PageRequest Page, PageData Known, string Data, string? Error) : FormModel(Page, Page.Texts["reset.title"], Error)
{
    public override string? Graphic => AssetCategoryType.PASSWORD_GRAPHIC;

    public PasswordRules Rules => new(Texts, Page.Client.Pool.PasswordPolicy, "new_password");

    /// <summary>Where the code went, in words.</summary>
    public string Sent => Known switch
    {
        { Destination: null } => Texts["reset.instruction"],
        { Medium: DeliveryMediumType.SMS } => Texts.With("reset.sent-sms", Known.Destination),
        _ => Texts.With("reset.sent-email", Known.Destination),
    };
}
