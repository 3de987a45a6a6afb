using System.Net;
using System.Text.RegularExpressions;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;

namespace Postern.Tests.ManagedLogin;

public sealed partial class PageFlowTests(TestServer server)
{
    [Fact]
    public async Task A_challenge_left_for_longer_than_five_minutes_is_begun_again_with_the_same_request()
    {
        await using var own = await TestServer.Own();
        var (pool, user) = await WithEmailCodes(own);
        using var browser = await pool.SignIn(user, Pool.Password, ("state", "kept"));
        await own.Advance("PT4M50S");
        await browser.Submit(("code", "000000"));
        Assert.Equal("Invalid code or auth state for the user.", browser.Problem());
        await own.Advance("PT5M1S");
        await browser.Submit(("code", await own.Api.Code(user + "@example.com")));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("<h1>Something went wrong</h1>", browser.Html, StringComparison.Ordinal);
        await browser.Open(WebUtility.HtmlDecode(RestartPattern().Match(browser.Html).Groups[1].Value));
        await browser.Submit(("username", user), ("password", Pool.Password));
        await browser.Submit(("code", await own.Api.Code(user + "@example.com")));
        Assert.NotNull(browser.Given("code"));
        Assert.Equal("kept", browser.Given("state"));
    }

    [Fact]
    public async Task Two_tabs_at_once_do_not_disturb_each_other()
    {
        var (pool, user) = await WithEmailCodes(server);
        var other = await pool.Pool.AddUser();
        await pool.Pool.Enable(other, "EMAIL");
        using var first = await pool.SignIn(user, Pool.Password, ("state", "one"));
        using var second = new WebBrowser(server.Url, first);
        await second.Open(pool.Url("/login", ("state", "two")));
        await second.Submit(("username", other), ("password", Pool.Password));
        await first.Submit(("code", await server.Api.Code(user + "@example.com")));
        await second.Submit(("code", await server.Api.Code(other + "@example.com")));
        Assert.NotNull(first.Given("code"));
        Assert.Equal("one", first.Given("state"));
        Assert.NotNull(second.Given("code"));
        Assert.Equal("two", second.Given("state"));
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_ends_at_the_callback_twice()
    {
        var (pool, user) = await WithEmailCodes(server);
        using var browser = await pool.SignIn(user);
        using var again = new WebBrowser(server.Url, browser);
        var code = await server.Api.Code(user + "@example.com");
        await browser.Submit(("code", code));
        await again.Submit(("code", code));
        Assert.NotNull(browser.Given("code"));
        Assert.NotNull(again.Given("code"));
        Assert.NotEqual(browser.Given("code"), again.Given("code"));
    }

    [Fact]
    public async Task A_used_challenge_is_of_no_use_to_a_browser_that_did_not_sign_in()
    {
        var (pool, user) = await WithEmailCodes(server);
        using var browser = await pool.SignIn(user);
        using var thief = new WebBrowser(server.Url, browser, withCookies: false);
        await thief.Open(pool.Url("/login"));
        var page = thief.Html;
        var code = await server.Api.Code(user + "@example.com");
        var state = StatePattern().Match(browser.Html).Groups[1].Value;
        await browser.Submit(("code", code));
        Assert.NotNull(browser.Given("code"));
        await thief.Post(pool.Url("/mfa"), [("_csrf", CsrfPattern().Match(page).Groups[1].Value), ("state", state), ("code", code)]);
        thief.AssertAt("/login");
    }

    [Fact]
    public async Task The_back_button_after_a_sign_in_does_no_harm()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        using var browser = await pool.SignIn(user);
        Assert.NotNull(browser.Given("code"));
        await browser.Open(pool.Url("/login"));
        browser.AssertAt("/login");
        await browser.Submit(("username", user), ("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_state_that_nobody_sealed_is_no_flow(string state)
    {
        var (pool, user) = await WithEmailCodes(server);
        using var browser = await pool.SignIn(user);
        await browser.Submit(("state", state), ("code", await server.Api.Code(user + "@example.com")));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("Something went wrong", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_is_of_no_use_to_another_client()
    {
        var (pool, user) = await WithEmailCodes(server);
        var (other, _) = await WithEmailCodes(server);
        using var browser = await pool.SignIn(user);
        var state = StatePattern().Match(browser.Html).Groups[1].Value;
        using var elsewhere = other.Browser();
        await elsewhere.Open(other.Url("/login"));
        await elsewhere.Post(other.Url("/mfa"), [("_csrf", CsrfPattern().Match(elsewhere.Html).Groups[1].Value), ("state", state), ("code", await server.Api.Code(user + "@example.com"))]);
        Assert.Contains("Something went wrong", elsewhere.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/mfa")]
    [InlineData("/mfa/select")]
    [InlineData("/mfa/setup")]
    [InlineData("/changePassword")]
    [InlineData("/password")]
    [InlineData("/passkey")]
    [InlineData("/selectChallenge")]
    public async Task A_challenges_page_opened_alone_leads_to_the_sign_in_page(string path)
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url(path));
        browser.AssertAt("/login");
    }

    [Fact]
    public async Task A_new_password_meanwhile_ends_the_flow()
    {
        var (pool, user) = await WithEmailCodes(server);
        using var browser = await pool.SignIn(user);
        var code = await server.Api.Code(user + "@example.com");
        await pool.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = "An0ther-Passw0rd", ["Permanent"] = true });
        await browser.Submit(("code", code));
        Assert.Contains("Something went wrong", browser.Html, StringComparison.Ordinal);
    }

    private static async Task<(OAuthPool Pool, string User)> WithEmailCodes(TestServer server)
    {
        var pool = await OAuthPool.Create(server);
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "EMAIL");
        var user = await pool.Pool.AddUser();
        await pool.Pool.Enable(user, "EMAIL");
        return (pool, user);
    }

    [GeneratedRegex("name=\"state\" value=\"([^\"]*)\"")]
    private static partial Regex StatePattern();

    [GeneratedRegex("name=\"_csrf\" value=\"([^\"]*)\"")]
    private static partial Regex CsrfPattern();

    [GeneratedRegex("<a href=\"([^\"]*)\">Start again</a>")]
    private static partial Regex RestartPattern();
}
