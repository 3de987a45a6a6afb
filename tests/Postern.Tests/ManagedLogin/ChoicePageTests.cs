using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using Postern.Tests.UserPools.Passkeys;

namespace Postern.Tests.ManagedLogin;

/// <summary>Managed login where the client lets users choose how they begin.</summary>
public sealed class ChoicePageTests(TestServer server)
{
    [Fact]
    public async Task The_name_comes_first_then_the_factors_the_pools_first_one_preselected()
    {
        var pool = await Create("EMAIL_OTP", "PASSWORD");
        var user = await pool.Pool.AddUser();
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/oauth2/authorize"));
        Assert.DoesNotContain("type=\"password\"", browser.Html, StringComparison.Ordinal);
        Assert.Equal("Next", browser.Text("name", "signInSubmitButton"));
        await browser.Submit(("username", user));
        Assert.Contains("""value="EMAIL_OTP" required checked="checked">""", browser.Html, StringComparison.Ordinal);
        Assert.Contains("""value="PASSWORD" required>""", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("PASSWORD_SRP", browser.Html, StringComparison.Ordinal);

        await browser.Submit(("choice", "EMAIL_OTP"));
        var code = await server.Api.Code(user + "@example.com");
        await browser.Submit(("code", code == "00000000" ? "00000001" : "00000000"));
        Assert.Equal("Invalid code or auth state for the user.", browser.Problem());

        await browser.Submit(("action", "choose"));
        await browser.Submit(("choice", "PASSWORD"));
        Assert.Contains($"readonly value=\"{user}\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("password", "wrong"));
        Assert.Equal("Incorrect username or password.", browser.Problem());
        await browser.Submit(("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task A_code_by_mail_alone_signs_in_and_can_be_sent_again()
    {
        var pool = await Create("EMAIL_OTP", "PASSWORD");
        var user = await pool.Pool.AddUser();
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user));
        await browser.Submit(("choice", "EMAIL_OTP"));
        await browser.Submit(("action", "resend"));
        Assert.Contains("value=\"choose\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Where_there_is_nothing_to_choose_the_password_is_asked_at_once()
    {
        var pool = await Create("PASSWORD");
        var user = await pool.Pool.AddUser();
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user));
        Assert.Contains("type=\"password\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task A_script_that_sends_both_at_once_signs_in()
    {
        var pool = await Create("EMAIL_OTP", "PASSWORD");
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task The_second_factor_follows_the_password()
    {
        var pool = await Create("PASSWORD", "EMAIL_OTP");
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "TOTP");
        var user = await pool.Pool.AddUser();
        var app = await pool.Pool.SetUpToken(user);
        await pool.Pool.Enable(user, "TOTP");
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user));
        await browser.Submit(("password", Pool.Password));
        Assert.DoesNotContain("value=\"choose\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("code", app.Next()));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task An_unknown_name_is_asked_as_others_are_where_the_client_hides_users()
    {
        var pool = await Create(["EMAIL_OTP", "PASSWORD"], new() { ["PreventUserExistenceErrors"] = "ENABLED" });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", "nobody"));
        await browser.Submit(("choice", "EMAIL_OTP"));
        await browser.Submit(("code", "12345678"));
        Assert.Equal("Invalid code or auth state for the user.", browser.Problem());
        await browser.Submit(("action", "choose"));
        await browser.Submit(("choice", "PASSWORD"));
        await browser.Submit(("password", Pool.Password));
        Assert.Equal("Incorrect username or password.", browser.Problem());
    }

    [Fact]
    public async Task Classic_pages_ask_for_name_and_password_whatever_the_client_offers()
    {
        var pool = await OAuthPool.Create(
            server, new() { ["Policies"] = SigningIn.FirstFactors("EMAIL_OTP", "PASSWORD") }, new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_AUTH") }, version: 1);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task A_passkey_signs_in_by_what_the_script_sends_and_the_page_says_why_it_can_not_without()
    {
        var pool = await Create("WEB_AUTHN", "PASSWORD");
        var passkeys = new PasskeyPool(pool.Pool, "https://login.example.com");
        await passkeys.Configure(new() { ["RelyingPartyId"] = "example.com" });
        var (user, token) = await passkeys.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await passkeys.Register(token, authenticator);

        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user));
        await browser.Submit(("choice", "WEB_AUTHN"));
        Assert.Contains("""<p class="notice warning" data-no-script>This browser does not run scripts""", browser.Html, StringComparison.Ordinal);
        await browser.Submit();
        Assert.Equal("This browser does not run scripts, without which it cannot use a passkey.", browser.Problem());
        await browser.Submit(("credential", "{}"));
        Assert.NotNull(browser.Problem());
        var options = JsonNode.Parse(browser.Attribute("data-options")!)!;
        await browser.Submit(("credential", authenticator.Use(options, passkeys.Origin).ToJsonString()));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Who_has_a_passkey_and_no_script_can_choose_something_else()
    {
        var pool = await Create("WEB_AUTHN", "PASSWORD");
        var passkeys = new PasskeyPool(pool.Pool, "https://login.example.com");
        await passkeys.Configure(new() { ["RelyingPartyId"] = "example.com" });
        var (user, token) = await passkeys.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await passkeys.Register(token, authenticator);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user));
        await browser.Submit(("choice", "WEB_AUTHN"));
        await browser.Submit(1, ("action", "choose"));
        await browser.Submit(("choice", "PASSWORD"));
        await browser.Submit(("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    private Task<OAuthPool> Create(params string[] factors) => Create(factors, []);

    private Task<OAuthPool> Create(string[] factors, JsonObject client)
    {
        client["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH");
        return OAuthPool.Create(server, new() { ["Policies"] = SigningIn.FirstFactors(factors) }, client);
    }
}
