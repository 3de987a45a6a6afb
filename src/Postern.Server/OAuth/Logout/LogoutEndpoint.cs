using Postern.OAuth.Authorize;
using Postern.OAuth.Authorize.Checks;
using Postern.UserPools.Clients;

namespace Postern.OAuth.Logout;

/// <summary><c>/logout</c>: ends the browser's session, whatever else is asked, then goes to a sign-out URL of the client or to the sign-in page.
/// It revokes no tokens.</summary>
/// <remarks>OAuth sheet, "/logout". <c>logout_uri</c> wins over everything else, and <c>state</c> is not appended to it.
/// <c>post_logout_redirect_uri</c> with <c>id_token_hint</c> or <c>client_id</c> (OpenID Connect RP-Initiated Logout) is ours.</remarks>
public sealed class LogoutEndpoint(RequestingClient clients, IdTokenHints hints, BrowserSessions sessions, ISignInPages pages) : IDomainEndpoint
{
    public IReadOnlyList<string> Paths { get; } = ["/logout"];

    public async Task Serve(DomainRequest request)
    {
        if (!BrowserHeaders.Begin(request))
            return;
        // Who only looks where a link leads does not sign out.
        if (HttpMethods.IsGet(request.Context.Request.Method))
            await sessions.End(request, await hints.Session(request, AuthorizationParameters.Of(request)));
        try
        {
            request.Context.Response.Redirect(await Next(request));
        }
        catch (OAuthException fault)
        {
            if (fault.Location is not null)
                request.Context.Response.Redirect(fault.Location);
            else
                await pages.ShowFault(request, fault.Description ?? fault.Error, fault.Status);
        }
    }

    private async ValueTask<string> Next(DomainRequest request)
    {
        var parameters = AuthorizationParameters.Of(request);
        if (parameters.Find("logout_uri") is { } logoutUri)
            return Registered(request, await clients.FindOfPool(request, parameters), "logout_uri", logoutUri);
        if (parameters.Find("post_logout_redirect_uri") is { } afterwards)
        {
            var client = await hints.Client(request, parameters) ?? await clients.FindOfPool(request, parameters);
            return WithState(Registered(request, client, "post_logout_redirect_uri", afterwards), parameters.RawState);
        }
        return SignInAgain(request, await clients.FindOfPool(request, parameters), parameters);
    }

    private static string Registered(DomainRequest request, AppClient client, string name, string uri) =>
        !AuthorizationParameters.Of(request).IsRepeated(name) && client.Settings.LogoutURLs?.Contains(uri) is true
            ? AuthorizationAnswers.ForHeader(uri)
            : throw Mismatch(request, client);

    private static string WithState(string uri, string? rawState) =>
        rawState is null ? uri : $"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}state={rawState}";

    /// <summary>The sign-in page for the request that is given here; scope is filled in, and who signs in upstream is not taken over.</summary>
    private string SignInAgain(DomainRequest request, AppClient client, AuthorizationParameters parameters)
    {
        if (parameters.RedirectUri is null)
            throw new OAuthException("Required String parameter 'redirect_uri' is not present");
        if (parameters.ResponseType is null)
            throw new OAuthException("Required String parameter 'response_type' is not present");
        if (RedirectUris.Of(client, parameters) is null)
            throw Mismatch(request, client);
        var kept = parameters.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(static pair => pair.Split('=', 2)[0] is not ("identity_provider" or "idp_identifier" or "id_token_hint"));
        var query = "?" + string.Join('&', kept);
        if (parameters.Scope is null)
            query += "&scope=" + string.Join('+', (client.Settings.AllowedOAuthScopes ?? []).Select(Uri.EscapeDataString));
        return pages.Enter(request, query);
    }

    private static OAuthException Mismatch(DomainRequest request, AppClient client) =>
        new("redirect_mismatch") { Location = request.ErrorPage("redirect_mismatch", client.Id) };
}
