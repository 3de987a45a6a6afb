using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>Calls with a proof of a key (RFC 9449).</summary>
internal static class DPoPCalls
{
    /// <summary>A pool that has switches of proofs on.</summary>
    public static async Task<OAuthPool> Pool(TestServer server, params string[] switches)
    {
        var pool = await OAuthPool.Create(server);
        foreach (var name in switches.Length == 0 ? ["dpop"] : switches)
            await Visit.Switch(pool, name);
        return pool;
    }

    /// <summary>A client for itself, of a pool that has switches on.</summary>
    public static async Task<(OAuthPool Pool, string Id, string Secret)> Machine(TestServer server, params string[] switches)
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var (id, secret) = await pool.AddMachine("api/read");
        foreach (var name in switches)
            await Visit.Switch(pool, name);
        return (pool, id, secret);
    }

    /// <summary>A client asks for a token for itself, with a proof.</summary>
    public static Task<OAuthAnswer> AskFor(this OAuthPool pool, string id, string secret, string proof) =>
        pool.Ask("/oauth2/token", [proof], OAuthCalls.Basic(id, secret), ("grant_type", "client_credentials"));

    /// <summary>Asks an endpoint with a form and the headers <c>DPoP</c>.</summary>
    public static Task<OAuthAnswer> Ask(this OAuthPool pool, string path, IEnumerable<string> proofs, string? authorization, params (string Name, string Value)[] fields) => pool.Send(
        HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))), authorization,
        [.. proofs.Select(static proof => ("DPoP", proof))]);

    /// <summary>A proof for the token endpoint.</summary>
    public static string TokenProof(this OAuthPool pool, HeldKey key, params (string Name, JsonNode? Value)[] changed) =>
        key.Proof("POST", pool.Base + "/oauth2/token", changed: changed);

    public static Task<OAuthAnswer> ExchangeWith(this OAuthPool pool, string code, string? proof, params (string Name, string Value)[] more) => pool.Ask(
        "/oauth2/token", proof is null ? [] : [proof], null,
        [("grant_type", "authorization_code"), ("client_id", pool.ClientId), ("code", code), ("redirect_uri", OAuthPool.Callback), .. more]);

    public static Task<OAuthAnswer> RefreshWith(this OAuthPool pool, string token, string? proof) => pool.Ask(
        "/oauth2/token", proof is null ? [] : [proof], null, ("grant_type", "refresh_token"), ("client_id", pool.ClientId), ("refresh_token", token));

    /// <summary>Signs in on the page and takes tokens that are bound to a key.</summary>
    public static async Task<JsonObject> BoundTokens(this OAuthPool pool, string user, HeldKey key, params (string Name, string? Value)[] parameters)
    {
        var answer = await pool.ExchangeWith(await pool.Code(user, parameters), pool.TokenProof(key));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer.Body;
    }

    public static string InfoProof(this OAuthPool pool, HeldKey key, string token, params (string Name, JsonNode? Value)[] changed) =>
        key.Proof("GET", pool.Base + "/oauth2/userInfo", token, changed: changed);

    public static Task<OAuthAnswer> UserInfoBy(this OAuthPool pool, string scheme, string token, params string[] proofs) =>
        pool.Send(HttpMethod.Get, "/oauth2/userInfo", null, $"{scheme} {token}", [.. proofs.Select(static proof => ("DPoP", proof))]);

    /// <summary>Calls an operation of cognito-idp, unsigned, with the header <c>DPoP</c>.</summary>
    public static async Task<(HttpStatusCode Status, JsonObject Body)> Call(Api api, string operation, JsonObject request, string? proof)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request.ToJsonString(), Encoding.UTF8) };
        message.Content.Headers.ContentType = new("application/x-amz-json-1.1");
        message.Headers.Add("X-Amz-Target", "AWSCognitoIdentityProviderService." + operation);
        if (proof is not null)
            message.Headers.TryAddWithoutValidation("DPoP", proof);
        using var response = await api.Http.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    public static string? BoundTo(string accessToken) => (string?)UserPools.Tokens.Jwt.Read(accessToken).Claims["cnf"]?["jkt"];

    public static async Task<JsonNode> Discovery(this OAuthPool pool) => (await pool.Pool.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!;
}
