using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

/// <summary>A device without a browser, and its user who has one.</summary>
internal static class DeviceCalls
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>A pool that lets devices in.</summary>
    public static async Task<OAuthPool> Create(TestServer server, JsonObject? pool = null, JsonObject? client = null, int version = 2)
    {
        var made = await OAuthPool.Create(server, pool, client, version);
        await Visit.Switch(made, "device-grant");
        return made;
    }

    /// <summary>The pool's public client asks for codes.</summary>
    public static Task<OAuthAnswer> AskCodes(this OAuthPool pool, params (string Name, string Value)[] more) =>
        pool.Form("/oauth2/device_authorization", null, [("client_id", pool.ClientId), .. more]);

    /// <summary>The same, answered.</summary>
    public static async Task<JsonObject> Codes(this OAuthPool pool, params (string Name, string Value)[] more)
    {
        var answer = await pool.AskCodes(more);
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        return answer.Body;
    }

    public static Task<OAuthAnswer> Poll(this OAuthPool pool, JsonObject codes) => pool.Poll(codes.Text("device_code"));

    public static Task<OAuthAnswer> Poll(this OAuthPool pool, string deviceCode) =>
        pool.Grant(null, ("grant_type", GrantType), ("client_id", pool.ClientId), ("device_code", deviceCode));

    /// <summary>Opens the page of the code and sends it; the browser is where that leads.</summary>
    public static async Task Bring(this WebBrowser browser, JsonObject codes)
    {
        await browser.Open(codes.Text("verification_uri"));
        await browser.Submit(("user_code", codes.Text("user_code")));
    }

    /// <summary>A browser that came with the code and signed in.</summary>
    public static async Task<WebBrowser> Confirming(this OAuthPool pool, JsonObject codes, string user)
    {
        var browser = pool.Browser();
        await browser.Bring(codes);
        Assert.StartsWith($"{pool.Base}/login?", browser.Location.ToString(), StringComparison.Ordinal);
        await browser.Submit(("username", user), ("password", Pool.Password));
        Assert.True(browser.Location.AbsolutePath.EndsWith("/device/confirm", StringComparison.Ordinal), browser.Location + browser.Html);
        return browser;
    }

    /// <summary>What the user says on the page.</summary>
    public static Task Decide(this WebBrowser browser, string decision) => browser.Submit(("decision", decision));

    /// <summary>The whole way: codes, and a user who allows.</summary>
    public static async Task<JsonObject> Allowed(this OAuthPool pool, string user, params (string Name, string Value)[] more)
    {
        var codes = await pool.Codes(more);
        using var browser = await pool.Confirming(codes, user);
        await browser.Decide("allow");
        Assert.Contains("Go back to your device.", browser.Html, StringComparison.Ordinal);
        return codes;
    }
}
