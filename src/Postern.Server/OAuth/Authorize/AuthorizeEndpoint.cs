using Postern.Contract.UserPools;
using Postern.OAuth.Authorize.Checks;
using Postern.Storage;

namespace Postern.OAuth.Authorize;

/// <summary><c>/oauth2/authorize</c>: shows nothing itself. With a live session it answers at once, else it sends the browser to the pages or to a
/// provider.</summary>
/// <remarks>OAuth sheet, "/oauth2/authorize".</remarks>
public sealed class AuthorizeEndpoint(
    AuthorizationChecks checks, SilentSignIn silent, IReadOnlyList<IUpstreamSignIn> upstream, ISignInPages pages) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/oauth2/authorize", "/authorize"];

    public async Task Serve(DomainRequest request)
    {
        var response = request.Context.Response;
        try
        {
            var posted = HttpMethods.IsPost(request.Context.Request.Method) ? await PostedRequest.Location(request) : null;
            if (!BrowserHeaders.Begin(request, isPostTaken: posted is not null))
                return;
            if (posted is not null)
            {
                response.StatusCode = StatusCodes.Status303SeeOther;
                response.Headers.Location = posted;
                return;
            }
            response.Redirect(await Answer(request, await checks.Check(request)));
        }
        catch (OAuthException fault)
        {
            if (fault.Location is not null)
                response.Redirect(fault.Location);
            else
                await pages.ShowFault(request, fault.Description ?? fault.Error, fault.Status);
        }
        catch (TooManyRequestsException busy)
        {
            await pages.ShowFault(request, busy.Message, StatusCodes.Status429TooManyRequests);
        }
    }

    private async ValueTask<string> Answer(DomainRequest request, AuthorizationRequest authorization)
    {
        try
        {
            if (await silent.Answer(request, authorization) is { } answer)
                return answer;
        }
        catch (StorageException)
        {
            return authorization.ErrorLocation("server_error", null);
        }
        if (authorization.Prompts("none"))
            return authorization.ErrorLocation("login_required", null);
        if (authorization.Provider is not { } provider)
            return pages.Enter(request, authorization.Parameters.Query);
        return upstream.FirstOrDefault(way => way.Serves(provider.Type)) is { } way
            ? await way.Begin(request, authorization, provider)
            : throw new OAuthException("invalid_request", ChosenProvider.Unavailable);
    }
}
