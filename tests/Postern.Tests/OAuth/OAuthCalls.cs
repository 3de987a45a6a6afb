using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>What an endpoint answered.</summary>
internal sealed record OAuthAnswer(HttpStatusCode Status, JsonObject Body, HttpResponseMessage Response)
{
    public string? Error => (string?)Body["error"];

    public string? Description => (string?)Body["error_description"];

    /// <summary>Without blanks, which HttpClient adds once it looked at it; null where there is none.</summary>
    public string? ContentType => Header("Content-Type")?.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>The value of a header as it was sent, of the answer or of its body; null where it is absent.</summary>
    public string? Header(string name) =>
        Response.Headers.NonValidated.TryGetValues(name, out var values) || Response.Content.Headers.NonValidated.TryGetValues(name, out values) ? values.ToString() : null;
}

/// <summary>Calls of the token endpoint and its neighbours, as client libraries make them and as they should not.</summary>
internal static class OAuthCalls
{
    public static readonly string[] AllScopes = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

    public static async Task<OAuthAnswer> Send(this OAuthPool pool, HttpMethod method, string path, HttpContent? content = null, string? authorization = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, pool.Base + path) { Content = content };
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await pool.Pool.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : [], response);
    }

    /// <summary>Posts a form; a field may come twice.</summary>
    public static Task<OAuthAnswer> Form(this OAuthPool pool, string path, string? authorization, params (string Name, string Value)[] fields) =>
        pool.Send(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))), authorization);

    public static Task<OAuthAnswer> Grant(this OAuthPool pool, string? authorization, params (string Name, string Value)[] fields) => pool.Form("/oauth2/token", authorization, fields);

    /// <summary>A refresh by a public client.</summary>
    public static Task<OAuthAnswer> Refresh(this OAuthPool pool, string token, params (string Name, string Value)[] more) =>
        pool.Grant(null, [("grant_type", "refresh_token"), ("client_id", pool.ClientId), ("refresh_token", token), .. more]);

    public static Task<OAuthAnswer> Revoke(this OAuthPool pool, string token, params (string Name, string Value)[] more) =>
        pool.Form("/oauth2/revoke", null, [("client_id", pool.ClientId), ("token", token), .. more]);

    public static Task<OAuthAnswer> UserInfo(this OAuthPool pool, string token) => pool.Send(HttpMethod.Get, "/oauth2/userInfo", null, "Bearer " + token);

    /// <summary>Signs in on the page and takes the tokens.</summary>
    public static async Task<JsonObject> Tokens(this OAuthPool pool, string user, params (string Name, string? Value)[] parameters)
    {
        var (status, tokens) = await pool.Exchange(await pool.Code(user, parameters));
        Assert.True(status is HttpStatusCode.OK, tokens.ToJsonString());
        return tokens;
    }

    public static string Text(this JsonObject tokens, string name) => (string?)tokens[name] ?? throw new Xunit.Sdk.XunitException($"No {name} in {tokens.ToJsonString()}");

    public static string Basic(string id, string secret) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"));

    /// <summary>Changes settings of the pool's client; the others stay.</summary>
    public static async Task Change(this OAuthPool pool, params (string Name, JsonNode? Value)[] members)
    {
        var settings = (await pool.Pool.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId }))["UserPoolClient"]!.DeepClone().AsObject();
        foreach (var shown in new[] { "ClientSecret", "LastModifiedDate", "CreationDate", "ClientType" })
            settings.Remove(shown);
        foreach (var (name, value) in members)
            settings[name] = value;
        await pool.Pool.Api.Call("UpdateUserPoolClient", settings);
    }

    /// <summary>A resource server with scopes, named as the address of an API.</summary>
    public static Task AddServer(this OAuthPool pool, string identifier, params string[] scopes) => pool.Pool.Api.Call("CreateResourceServer", Server(pool, identifier, scopes));

    public static Task ChangeServer(this OAuthPool pool, string identifier, params string[] scopes) => pool.Pool.Api.Call("UpdateResourceServer", Server(pool, identifier, scopes));

    /// <summary>A client that acts for itself, with the scopes of an API.</summary>
    public static async Task<(string Id, string Secret)> AddMachine(this OAuthPool pool, params string[] scopes)
    {
        var (id, secret) = await pool.Pool.AddClient(new()
        {
            ["GenerateSecret"] = true,
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("client_credentials"),
            ["AllowedOAuthScopes"] = new JsonArray([.. scopes]),
        });
        return (id, secret!);
    }

    /// <summary>Another client for users, with a code flow.</summary>
    public static Task<(string Id, string? Secret)> AddUsersClient(this OAuthPool pool, bool withSecret = false) => pool.Pool.AddClient(new()
    {
        ["GenerateSecret"] = withSecret,
        ["SupportedIdentityProviders"] = new JsonArray("COGNITO"),
        ["CallbackURLs"] = new JsonArray(OAuthPool.Callback),
        ["AllowedOAuthFlowsUserPoolClient"] = true,
        ["AllowedOAuthFlows"] = new JsonArray("code"),
        ["AllowedOAuthScopes"] = new JsonArray([.. AllScopes]),
    });

    public static void AssertRefused(OAuthAnswer answer, string error, string? description = null, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Assert.Equal((status, error, description), (answer.Status, answer.Error, answer.Description));
        Assert.Equal(description is null ? 1 : 2, answer.Body.Count);
        Assert.Equal("application/json;charset=UTF-8", answer.ContentType);
    }

    private static JsonObject Server(OAuthPool pool, string identifier, string[] scopes) => new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["Identifier"] = identifier,
        ["Name"] = "an API",
        ["Scopes"] = new JsonArray([.. scopes.Select(static scope => new JsonObject { ["ScopeName"] = scope, ["ScopeDescription"] = scope })]),
    };
}
