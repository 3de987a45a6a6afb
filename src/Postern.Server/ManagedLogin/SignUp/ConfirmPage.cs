using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.OAuth;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;

namespace Postern.ManagedLogin.SignUp;

/// <summary><c>/confirm</c>: takes the code of a sign-up as ConfirmSignUp does, and signs in who signed up in this browser.</summary>
/// <remarks>It is shown by the page before; opened alone, it says so. Where the pool confirms with links, it tells to open the one in the mail.</remarks>
public sealed class ConfirmPage(IOperation<ConfirmSignUpRequest, ConfirmSignUpResponse> confirm, AfterSignUp after, PageDataCookie data) : IPage
{
    private const int LongestCode = 2048;

    public IReadOnlyList<string> Paths { get; } = ["/confirm"];

    public bool NeedsResponseType => false;

    public async Task Get(PageRequest page)
    {
        page.RequireLocalUsers();
        var known = await Known(page, data);
        if (known.Notice is not null)
            data.Write(page, known with { Notice = null });
        await Show(page, data, known, null);
    }

    public async Task Post(PageRequest page)
    {
        page.RequireLocalUsers();
        var known = await Known(page, data);
        var code = (page.Field("code") is { Length: > 0 } typed ? typed : page.Field("verification_code")).Trim();
        try
        {
            // What can't be a code is told as a wrong one, not in the words of the model.
            if (code.Length is 0 or > LongestCode || code.Any(char.IsWhiteSpace))
                throw Codes.Mismatch();
            var confirmed = await confirm.Run(page, new()
            {
                ClientId = page.Client.Id,
                SecretHash = SecretHash.Of(page.Client, known.Username),
                Username = known.Username,
                ConfirmationCode = code,
                Session = known.Session,
            });
            PageDataCookie.Clear(page);
            await after.SignIn(page, known.Username, confirmed.Session);
        }
        catch (ServiceException refused)
        {
            await Show(page, data, known, refused.Message);
        }
    }

    /// <summary>Shows the page, at whatever address.</summary>
    internal static Task Show(PageRequest page, PageDataCookie data, PageData known, string? error) =>
        page.Render(Views.Confirm.Create(new(page, known, data.Seal(page, known with { Notice = null }), error)));

    /// <exception cref="OAuthException">No page before says whom this is about.</exception>
    internal static async ValueTask<PageData> Known(PageRequest page, PageDataCookie data) =>
        await data.Find(page) is { Username.Length: > 0 } known ? known : throw new OAuthException("invalid_request", page.Texts["error.expired"]);
}

/// <param name="Data">Sealed.</param>
public sealed record ConfirmModel(PageRequest Page, PageData Known, string Data, string? Error) : FormModel(Page, Page.Texts["confirm.title"], Error)
{
    /// <summary>Whether the mail holds a link instead of a code.</summary>
    public bool IsByLink => Known.Medium is DeliveryMediumType.EMAIL && ConfirmationLinks.ConfirmsWithLinks(Page.Client.Pool);

    public string? Notice => Known.Notice is { } key ? Texts[key] : null;

    /// <summary>Where the code went, in words.</summary>
    public string Sent => Known switch
    {
        { Destination: null } => Texts["confirm.instruction"],
        { Medium: DeliveryMediumType.SMS } => Texts.With("confirm.sent-sms", Known.Destination),
        _ when IsByLink => Texts.With("confirm.sent-link", Known.Destination),
        _ => Texts.With("confirm.sent-email", Known.Destination),
    };
}
