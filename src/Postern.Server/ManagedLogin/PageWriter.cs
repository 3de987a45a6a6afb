using System.Text.Encodings.Web;
using System.Text.Unicode;
using Postern.OAuth;
using Postern.OAuth.Authorize;
using RazorSlices;

namespace Postern.ManagedLogin;

/// <summary>Writes a page with its security headers.</summary>
public static class PageWriter
{
    private static readonly HtmlEncoder encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="callback">Where a form's answer may lead to: browsers hold redirects after POST to the policy's form-action.</param>
    public static async Task Write(DomainRequest request, RazorSlice view, int status, string? callback = null)
    {
        var response = request.Context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        var headers = response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
            + Origin(callback);
        headers.CacheControl = "no-store";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (HttpMethods.IsHead(request.Context.Request.Method))
            return;
        await view.RenderAsync(response.BodyWriter, encoder, request.Stop);
        await response.BodyWriter.FlushAsync(request.Stop);
    }

    private static string Origin(string? callback)
    {
        if (callback is null || !Uri.TryCreate(AuthorizationAnswers.ForHeader(callback), UriKind.Absolute, out var uri))
            return "";
        // A policy knows no user before the host.
        return uri.Scheme is "http" or "https" ? " " + uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : $" {uri.Scheme}:";
    }
}
