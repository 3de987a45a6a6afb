using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Mfa;

/// <summary>Pools with second factors, and users who have them.</summary>
internal static class MfaPool
{
    private const string Sms = """{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms","ExternalId":"x"}""";

    /// <summary>A pool with some methods of SMS, TOTP and EMAIL.</summary>
    public static async Task<Pool> Create(TestServer server, string mode, string methods, JsonObject? settings = null, JsonObject? client = null)
    {
        client ??= [];
        client["ExplicitAuthFlows"] ??= SigningIn.AllFlows;
        var pool = await Pool.Create(server, settings, client);
        await Configure(pool, mode, methods);
        return pool;
    }

    public static async Task Configure(Pool pool, string mode, string methods)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MfaConfiguration"] = mode };
        if (methods.Contains("SMS", StringComparison.Ordinal))
            request["SmsMfaConfiguration"] = new JsonObject { ["SmsConfiguration"] = JsonNode.Parse(Sms) };
        if (methods.Contains("TOTP", StringComparison.Ordinal))
            request["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true };
        if (methods.Contains("EMAIL", StringComparison.Ordinal))
            request["EmailMfaConfiguration"] = new JsonObject { ["Message"] = "Code {####}", ["Subject"] = "Sign-in" };
        await pool.Api.Call("SetUserPoolMfaConfig", request);
    }

    /// <summary>A confirmed user with a verified e-mail and a phone number of his own.</summary>
    public static async Task<string> AddUserWithPhone(this Pool pool, string? number = null)
    {
        var user = await pool.AddUser();
        await pool.Admin("AdminUpdateUserAttributes", user, SelfService.Values(("phone_number", number ?? NewNumber()), ("phone_number_verified", "true")));
        return user;
    }

    public static string NewNumber() => "+1" + Random.Shared.NextInt64(2_000_000_000, 9_999_999_999);

    /// <summary>Sets a software token up by access token, as an app's settings page does.</summary>
    public static async Task<AuthenticatorApp> SetUpToken(this Pool pool, string username, string? name = null, Func<DateTimeOffset>? now = null)
    {
        var token = await pool.AccessToken(username);
        var secret = (string)(await pool.Holder("AssociateSoftwareToken", token))["SecretCode"]!;
        var app = new AuthenticatorApp(secret, now);
        var request = new JsonObject { ["UserCode"] = app.Next() };
        if (name is not null)
            request["FriendlyDeviceName"] = name;
        Assert.Equal("SUCCESS", (string?)(await pool.Holder("VerifySoftwareToken", token, request))["Status"]);
        return app;
    }

    /// <summary>Enables factors of a user: SMS, TOTP, EMAIL; a star prefers one.</summary>
    public static Task Enable(this Pool pool, string username, params string[] factors)
    {
        var request = new JsonObject();
        foreach (var factor in factors)
        {
            var settings = new JsonObject { ["Enabled"] = true };
            if (factor.EndsWith('*'))
                settings["PreferredMfa"] = true;
            request[factor.TrimEnd('*') switch { "SMS" => "SMSMfaSettings", "TOTP" => "SoftwareTokenMfaSettings", _ => "EmailMfaSettings" }] = settings;
        }
        return pool.Admin("AdminSetUserMFAPreference", username, request);
    }

    public static Task<JsonObject> ByPassword(this Pool pool, string username, string password = Pool.Password) =>
        pool.Initiate("USER_PASSWORD_AUTH", ("USERNAME", username), ("PASSWORD", password));
}
