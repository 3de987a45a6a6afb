using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.UserPools.Clients;

namespace Postern.ManagedLogin.Recovery;

/// <summary>Sends a user a code as ForgotPassword does, and leads to <c>/confirmforgotPassword</c>, which takes it: on demand, or where a sign-in
/// found that the password must be reset.</summary>
public sealed class RecoveryCode(IOperation<ForgotPasswordRequest, ForgotPasswordResponse> forgot, PageDataCookie data)
{
    /// <param name="again">Shows the page that asked, with what stands in the way.</param>
    public async Task Send(PageRequest page, string username, Func<string, Task> again)
    {
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
            await again(Told(page, refused));
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
