using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>One answer of a domain, as it came: redirects are not followed, and addresses are not tidied.</summary>
/// <param name="Location">Where it leads; null where it does not.</param>
/// <param name="Cookies">Whole Set-Cookie headers.</param>
internal sealed record Visit(HttpStatusCode Status, string? Location, IReadOnlyList<string> Cookies, string Html, HttpResponseMessage Answer)
{
    private static readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <param name="cookie">The Cookie header; null for none.</param>
    /// <param name="host">Another host name than the address has.</param>
    public static async Task<Visit> To(string url, string? cookie = null, string? host = null, HttpMethod? method = null, (string Name, string Value)[]? form = null)
    {
        using var request = new HttpRequestMessage(
            method ?? (form is null ? HttpMethod.Get : HttpMethod.Post), new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        request.Headers.Host = host;
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        var answer = await http.SendAsync(request);
        var location = answer.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : null;
        var cookies = answer.Headers.NonValidated.TryGetValues("Set-Cookie", out var set) ? set.ToArray() : [];
        return new(answer.StatusCode, location, cookies, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer);
    }

    /// <summary>Asks <c>/oauth2/authorize</c> of a pool.</summary>
    public static Task<Visit> Authorize(OAuthPool pool, params (string Name, string? Value)[] parameters) => To(pool.Url("/oauth2/authorize", parameters));

    /// <summary>Signs in by posting the form as scripts do, with a pair of their own; the session's cookie is in the answer.</summary>
    public static async Task<Visit> SignIn(OAuthPool pool, string username, string? cookie = null, params (string Name, string? Value)[] parameters)
    {
        var signedIn = await To(
            pool.Url("/login", parameters), "XSRF-TOKEN=invented" + (cookie is null ? "" : "; " + cookie),
            form: [("_csrf", "invented"), ("username", username), ("password", Pool.Password)]);
        Assert.True(signedIn.Status is HttpStatusCode.Redirect, signedIn.Html);
        return signedIn;
    }

    /// <summary>The cookie of the session that was begun, for a Cookie header.</summary>
    public string Session => Cookies.Single(static cookie => cookie.StartsWith("cognito=", StringComparison.Ordinal)).Split(';')[0];

    /// <summary>A parameter of the address that the answer leads to, in query or fragment; null where it is not there.</summary>
    public string? Given(string name) => (Location ?? "").Split('?', '#', '&').Select(static pair => pair.Split('=', 2))
        .Where(pair => pair[0] == name && pair.Length == 2).Select(static pair => Uri.UnescapeDataString(pair[1].Replace('+', ' '))).FirstOrDefault();

    /// <summary>The answer leads to the callback with a code.</summary>
    public string Code()
    {
        Assert.StartsWith(OAuthPool.Callback, Location ?? Html, StringComparison.Ordinal);
        return Given("code") ?? throw new Xunit.Sdk.XunitException($"No code: {Location}");
    }

    /// <summary>The answer leads to the sign-in page.</summary>
    public void AssertAsks(OAuthPool pool) => Assert.StartsWith($"{pool.Base}/login?", Location ?? Html, StringComparison.Ordinal);

    /// <summary>The answer is a page that tells a fault, and leads nowhere.</summary>
    public void AssertShows(string text, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Assert.Equal((status, null), (Status, Location));
        Assert.Contains("An error was encountered with the requested page.", Html, StringComparison.Ordinal);
        Assert.Contains(text, Html, StringComparison.Ordinal);
    }

    /// <summary>The answer leads to the error page.</summary>
    public void AssertErrorPage(OAuthPool pool, string error, string? client = null) =>
        Assert.Equal($"{pool.Base}/error?error={error}&client_id={client ?? pool.ClientId}", Location);

    /// <summary>Adds a client for OAuth to the pool.</summary>
    public static async Task<string> AddClient(OAuthPool pool, JsonObject? more = null)
    {
        var client = more ?? [];
        client["UserPoolId"] = pool.Pool.Id;
        client["ClientName"] = "another";
        client["SupportedIdentityProviders"] ??= new JsonArray("COGNITO");
        client["CallbackURLs"] ??= new JsonArray(OAuthPool.Callback);
        client["AllowedOAuthFlowsUserPoolClient"] ??= true;
        client["AllowedOAuthFlows"] ??= new JsonArray("code", "implicit");
        client["AllowedOAuthScopes"] ??= new JsonArray("openid", "email");
        return (string)(await pool.Pool.Api.Call("CreateUserPoolClient", client))["UserPoolClient"]!["ClientId"]!;
    }

    /// <summary>Adds an upstream provider to the pool.</summary>
    public static Task<JsonObject> AddProvider(OAuthPool pool, string name, string? identifier = null) => pool.Pool.Api.Call("CreateIdentityProvider", new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["ProviderName"] = name,
        ["ProviderType"] = "OIDC",
        ["ProviderDetails"] = new JsonObject
        {
            ["client_id"] = "c",
            ["client_secret"] = "s",
            ["authorize_scopes"] = "openid",
            ["attributes_request_method"] = "GET",
            ["oidc_issuer"] = "https://idp.example",
        },
        ["IdpIdentifiers"] = identifier is null ? null : new JsonArray(identifier),
    });

    /// <summary>Sets a tag of the pool.</summary>
    public static async Task Switch(OAuthPool pool, string name, string value = "true") => await pool.Pool.Api.Call("TagResource", new()
    {
        ["ResourceArn"] = (string?)(await pool.Pool.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Pool.Id }))["UserPool"]!["Arn"],
        ["Tags"] = new JsonObject { ["postern:" + name] = value },
    });
}
