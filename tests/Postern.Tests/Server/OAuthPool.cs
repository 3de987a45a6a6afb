using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

/// <summary>A pool with a domain, and a client for OAuth; pages and endpoints are called under <c>/_domains/{domain}</c>.</summary>
public sealed class OAuthPool
{
    public const string Callback = "https://app.example/callback";

    private readonly TestServer server;

    private OAuthPool(TestServer server, Pool pool, string domain)
    {
        this.server = server;
        Pool = pool;
        Domain = domain;
    }

    public Pool Pool { get; }

    public string Domain { get; }

    public string ClientId => Pool.ClientId;

    /// <summary>What paths of the domain begin with.</summary>
    public string Base => $"{server.Url}/_domains/{Domain}";

    /// <param name="client">Further members of CreateUserPoolClient.</param>
    /// <param name="version">1: classic pages; 2: managed login.</param>
    public static async Task<OAuthPool> Create(TestServer server, JsonObject? pool = null, JsonObject? client = null, int version = 2)
    {
        client ??= [];
        client["SupportedIdentityProviders"] ??= new JsonArray("COGNITO");
        client["CallbackURLs"] ??= new JsonArray(Callback);
        client["AllowedOAuthFlowsUserPoolClient"] ??= true;
        client["AllowedOAuthFlows"] ??= new JsonArray("code", "implicit");
        client["AllowedOAuthScopes"] ??= new JsonArray("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin");
        var made = await Pool.Create(server, pool, client);
        var domain = "d" + Guid.NewGuid().ToString("N")[..12];
        await server.Api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = made.Id, ["Domain"] = domain, ["ManagedLoginVersion"] = version });
        return new(server, made, domain);
    }

    public WebBrowser Browser() => new(server.Url);

    /// <summary>The address of a page or of <c>/oauth2/authorize</c>, with a request for a code; a null value leaves a parameter out.</summary>
    public string Url(string path, params (string Name, string? Value)[] parameters)
    {
        var all = new Dictionary<string, string?> { ["response_type"] = "code", ["client_id"] = ClientId, ["redirect_uri"] = Callback, ["state"] = "s" };
        foreach (var (name, value) in parameters)
            all[name] = value;
        return Base + path + "?" + string.Join('&', all.Where(static pair => pair.Value is not null).Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>Opens the sign-in page and signs in by password; the browser is where that leads.</summary>
    public async Task<WebBrowser> SignIn(string username, string password = Pool.Password, params (string Name, string? Value)[] parameters)
    {
        var browser = Browser();
        await browser.Open(Url("/oauth2/authorize", parameters));
        await browser.Submit(("username", username), ("password", password));
        return browser;
    }

    /// <summary>Signs in and takes the code.</summary>
    public async Task<string> Code(string username, params (string Name, string? Value)[] parameters)
    {
        using var browser = await SignIn(username, Pool.Password, parameters);
        return browser.Given("code") ?? throw new Xunit.Sdk.XunitException($"No code at {browser.Location}: {browser.Html}");
    }

    /// <summary>Posts a form to an endpoint of the domain.</summary>
    /// <param name="secret">Sent by Basic, where there is one.</param>
    public async Task<(HttpStatusCode Status, JsonObject Body)> Post(string path, string? secret, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Base + path);
        request.Content = new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{secret}")));
        using var response = await server.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>Exchanges a code of the public client.</summary>
    public Task<(HttpStatusCode Status, JsonObject Body)> Exchange(string code, params (string Name, string Value)[] more) => Post(
        "/oauth2/token", null, [("grant_type", "authorization_code"), ("client_id", ClientId), ("code", code), ("redirect_uri", Callback), .. more]);
}
