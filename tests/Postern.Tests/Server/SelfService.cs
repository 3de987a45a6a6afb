using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

/// <summary>What people do by themselves, without a signature.</summary>
internal static class SelfService
{
    /// <summary>Members of CreateUserPool for a pool that verifies e-mail addresses by itself.</summary>
    public static JsonObject VerifiesEmail => new() { ["AutoVerifiedAttributes"] = new JsonArray("email") };

    /// <summary>Members of CreateUserPoolClient for a client that hides who exists.</summary>
    public static JsonObject HidesUsers => new() { ["PreventUserExistenceErrors"] = "ENABLED" };

    public static string NewName(string prefix = "u") => prefix + Guid.NewGuid().ToString("N")[..12];

    /// <summary>An unsigned call that names client and user.</summary>
    public static Task<JsonObject> Anyone(this Pool pool, string operation, string username, JsonObject? more = null) =>
        pool.Api.Call(operation, Named(pool, username, more), sign: false);

    /// <summary>An unsigned call that must fail.</summary>
    public static Task<ServiceError> AnyoneFails(this Pool pool, string operation, string username, JsonObject? more = null) =>
        pool.Api.Fail(operation, Named(pool, username, more), sign: false);

    public static Task<JsonObject> SignUp(this Pool pool, string username, params (string Name, string Value)[] attributes) =>
        pool.Anyone("SignUp", username, SignUpMembers(attributes));

    public static Task<ServiceError> SignUpFails(this Pool pool, string username, params (string Name, string Value)[] attributes) =>
        pool.AnyoneFails("SignUp", username, SignUpMembers(attributes));

    public static Task<JsonObject> Confirm(this Pool pool, string username, string code) =>
        pool.Anyone("ConfirmSignUp", username, new() { ["ConfirmationCode"] = code });

    public static Task<ServiceError> ConfirmFails(this Pool pool, string username, string code, JsonObject? more = null)
    {
        more ??= [];
        more["ConfirmationCode"] = code;
        return pool.AnyoneFails("ConfirmSignUp", username, more);
    }

    /// <summary>A user who signed up with an e-mail address and confirmed it; the pool must verify e-mail by itself.</summary>
    /// <returns>The username; its address is <c>{username}@example.com</c>.</returns>
    public static async Task<string> Join(this Pool pool, params (string Name, string Value)[] more)
    {
        var username = NewName();
        await pool.SignUp(username, [("email", Address(username)), .. more]);
        await pool.Confirm(username, await pool.Api.Code(Address(username)));
        return username;
    }

    public static string Address(string username) => username + "@example.com";

    public static async Task<string> AccessToken(this Pool pool, string username, string password = Pool.Password) =>
        (string)(await pool.SignIn(username, password))["AccessToken"]!;

    /// <summary>A call that a token authorises.</summary>
    public static Task<JsonObject> Holder(this Pool pool, string operation, string token, JsonObject? more = null) =>
        pool.Api.Call(operation, Held(token, more), sign: false);

    public static Task<ServiceError> HolderFails(this Pool pool, string operation, string token, JsonObject? more = null) =>
        pool.Api.Fail(operation, Held(token, more), sign: false);

    /// <summary>The attributes of an access token's user, by name.</summary>
    public static async Task<Dictionary<string, string>> OwnAttributes(this Pool pool, string token) =>
        (await pool.Holder("GetUser", token))["UserAttributes"]!.AsArray().ToDictionary(pair => (string)pair!["Name"]!, pair => (string)pair!["Value"]!);

    /// <summary>Another client of the pool.</summary>
    public static async Task<(string Id, string? Secret)> AddClient(this Pool pool, JsonObject? more = null)
    {
        more ??= [];
        more["UserPoolId"] = pool.Id;
        more["ClientName"] = "another";
        more["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH");
        var client = (await pool.Api.Call("CreateUserPoolClient", more))["UserPoolClient"]!;
        return ((string)client["ClientId"]!, (string?)client["ClientSecret"]);
    }

    /// <summary>Attributes of the form that UpdateUserAttributes takes.</summary>
    public static JsonObject Values(params (string Name, string Value)[] attributes) => new() { ["UserAttributes"] = Pool.Attributes(attributes) };

    public static void AssertDelivery(JsonNode? details, string attribute, string medium, string destination)
    {
        var members = Assert.IsType<JsonObject>(details);
        Assert.Equal(3, members.Count);
        Assert.Equal((attribute, medium, destination), ((string)members["AttributeName"]!, (string)members["DeliveryMedium"]!, (string)members["Destination"]!));
    }

    public static void AssertError(ServiceError error, string type, string text)
    {
        Assert.Equal(type, error.Type);
        Assert.Equal(text, error.Text);
        Assert.Equal(400, (int)error.Status);
    }

    /// <summary>A code of six digits that is not the one given.</summary>
    public static string Wrong(string code) => code == "000000" ? "000001" : "000000";

    private static JsonObject SignUpMembers((string Name, string Value)[] attributes) =>
        new() { ["Password"] = Pool.Password, ["UserAttributes"] = Pool.Attributes(attributes) };

    private static JsonObject Named(Pool pool, string username, JsonObject? more)
    {
        var request = more ?? [];
        request["ClientId"] ??= pool.ClientId;
        request["Username"] = username;
        return request;
    }

    private static JsonObject Held(string token, JsonObject? more)
    {
        var request = more ?? [];
        request["AccessToken"] = token;
        return request;
    }
}
