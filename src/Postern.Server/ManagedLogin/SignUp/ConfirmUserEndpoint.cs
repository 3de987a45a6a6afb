using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.OAuth;
using Postern.UserPools.Clients;
using Postern.UserPools.Codes;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin.SignUp;

/// <summary><c>/confirmUser?client_id=…&amp;user_name=…&amp;confirmation_code=…</c>: the link of a confirmation mail. It confirms, says so, and
/// signs nobody in: it may be open in another browser than that of the sign-up.</summary>
/// <remarks>Messages sheet, "Confirmation link". GET confirms, as in the service, also where a program opens the link before the user does; HEAD
/// does not. The status of a refusal is unverified against the service.</remarks>
public sealed class ConfirmUserEndpoint(Pools pools, IOperation<ConfirmSignUpRequest, ConfirmSignUpResponse> confirm, Languages languages) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/confirmuser", "/confirmuser/"];

    public async Task Serve(DomainRequest request)
    {
        var http = request.Context.Request;
        if (!HttpMethods.IsGet(http.Method))
        {
            request.Context.Response.StatusCode = HttpMethods.IsHead(http.Method) ? 200 : 405;
            return;
        }
        var texts = languages.Of(request.Domain.IsManagedLogin ? http.Cookies[Languages.CookieName] : null);
        var fault = await Problem(request);
        await (fault is null
            ? PageWriter.Write(request, Views.Confirmed.Create(new(request, texts, texts["confirm.title"])), 200)
            : PageWriter.Write(request, Views.Error.Create(new(request, texts, fault)), 400));
    }

    /// <summary>Confirms; what is wrong where it can't.</summary>
    private async ValueTask<string?> Problem(DomainRequest request)
    {
        var query = request.Context.Request.Query;
        var (clientId, username, code) = (query["client_id"].ToString(), query["user_name"].ToString(), query["confirmation_code"].ToString());
        if (clientId.Length == 0)
            return "Required String parameter 'client_id' is not present";
        if (await pools.FindClient(clientId, request.Stop) is not { } client || client.Pool.Number != request.Pool.Number)
            return "Client does not exist.";   // the text is unverified against the service
        try
        {
            await confirm.Run(request, new()
            {
                ClientId = client.Id,
                SecretHash = SecretHash.Of(client, username),
                Username = username,
                ConfirmationCode = code.Trim(),
            });
            return null;
        }
        catch (InvalidParameterException)
        {
            return Codes.Mismatch().Message;
        }
        // A link that was used already is told as a wrong one.
        catch (NotAuthorizedException refused) when (refused.Message.StartsWith("User cannot be confirmed", StringComparison.Ordinal))
        {
            return Codes.Mismatch().Message;
        }
        catch (ServiceException refused)
        {
            return refused.Message;
        }
    }
}
