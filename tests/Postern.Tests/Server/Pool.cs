using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

/// <summary>A pool with one client, made through the API, as a user does.</summary>
public sealed class Pool
{
    public const string Password = "Passw0rd!";

    private Pool(Api api, string id, string clientId)
    {
        Api = api;
        Id = id;
        ClientId = clientId;
    }

    public Api Api { get; }

    public string Id { get; }

    public string ClientId { get; }

    /// <summary>A pool, and a client that may use every flow.</summary>
    /// <param name="pool">Further members of CreateUserPool.</param>
    /// <param name="client">Further members of CreateUserPoolClient.</param>
    public static async Task<Pool> Create(TestServer server, JsonObject? pool = null, JsonObject? client = null)
    {
        pool ??= [];
        pool["PoolName"] ??= "test";
        var id = (string)(await server.Api.Call("CreateUserPool", pool))["UserPool"]!["Id"]!;
        client ??= [];
        client["UserPoolId"] = id;
        client["ClientName"] ??= "test";
        client["ExplicitAuthFlows"] ??= new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH");
        var clientId = (string)(await server.Api.Call("CreateUserPoolClient", client))["UserPoolClient"]!["ClientId"]!;
        return new(server.Api, id, clientId);
    }

    /// <summary>A confirmed user with a verified e-mail and <see cref="Password"/>.</summary>
    public async Task<string> AddUser(string? username = null, string? email = null)
    {
        username ??= "u" + Guid.NewGuid().ToString("N")[..12];
        await Api.Call("AdminCreateUser", new()
        {
            ["UserPoolId"] = Id,
            ["Username"] = username,
            ["MessageAction"] = "SUPPRESS",
            ["UserAttributes"] = Attributes(("email", email ?? (username.Contains('@', StringComparison.Ordinal) ? username : username + "@example.com")), ("email_verified", "true")),
        });
        await Api.Call("AdminSetUserPassword", new() { ["UserPoolId"] = Id, ["Username"] = username, ["Password"] = Password, ["Permanent"] = true });
        return username;
    }

    /// <summary>Signs in by password; the AuthenticationResult, or the challenge.</summary>
    public async Task<JsonObject> SignIn(string username, string password = Password)
    {
        var answer = await Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = ClientId,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["PASSWORD"] = password },
        }, sign: false);
        return answer["AuthenticationResult"]?.AsObject() ?? answer;
    }

    public Task<JsonObject> Admin(string operation, string username, JsonObject? more = null)
    {
        var request = more ?? [];
        request["UserPoolId"] = Id;
        request["Username"] = username;
        return Api.Call(operation, request);
    }

    public static JsonArray Attributes(params (string Name, string Value)[] attributes) =>
        [.. attributes.Select(static attribute => new JsonObject { ["Name"] = attribute.Name, ["Value"] = attribute.Value })];
}
