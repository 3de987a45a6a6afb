using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>Pools whose users make their accounts on the pages.</summary>
internal static class AccountPool
{
    public const string Mismatch = "Invalid verification code provided, please try again.";

    /// <summary>A pool that signs in with e-mail addresses, and verifies them by itself.</summary>
    /// <param name="more">Further members of CreateUserPool.</param>
    public static Task<OAuthPool> Create(TestServer server, JsonObject? more = null, JsonObject? client = null, int version = 2)
    {
        more ??= [];
        more["UsernameAttributes"] ??= new JsonArray("email");
        more["AutoVerifiedAttributes"] ??= new JsonArray("email");
        return OAuthPool.Create(server, more, client, version);
    }

    public static string NewAddress() => SelfService.NewName("jane") + "@example.com";

    /// <summary>Signs up on the page; the browser is where that leads.</summary>
    public static async Task<WebBrowser> SignUp(this OAuthPool pool, string username, params (string Name, string Value)[] more)
    {
        var browser = pool.Browser();
        await browser.Open(pool.Url("/signup"));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        await browser.Submit([("username", username), ("password", Pool.Password), .. more]);
        return browser;
    }

    /// <summary>What the page says went wrong; null where nothing did.</summary>
    public static string? Problem(this WebBrowser browser) => browser.Text("class", "errorMessage-customizable");

    /// <summary>Whether a page is shown, and no other.</summary>
    public static void AssertAt(this WebBrowser browser, string path)
    {
        Assert.EndsWith(path, browser.Location.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    /// <summary>Whether the flow ended at the callback, signed in: the code gives the user's tokens.</summary>
    public static async Task<JsonObject> AssertSignedIn(this OAuthPool pool, WebBrowser browser)
    {
        Assert.True(browser.Given("code") is not null, $"No code at {browser.Location}: {browser.Html}");
        Assert.Equal("s", browser.Given("state"));
        var (status, tokens) = await pool.Exchange(browser.Given("code")!);
        Assert.Equal(HttpStatusCode.OK, status);
        return tokens;
    }

    public static async Task<string> Status(this OAuthPool pool, string username) => (string)(await pool.Pool.Admin("AdminGetUser", username))["UserStatus"]!;

    public static async Task<Dictionary<string, string>> Attributes(this OAuthPool pool, string username) =>
        (await pool.Pool.Admin("AdminGetUser", username))["UserAttributes"]!.AsArray().ToDictionary(pair => (string)pair!["Name"]!, pair => (string)pair!["Value"]!);

    /// <summary>The newest message to an address.</summary>
    public static async Task<JsonNode> Newest(this OAuthPool pool, string to) =>
        (await pool.Pool.Api.Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(to)))!.AsArray()[0]!;

    /// <summary>Members of CreateUserPool for attributes that everyone must have.</summary>
    public static JsonArray Requires(params string[] attributes) => [.. attributes.Select(static name => new JsonObject { ["Name"] = name, ["Required"] = true, ["Mutable"] = true })];

    /// <summary>The tags of an element's opening: its attributes by name, from the first that has one of them with a value.</summary>
    public static string? Attribute(this WebBrowser browser, string name)
    {
        var found = System.Text.RegularExpressions.Regex.Match(browser.Html, $"\\b{name}=\"(?<value>[^\"]*)\"");
        return found.Success ? WebUtility.HtmlDecode(found.Groups["value"].Value) : null;
    }
}
