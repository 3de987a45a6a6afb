using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.ManagedLogin.SignUp;

/// <summary><c>/resendcode</c>: sends a new code as ResendConfirmationCode does, and leads back to <c>/confirm</c>, whose link it is.</summary>
public sealed class ResendCodePage(IOperation<ResendConfirmationCodeRequest, ResendConfirmationCodeResponse> resend, PageDataCookie data) : IPage
{
    public IReadOnlyList<string> Paths { get; } = ["/resendcode"];

    public bool NeedsResponseType => false;

    public async Task Get(PageRequest page)
    {
        page.RequireLocalUsers();
        var known = await ConfirmPage.Known(page, data);
        // A head is asked for by programs that look where a link leads.
        if (HttpMethods.IsHead(page.Request.Context.Request.Method))
            return;
        try
        {
            var sent = (await resend.Run(page, new()
            {
                ClientId = page.Client.Id,
                SecretHash = SecretHash.Of(page.Client, known.Username),
                Username = known.Username,
            })).CodeDeliveryDetails;
            data.Write(page, known with { Medium = sent?.DeliveryMedium, Destination = sent?.Destination, Notice = "confirm.sent-again" });
            await page.Redirect(page.Link("/confirm"));
        }
        catch (ServiceException refused)
        {
            await ConfirmPage.Show(page, data, known, refused.Message);
        }
    }

    public Task Post(PageRequest page) => Get(page);
}
