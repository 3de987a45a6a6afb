using Microsoft.AspNetCore.Http.Features;
using Postern.ManagedLogin.Views;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.ManagedLogin;

/// <summary>What stands before every page: the flow's request, the language, the look, the form's token, and faults as the error page.</summary>
public sealed class PageEndpoint(IPage page, AuthorizationChecks checks, Csrf csrf, Languages languages, Themes themes) : IDomainEndpoint
{
    /// <summary>A passkey's answer is the longest thing that a form holds.</summary>
    private const int LongestForm = 64 * 1024;

    private static readonly FormOptions formOptions = new() { ValueCountLimit = 200, KeyLengthLimit = 256, ValueLengthLimit = LongestForm };

    public IReadOnlyList<string> Paths => page.Paths;

    public bool IsServed(UserPool pool) => page.IsServed(pool);

    public async Task Serve(DomainRequest request)
    {
        var (http, response) = (request.Context.Request, request.Context.Response);
        var texts = languages.For(request);
        var theme = Theme.Default;
        try
        {
            var isPost = HttpMethods.IsPost(http.Method);
            if (!isPost && !HttpMethods.IsGet(http.Method) && !HttpMethods.IsHead(http.Method))
            {
                response.StatusCode = 405;
                response.Headers.Allow = "GET, HEAD, POST";
                return;
            }
            var authorization = await checks.CheckForPage(request, page.NeedsResponseType);
            theme = await themes.Of(request, authorization.Client);
            RequireBranding(request, authorization.Client, theme, texts);
            var asked = new PageRequest(request, authorization, texts, csrf.Token(request), FormCollection.Empty) { Theme = theme };
            await (isPost ? page.Post(asked with { Form = await Form(request, texts) }) : page.Get(asked));
        }
        catch (OAuthException fault)
        {
            if (fault.Location is not null)
                response.Redirect(fault.Location);
            else
                await PageWriter.Write(request, Error.Create(new(request, texts, fault.Description ?? fault.Error) { Theme = theme }), fault.Status);
        }
    }

    // Managed login of the service has no look of its own (hosted pages sheet, "Two versions").
    private static void RequireBranding(DomainRequest request, AppClient client, Theme theme, Texts texts)
    {
        if (request.Domain.IsManagedLogin && !theme.IsOwn && PoolSwitch.RequireBranding.IsOn(request.Pool, client.Id))
            throw new OAuthException("invalid_request", texts["error.unavailable"]) { Status = 403 };
    }

    private async ValueTask<IFormCollection> Form(DomainRequest request, Texts texts)
    {
        var http = request.Context.Request;
        if (!http.HasFormContentType || http.ContentLength > LongestForm)
            throw new OAuthException("invalid_request");
        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LongestForm;
        try
        {
            var form = await new FormFeature(http, formOptions).ReadFormAsync(request.Stop);
            return csrf.IsRight(request, form) ? form : throw new OAuthException("invalid_request", texts["error.csrf"]) { Status = 403 };
        }
        // The second: parts that end before their boundary, and bodies that end before their length.
        catch (Exception malformed) when (malformed is InvalidDataException or IOException or NotSupportedException)
        {
            throw new OAuthException("invalid_request");
        }
    }
}
