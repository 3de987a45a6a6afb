using Postern.ManagedLogin.Views;
using Postern.OAuth;
using Postern.OAuth.Authorize;

namespace Postern.ManagedLogin;

/// <summary>What stands before every page: the flow's request, the language, the form's token, and faults as the error page.</summary>
public sealed class PageEndpoint(IPage page, AuthorizationChecks checks, Csrf csrf, Languages languages) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths => page.Paths;

    public async Task Serve(DomainRequest request)
    {
        var http = request.Context.Request;
        var texts = languages.Of(null);
        try
        {
            var authorization = await checks.Check(request, page.NeedsResponseType);
            texts = Texts(request, authorization.Parameters.Language);
            var token = csrf.Token(request);
            if (HttpMethods.IsPost(http.Method))
                await Post(request, authorization, texts, token);
            else if (HttpMethods.IsGet(http.Method) || HttpMethods.IsHead(http.Method))
                await page.Get(new(request, authorization, texts, token, FormCollection.Empty));
            else
                request.Context.Response.StatusCode = 405;
        }
        catch (OAuthException fault)
        {
            await PageWriter.Write(request, Error.Create(new(request, texts, fault.Description ?? fault.Error)), fault.Status);
        }
    }

    private async Task Post(DomainRequest request, AuthorizationRequest authorization, Texts texts, string token)
    {
        if (!request.Context.Request.HasFormContentType)
            throw new OAuthException("invalid_request");
        var form = await request.Context.Request.ReadFormAsync(request.Stop);
        if (!csrf.IsRight(request, form))
            throw new OAuthException("invalid_request", texts["error.csrf"]) { Status = 403 };
        await page.Post(new(request, authorization, texts, token, form));
    }

    private Texts Texts(DomainRequest request, string? asked)
    {
        if (!request.Domain.IsManagedLogin)
            return languages.Of(null);
        if (Languages.Known(asked) is { } known)
        {
            request.Context.Response.Cookies.Append(Languages.CookieName, known, new() { Path = request.CookiePath, HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsSecure });
            return languages.Of(known);
        }
        return languages.Of(request.Context.Request.Cookies[Languages.CookieName]);
    }
}
