using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using Postern.Tests.UserPools.Passkeys;
using Postern.Tests.UserPools.Sessions;

namespace Postern.Tests.ManagedLogin;

public sealed class AddPasskeyPageTests(TestServer server)
{
    private const string RelyingParty = "example.com";
    private const string Origin = "https://login.example.com";

    [Fact]
    public async Task Who_signed_up_is_offered_a_passkey_and_can_sign_in_with_it()
    {
        var pool = await Create();
        using var browser = await SignUp(pool);
        browser.AssertAt("/passkeys/add");
        using var authenticator = new SoftwareAuthenticator();
        await browser.Submit(("credential", Made(browser, authenticator)));
        var tokens = await pool.AssertSignedIn(browser);
        var credentials = (await pool.Pool.Holder("ListWebAuthnCredentials", (string)tokens["access_token"]!))["Credentials"]!.AsArray();
        Assert.Equal(authenticator.IdText, (string)Assert.Single(credentials)!["CredentialId"]!);
    }

    [Fact]
    public async Task Not_now_goes_on_to_the_callback()
    {
        var pool = await Create();
        using var browser = await SignUp(pool);
        browser.AssertAt("/passkeys/add");
        await browser.Submit(1, ("skip", "true"));
        var tokens = await pool.AssertSignedIn(browser);
        Assert.Empty((await pool.Pool.Holder("ListWebAuthnCredentials", (string)tokens["access_token"]!))["Credentials"]!.AsArray());
    }

    [Fact]
    public async Task A_direct_link_asks_to_sign_in_first_and_comes_back()
    {
        var pool = await Create();
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/passkeys/add"));
        browser.AssertAt("/login");
        await SignIn(browser, address);
        browser.AssertAt("/passkeys/add");
        await browser.Submit(1, ("skip", "true"));
        await pool.AssertSignedIn(browser);

        // Signed in, the page is shown at once, whatever prompt says, and ends at the callback.
        await browser.Open(pool.Url("/passkeys/add", ("prompt", "login")));
        browser.AssertAt("/passkeys/add");
        using var authenticator = new SoftwareAuthenticator();
        await browser.Submit(("credential", Made(browser, authenticator)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Who_leaves_the_sign_in_page_of_a_direct_link_is_not_led_to_it_by_the_next_sign_in()
    {
        var pool = await Create();
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/passkeys/add", ("state", "first")));
        await browser.Open(pool.Url("/oauth2/authorize"));
        await SignIn(browser, address);
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_uses_no_earlier_sign_in_asks_once_around_the_page(bool makesOne)
    {
        var pool = await Create();
        await pool.Pool.Track();
        await server.Api.Call("SetUserPoolClientSessionConfiguration", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId, ["SSOSession"] = new JsonObject { ["MaxValidityMinutes"] = 0 },
        });
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/passkeys/add"));
        browser.AssertAt("/login");
        await SignIn(browser, address);
        browser.AssertAt("/passkeys/add");
        using var authenticator = new SoftwareAuthenticator();
        if (makesOne)
            await browser.Submit(("credential", Made(browser, authenticator)));
        else
            await browser.Submit(1, ("skip", "true"));
        await pool.AssertSignedIn(browser);
        // It was for that request alone: the next one asks, at the page as anywhere.
        foreach (var path in (string[])["/oauth2/authorize", "/passkeys/add"])
        {
            await browser.Open(pool.Url(path));
            browser.AssertAt("/login");
        }

        using var signedUp = await SignUp(pool);
        signedUp.AssertAt("/passkeys/add");
        await signedUp.Submit(1, ("skip", "true"));
        await pool.AssertSignedIn(signedUp);
    }

    [Fact]
    public async Task Where_a_second_factor_is_demanded_it_is_set_up_before_the_passkey_is_offered()
    {
        var pool = await Create();
        await server.Api.Call("SetUserPoolMfaConfig", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["MfaConfiguration"] = "ON", ["SoftwareTokenMfaConfiguration"] = new JsonObject { ["Enabled"] = true },
            ["WebAuthnConfiguration"] = new JsonObject
            {
                ["RelyingPartyId"] = RelyingParty, ["UserVerification"] = "required", ["FactorConfiguration"] = "MULTI_FACTOR_WITH_USER_VERIFICATION",
            },
        });
        using var browser = await SignUp(pool);
        var app = new AuthenticatorApp(browser.Text("id", "totpSecret")!);
        await browser.Submit(("code", app.Next()));
        browser.AssertAt("/passkeys/add");
        await browser.Submit(1, ("skip", "true"));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task What_no_authenticator_made_is_refused_on_the_page()
    {
        var pool = await Create();
        using var browser = await SignUp(pool);
        using var authenticator = new SoftwareAuthenticator();
        var elsewhere = authenticator.Register(Options(browser), "https://evil.example").ToJsonString();
        foreach (var wrong in (string[])["", "no json", "{}", "[]", "null", "\"text\"", elsewhere, "{\"id\":\"" + new string('A', 20_000) + "\"}"])
        {
            await browser.Submit(("credential", wrong));
            browser.AssertAt("/passkeys/add");
            Assert.False(string.IsNullOrEmpty(browser.Problem()), wrong);
        }
        await browser.Submit(("credential", Made(browser, authenticator)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Without_a_script_the_page_says_why_it_cannot_make_one()
    {
        var pool = await Create();
        using var browser = await SignUp(pool);
        Assert.Contains("This browser does not run scripts", browser.Html, StringComparison.Ordinal);
        Assert.Contains("data-passkey=\"create\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classic_pages_and_clients_without_choice_have_no_passkeys()
    {
        var classic = await Create(version: 1);
        using var browser = await SignUp(classic);
        Assert.NotNull(browser.Given("code"));
        await browser.Open(classic.Url("/passkeys/add"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.NotNull(browser.Problem());

        var plain = await AccountPool.Create(server, new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD", "WEB_AUTHN") });
        using var other = await SignUp(plain);
        await plain.AssertSignedIn(other);
    }

    [Fact]
    public async Task A_form_of_another_site_makes_no_passkey()
    {
        var pool = await Create();
        using var browser = await SignUp(pool);
        using var authenticator = new SoftwareAuthenticator();
        await browser.Submit(("credential", Made(browser, authenticator)), ("_csrf", "made-up"));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
    }

    private async Task<OAuthPool> Create(int version = 2)
    {
        var pool = await AccountPool.Create(
            server, new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD", "WEB_AUTHN") }, new() { ["ExplicitAuthFlows"] = SigningIn.AllFlows }, version);
        await server.Api.Call("SetUserPoolMfaConfig", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["MfaConfiguration"] = "OFF", ["WebAuthnConfiguration"] = new JsonObject { ["RelyingPartyId"] = RelyingParty },
        });
        return pool;
    }

    private async Task<WebBrowser> SignUp(OAuthPool pool)
    {
        var address = AccountPool.NewAddress();
        var browser = await pool.SignUp(address);
        await browser.Submit(("code", await server.Api.Code(address)));
        return browser;
    }

    /// <summary>Name and password on one page or two, as the page has it.</summary>
    private static async Task SignIn(WebBrowser browser, string username)
    {
        await browser.Submit(("username", username), ("password", Pool.Password));
        if (browser.Html.Contains("type=\"password\"", StringComparison.Ordinal))
            await browser.Submit(("password", Pool.Password));
    }

    private static JsonNode Options(WebBrowser browser) => JsonNode.Parse(browser.Attribute("data-options")!)!;

    private static string Made(WebBrowser browser, SoftwareAuthenticator authenticator) => authenticator.Register(Options(browser), Origin).ToJsonString();
}
