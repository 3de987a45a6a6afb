using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>A pool whose applications register clients of their own, and calls to its registration endpoint.</summary>
internal static class RegistrationCalls
{
    public const string Scope = "aws.cognito/dcr/register";

    /// <param name="registration">DcrConfiguration, as JSON.</param>
    public static Task<OAuthPool> Pool(TestServer server, string registration, JsonObject? client = null) =>
        OAuthPool.Create(server, new() { ["DcrConfiguration"] = JsonNode.Parse(registration) }, client);

    /// <summary>Registers a public client for the code flow, with further members of metadata.</summary>
    public static Task<Registered> Register(this OAuthPool pool, TestServer server, string metadata = "{}", string? token = null)
    {
        var all = new JsonObject { ["redirect_uris"] = new JsonArray(OAuthPool.Callback), ["token_endpoint_auth_method"] = "none" };
        foreach (var (name, value) in JsonNode.Parse(metadata)!.AsObject())
            all[name] = value?.DeepClone();
        return pool.Send(server, all.ToJsonString(), token);
    }

    /// <summary>Sends a body as it is.</summary>
    public static async Task<Registered> Send(this OAuthPool pool, TestServer server, string body, string? token = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, pool.Base + "/oauth2/register") { Content = new StringContent(body, Encoding.UTF8, type) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await server.Api.Http.SendAsync(request);
        return new(response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject(), response);
    }

    public static async Task<JsonObject> Describe(this OAuthPool pool, string clientId) =>
        (await pool.Pool.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = clientId }))["UserPoolClient"]!.AsObject();

    /// <summary>An access token of a user of the pool's own client.</summary>
    public static async Task<string> Token(this OAuthPool pool, string scope, string? user = null)
    {
        user ??= await pool.Pool.AddUser();
        return (string)(await pool.Exchange(await pool.Code(user, ("scope", scope)))).Body["access_token"]!;
    }
}

internal sealed record Registered(HttpStatusCode Status, JsonObject Body, HttpResponseMessage Answer)
{
    public string ClientId => (string?)Body["client_id"] ?? throw new Xunit.Sdk.XunitException($"{(int)Status} {Body.ToJsonString()}");

    public string? Error => (string?)Body["error"];
}
