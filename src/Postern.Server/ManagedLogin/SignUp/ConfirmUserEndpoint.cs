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
/// does not. Where a switch says so, GET shows a button instead, which confirms. The status of a refusal is unverified against the service.</remarks>
public sealed class ConfirmUserEndpoint(
    Pools pools, IOperation<ConfirmSignUpRequest, ConfirmSignUpResponse> confirm, Csrf csrf, Languages languages, Themes themes) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/confirmuser", "/confirmuser/"];

    public async Task Serve(DomainRequest request)
    {
        var http = request.Context.Request;
        var client = await pools.FindClient(http.Query["client_id"].ToString(), request.Stop);
        if (client is not null && client.Pool.Number != request.Pool.Number)
            client = null;
        var asks = client is not null && PoolSwitch.ConfirmLinkButton.IsOn(client.Pool, client.Id);
        if (!HttpMethods.IsGet(http.Method) && !(asks && HttpMethods.IsPost(http.Method)))
        {
            request.Context.Response.StatusCode = HttpMethods.IsHead(http.Method) ? 200 : 405;
            return;
        }
        var texts = languages.For(request);
        var theme = await themes.Of(request, client);
        if (asks && HttpMethods.IsGet(http.Method))
        {
            await PageWriter.Write(request, Views.ConfirmByLink.Create(new(request, texts, csrf.Token(request)) { Theme = theme }), 200);
            return;
        }
        var fault = client is null ? "Client does not exist."   // the text is unverified against the service
            : asks && !await IsOfPage(request) ? texts["error.csrf"]
            : await Problem(request, client);
        await (fault is null
            ? PageWriter.Write(request, Views.Confirmed.Create(new(request, texts, texts["confirm.title"]) { Theme = theme }), 200)
            : PageWriter.Write(request, Views.Error.Create(new(request, texts, fault) { Theme = theme }), 400));
    }

    private async ValueTask<bool> IsOfPage(DomainRequest request)
    {
        var http = request.Context.Request;
        try
        {
            return http.HasFormContentType && csrf.IsRight(request, await http.ReadFormAsync(request.Stop));
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>Confirms; what is wrong where it can't.</summary>
    private async ValueTask<string?> Problem(DomainRequest request, AppClient client)
    {
        var query = request.Context.Request.Query;
        var (username, code) = (query["user_name"].ToString(), query["confirmation_code"].ToString());
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

/// <param name="Csrf">The browser's token, for a hidden field.</param>
public sealed record ConfirmByLinkModel(DomainRequest Request, Texts Texts, string Csrf) : PageModel(Request, Texts, Texts["confirm.title"])
{
    public string Action => Request.Base + "/confirmUser" + Request.Query;
}
