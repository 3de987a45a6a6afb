using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Postern.Tests.OAuth;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Sessions;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.ManagedLogin;

public sealed class DevicePageTests(TestServer server)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_user_types_the_code_signs_in_and_is_asked_with_the_application_the_code_and_the_scopes(int version)
    {
        var pool = await DeviceCalls.Create(server, client: new() { ["ClientName"] = "Living room, 3rd TV" }, version: version);
        await pool.AddServer("api", "read");
        await pool.Change(("AllowedOAuthScopes", new JsonArray("openid", "email", "api/read")));
        var user = await pool.Pool.AddUser();
        var codes = await pool.Codes(("scope", "openid email api/read"));
        using var browser = pool.Browser();
        await browser.Open(codes.Text("verification_uri"));
        Assert.Equal("Enter the code that your device shows.", browser.Text("class", "textDescription-customizable"));
        await browser.Submit(("user_code", codes.Text("user_code").ToLowerInvariant().Replace('-', ' ')));
        Assert.StartsWith($"{pool.Base}/login?client_id={pool.ClientId}&device_flow=", browser.Location.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(codes.Text("user_code")[..4], browser.Location.ToString(), StringComparison.Ordinal);
        // A wrong password leads back, as always.
        await browser.Submit(("username", user), ("password", "wrong"));
        Assert.Contains("Incorrect username or password.", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("username", user), ("password", Pool.Password));
        Assert.StartsWith($"{pool.Base}/device/confirm?", browser.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal("Allow this device?", Heading(browser));
        Assert.Contains("A device with Living room, 3rd TV wants", browser.Html, StringComparison.Ordinal);
        Assert.Contains($"signed in as {user}.", browser.Html, StringComparison.Ordinal);
        Assert.Equal(codes.Text("user_code"), browser.Text("id", "user_code"));
        Assert.Equal(["Know who you are", "See your email address", "api/read"], Regex.Matches(browser.Html, "<li>(.*?)</li>").Select(static item => item.Groups[1].Value));
        Assert.Contains("Go on only if you began this yourself", browser.Text("id", "warning"), StringComparison.Ordinal);
        await browser.Decide("allow");
        Assert.Equal((HttpStatusCode.OK, "The device is connected"), (browser.Status, Heading(browser)));
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
    }

    [Fact]
    public async Task A_user_who_denies_is_told_that_nothing_happened()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        using var browser = await pool.Confirming(codes, await pool.Pool.AddUser());
        await browser.Decide("deny");
        Assert.Equal((HttpStatusCode.OK, "The device was denied"), (browser.Status, Heading(browser)));
        Assert.Equal("access_denied", (await pool.Poll(codes)).Error);
    }

    [Fact]
    public async Task A_browser_that_is_signed_in_is_asked_at_once_but_never_passed_over()
    {
        var pool = await DeviceCalls.Create(server);
        var user = await pool.Pool.AddUser();
        using var browser = await pool.SignIn(user);
        var codes = await pool.Codes();
        await browser.Open(codes.Text("verification_uri_complete"));
        Assert.Contains($"value=\"{codes.Text("user_code")}\"", browser.Html, StringComparison.Ordinal);
        Assert.Equal("authorization_pending", (await pool.Poll(codes)).Error);
        await browser.Submit();
        Assert.StartsWith($"{pool.Base}/device/confirm?", browser.Location.ToString(), StringComparison.Ordinal);
        Assert.Contains($"signed in as {user}.", browser.Html, StringComparison.Ordinal);
        Assert.Equal("slow_down", (await pool.Poll(codes)).Error);
        await browser.Decide("allow");
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
    }

    [Fact]
    public async Task Somebody_else_can_sign_in_for_the_device_and_the_form_of_the_first_user_counts_no_more()
    {
        var pool = await DeviceCalls.Create(server);
        var (first, second) = (await pool.Pool.AddUser(), await pool.Pool.AddUser());
        using var browser = await pool.SignIn(first);
        var codes = await pool.Codes();
        await browser.Bring(codes);
        var (asked, at) = (browser.Html, browser.Location.ToString());
        var other = Regex.Match(browser.Html, "<a href=\"([^\"]+)\">Sign in as someone else</a>").Groups[1].Value;
        await browser.Open(WebUtility.HtmlDecode(other));
        await browser.Submit(("username", second), ("password", Pool.Password));
        Assert.Contains($"signed in as {second}.", browser.Html, StringComparison.Ordinal);
        browser.Show(asked, at);
        await browser.Decide("allow");
        Assert.Contains($"signed in as {second}.", browser.Html, StringComparison.Ordinal);
        Assert.Equal("authorization_pending", (await pool.Poll(codes)).Error);
        await browser.Decide("allow");
        Assert.Equal(second, (string?)Jwt.Read((await pool.Poll(codes)).Body.Text("access_token")).Claims["username"]);
    }

    [Fact]
    public async Task Users_whose_name_is_an_address_are_shown_it()
    {
        var pool = await DeviceCalls.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") });
        using var browser = await pool.Confirming(await pool.Codes(), await pool.Pool.AddUser("ann@example.com"));
        Assert.Contains("signed in as ann@example.com.", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_uses_no_earlier_sign_in_asks_for_one_and_then_goes_on()
    {
        var pool = await DeviceCalls.Create(server);
        await pool.Pool.Track();
        await server.Api.Call("SetUserPoolClientSessionConfiguration", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["ClientId"] = pool.ClientId,
            ["SSOSession"] = new JsonObject { ["MaxValidityMinutes"] = 0 },
        });
        var user = await pool.Pool.AddUser();
        using var signedIn = await pool.SignIn(user);
        var codes = await pool.Codes();
        await signedIn.Bring(codes);
        Assert.StartsWith($"{pool.Base}/login?", signedIn.Location.ToString(), StringComparison.Ordinal);
        await signedIn.Submit(("username", user), ("password", Pool.Password));
        await signedIn.Decide("allow");
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
    }

    [Fact]
    public async Task Who_signs_up_on_the_way_goes_on_to_the_confirmation()
    {
        var pool = await DeviceCalls.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var codes = await pool.Codes();
        using var browser = pool.Browser();
        await browser.Bring(codes);
        await browser.Open(WebUtility.HtmlDecode(Regex.Match(browser.Html, "href=\"([^\"]*/signup[^\"]*)\"").Groups[1].Value));
        var address = AccountPool.NewAddress();
        await browser.Submit(("username", address), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        await browser.Submit(("code", await server.Api.Code(address)));
        Assert.StartsWith($"{pool.Base}/device/confirm?", browser.Location.ToString(), StringComparison.Ordinal);
        await browser.Decide("allow");
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
    }

    [Fact]
    public async Task A_decision_that_comes_too_late_or_twice_is_told()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own);
        var user = await pool.Pool.AddUser();
        var (codes, slow, slower) = (await pool.Codes(), await pool.Codes(), await pool.Codes());
        using var browser = await pool.Confirming(codes, user);
        var (asked, at) = (browser.Html, browser.Location.ToString());
        await browser.Decide("allow");
        // The same again, by a double click, is the same; another is none any more.
        browser.Show(asked, at);
        await browser.Decide("allow");
        Assert.Equal("The device is connected", Heading(browser));
        browser.Show(asked, at);
        await browser.Decide("deny");
        AssertOver(browser);
        await browser.Open(at);
        AssertOver(browser);
        Assert.Equal(HttpStatusCode.OK, (await pool.Poll(codes)).Status);
        browser.Show(asked, at);
        await browser.Decide("allow");
        AssertOver(browser);

        using var late = await pool.Confirming(slow, user);
        using var signingIn = pool.Browser();
        await signingIn.Bring(slower);
        await own.Advance("PT10M");
        await late.Decide("allow");
        AssertOver(late);
        await signingIn.Submit(("username", user), ("password", Pool.Password));
        AssertOver(signingIn);

        static void AssertOver(WebBrowser browser)
        {
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
            Assert.Contains("The code is no longer valid. Get a new one on your device.", browser.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_confirmation_is_of_one_client_of_one_pool_and_asks_who_it_is()
    {
        var (pool, elsewhere) = (await DeviceCalls.Create(server), await DeviceCalls.Create(server));
        var (other, _) = await pool.AddUsersClient();
        var user = await pool.Pool.AddUser();
        using var browser = await pool.Confirming(await pool.Codes(), user);
        var at = browser.Location.ToString();
        Assert.StartsWith($"{pool.Base}/oauth2/authorize?", (await Visit.To(at)).Location, StringComparison.Ordinal);
        foreach (var wrong in new[]
        {
            at.Replace(pool.ClientId, other, StringComparison.Ordinal), at[..^2], at + "&device_flow=x", at.Split("&device_flow")[0] + "&device_flow=x",
            at.Replace(pool.Base, elsewhere.Base, StringComparison.Ordinal).Replace(pool.ClientId, elsewhere.ClientId, StringComparison.Ordinal),
        })
            (await Visit.To(wrong)).AssertShows("The code is no longer valid. Get a new one on your device.");
        (await Visit.To($"{pool.Base}/device/confirm")).AssertShows("Required String parameter 'client_id' is not present");
        await browser.Open(pool.Url("/device/confirm"));
        Assert.Contains("The code is no longer valid.", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_speak_the_languages_of_managed_login()
    {
        var pool = await DeviceCalls.Create(server);
        var user = await pool.Pool.AddUser();
        var codes = await pool.Codes();
        using var browser = pool.Browser();
        await browser.Open(codes.Text("verification_uri_complete") + "&lang=de");
        Assert.Equal("Gerät verbinden", Heading(browser));
        await browser.Submit();
        await browser.Submit(("username", user), ("password", Pool.Password));
        Assert.Equal("Dieses Gerät zulassen?", Heading(browser));
        await browser.Decide("allow");
        Assert.Equal("Das Gerät ist verbunden", Heading(browser));
        await browser.Open(pool.Base + "/device/confirm?client_id=" + pool.ClientId + "&device_flow=x");
        Assert.Contains("Der Code ist nicht mehr gültig.", WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
    }

    private static string Heading(WebBrowser browser) => WebUtility.HtmlDecode(Regex.Match(browser.Html, "<h1>(.*?)</h1>").Groups[1].Value);
}
