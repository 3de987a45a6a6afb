using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;

namespace Postern.Tests.ManagedLogin;

public sealed class DeviceCookieTests(TestServer server)
{
    private const string Box = "name=\"remember_device\"";

    [Fact]
    public async Task A_browser_that_its_user_has_remembered_is_not_asked_for_the_second_factor_again_until_it_is_forgotten()
    {
        var (pool, user) = await Create(isChallenged: true, isAsked: true);
        using var browser = await Remembered(pool, user);
        var device = Assert.Single(await Devices(pool, user))!;
        Assert.Contains(device["DeviceAttributes"]!.AsArray(), static pair => (string?)pair!["Name"] == "dev:device_remembered_status" && (string?)pair["Value"] == "remembered");

        await Again(pool, browser, user, Pool.Password);
        await pool.AssertSignedIn(browser);
        await Again(pool, browser, user, "wrong");
        Assert.Equal("Incorrect username or password.", browser.Problem());

        await pool.Pool.Admin("AdminForgetDevice", user, new() { ["DeviceKey"] = (string)device["DeviceKey"]! });
        await Again(pool, browser, user, Pool.Password);
        Assert.Contains(Box, browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_refresh_token_of_a_remembered_browser_needs_no_device()
    {
        var (pool, user) = await Create(isChallenged: true, isAsked: true);
        using var browser = await Remembered(pool, user);
        await Again(pool, browser, user, Pool.Password);
        var tokens = await pool.AssertSignedIn(browser);
        await server.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
            ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)tokens["refresh_token"]! },
        }, sign: false);
    }

    [Fact]
    public async Task Who_does_not_ask_is_not_remembered()
    {
        var (pool, user) = await Create(isChallenged: true, isAsked: true);
        using var browser = await pool.SignIn(user);
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")));
        await pool.AssertSignedIn(browser);
        Assert.Empty(await Devices(pool, user));
        await Again(pool, browser, user, Pool.Password);
        Assert.Contains(Box, browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TOTP", false)]
    [InlineData("EMAIL", false)]
    [InlineData("TOTP EMAIL", true)]
    public async Task Who_sets_up_the_second_factor_may_have_the_browser_remembered_as_well(string methods, bool changesMind)
    {
        var pool = await OAuthPool.Create(
            server,
            new() { ["DeviceConfiguration"] = new JsonObject { ["ChallengeRequiredOnNewDevice"] = true, ["DeviceOnlyRememberedOnUserPrompt"] = true } },
            new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_REFRESH_TOKEN_AUTH") });
        await MfaPool.Configure(pool.Pool, "ON", methods);
        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await pool.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS" });
        await pool.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = Pool.Password, ["Permanent"] = true });
        using var browser = await pool.SignIn(user);
        if (changesMind)
        {
            await browser.Submit(("choice", "EMAIL_OTP"));
            await browser.Submit(("action", "back"));
            await browser.Submit(("choice", "SOFTWARE_TOKEN_MFA"));
        }
        string code;
        if (methods is "EMAIL")
        {
            var address = AccountPool.NewAddress();
            await browser.Submit(("address", address));
            code = await server.Api.Code(address);
        }
        else
        {
            var app = new AuthenticatorApp(browser.Text("id", "totpSecret")!);
            await browser.Submit(("code", app.Wrong()), ("remember_device", "true"));
            Assert.Contains(Box + " value=\"true\" checked", browser.Html, StringComparison.Ordinal);
            code = app.Next();
        }
        Assert.Contains(Box, browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", code), ("remember_device", "true"));
        await pool.AssertSignedIn(browser);
        Assert.Single(await Devices(pool, user));
        await Again(pool, browser, user, Pool.Password);
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_box_is_shown_only_where_it_is_for_the_user_to_say_and_makes_a_difference(bool isChallenged, bool isAsked)
    {
        var (pool, user) = await Create(isChallenged, isAsked);
        using var browser = await pool.SignIn(user);
        Assert.DoesNotContain(Box, browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")), ("remember_device", "true"));
        await pool.AssertSignedIn(browser);
        Assert.Empty(await Devices(pool, user));
    }

    [Fact]
    public async Task The_cookie_is_of_no_use_for_another_user_nor_changed()
    {
        var (pool, user) = await Create(isChallenged: true, isAsked: true);
        var other = await pool.Pool.AddUser();
        await pool.Pool.Enable(other, "EMAIL");
        using var browser = await Remembered(pool, user);
        await Again(pool, browser, other, Pool.Password);
        Assert.Contains(Box, browser.Html, StringComparison.Ordinal);

        using var forger = pool.Browser();
        var cookie = browser.Cookies.GetCookies(new Uri(pool.Base))["remembered-device"]!;
        Assert.True(cookie.HttpOnly);
        var changed = cookie.Value.ToCharArray();
        changed[^20] = changed[^20] == 'A' ? 'B' : 'A';
        forger.Cookies.Add(new Uri(pool.Base), new Cookie("remembered-device", new string(changed)) { Path = cookie.Path });
        await Again(pool, forger, user, Pool.Password);
        Assert.Contains(Box, forger.Html, StringComparison.Ordinal);
    }

    private async Task<(OAuthPool Pool, string User)> Create(bool isChallenged, bool isAsked)
    {
        var pool = await OAuthPool.Create(
            server,
            new() { ["DeviceConfiguration"] = new JsonObject { ["ChallengeRequiredOnNewDevice"] = isChallenged, ["DeviceOnlyRememberedOnUserPrompt"] = isAsked } },
            new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_REFRESH_TOKEN_AUTH") });
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "EMAIL");
        var user = await pool.Pool.AddUser();
        await pool.Pool.Enable(user, "EMAIL");
        return (pool, user);
    }

    private async Task<WebBrowser> Remembered(OAuthPool pool, string user)
    {
        var browser = await pool.SignIn(user);
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")), ("remember_device", "true"));
        await pool.AssertSignedIn(browser);
        return browser;
    }

    private static async Task Again(OAuthPool pool, WebBrowser browser, string user, string password)
    {
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user), ("password", password));
    }

    private static async Task<JsonArray> Devices(OAuthPool pool, string user) => (await pool.Pool.Admin("AdminListDevices", user))["Devices"]!.AsArray();
}
