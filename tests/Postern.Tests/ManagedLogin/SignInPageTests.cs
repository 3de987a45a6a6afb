using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class SignInPageTests(TestServer server)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_page_has_the_names_and_ids_that_suites_expect_and_signs_in(int version)
    {
        var pool = await OAuthPool.Create(server, version: version);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/oauth2/authorize"));
        foreach (var part in new[]
        {
            """id="signInFormUsername" name="username" """, """id="signInFormPassword" name="password" type="password" """, """name="signInSubmitButton" """,
            """name="cognitoAsfData" """, """name="_csrf" """, "visible-md visible-lg", "submitButton-customizable", """value="Sign in" """, """autocomplete="current-password" """,
        })
            Assert.Contains(part.TrimEnd(), browser.Html, StringComparison.Ordinal);
        Assert.Single(browser.Html.Split("<form")[1..]);
        Assert.Equal(version == 1, browser.Html.Contains("classic.css", StringComparison.Ordinal));
        Assert.Equal(version == 1, browser.Html.Contains("textDescription-customizable \"", StringComparison.Ordinal));
        await browser.Submit(("username", await pool.Pool.AddUser()), ("password", Pool.Password), ("signInSubmitButton", "Sign in"));
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_wrong_password_shows_the_page_again_with_the_name_and_not_the_password_and_focus_on_the_error(int version)
    {
        var pool = await OAuthPool.Create(server, version: version);
        using var browser = await pool.SignIn(await pool.Pool.AddUser("jane"), "Wr0ng-password");
        browser.AssertAt("/login");
        Assert.Equal("Incorrect username or password.", browser.Text("id", "loginErrorMessage"));
        Assert.Contains("""role="alert" tabindex="-1" autofocus""", browser.Html, StringComparison.Ordinal);
        Assert.Contains("""value="jane" aria-describedby="loginErrorMessage">""", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Wr0ng-password", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData("ENABLED", "Incorrect username or password.")]
    [InlineData("LEGACY", "User does not exist.")]
    public async Task An_unknown_name_is_told_as_the_client_says(string hiding, string text)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["PreventUserExistenceErrors"] = hiding });
        using var browser = await pool.SignIn("nobody");
        Assert.Equal(text, browser.Problem());
    }

    [Fact]
    public async Task Wrong_passwords_lock_out_as_in_the_api()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        using var browser = await pool.SignIn(user, "wrong");
        for (var more = 0; more < 5 && browser.Problem() is "Incorrect username or password."; more++)
            await browser.Submit(("password", "wrong"));
        Assert.Equal("Password attempts exceeded", browser.Problem());
        browser.AssertAt("/login");
    }

    [Fact]
    public async Task A_disabled_user_is_told_so()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        await pool.Pool.Admin("AdminDisableUser", user);
        using var browser = await pool.SignIn(user);
        Assert.Equal("User is disabled.", browser.Problem());
    }

    [Fact]
    public async Task Nothing_typed_is_no_fault_of_the_server()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = await pool.SignIn("", "");
        browser.AssertAt("/login");
        Assert.NotNull(browser.Problem());
    }

    [Theory]
    [InlineData("[]", "Username", "Sign in with your username and password")]
    [InlineData("""["email"]""", "Email", "Sign in with your email and password")]
    [InlineData("""["phone_number"]""", "Phone number", "Sign in with your phone number and password")]
    [InlineData("""["email","phone_number"]""", "Email or phone number", "Sign in with your email or phone number and password")]
    public async Task The_name_is_asked_for_by_what_the_pool_signs_in_with(string attributes, string label, string heading)
    {
        var more = attributes == "[]" ? null : new JsonObject { ["UsernameAttributes"] = JsonNode.Parse(attributes) };
        var pool = await OAuthPool.Create(server, more, version: 1);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        Assert.Equal(label, browser.Text("for", "signInFormUsername"));
        Assert.Equal(heading, browser.Text("class", "textDescription-customizable "));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_page_leads_to_recovery_and_to_sign_up_where_users_may_make_accounts(bool mayNot)
    {
        var pool = await OAuthPool.Create(server, new() { ["AdminCreateUserConfig"] = new JsonObject { ["AllowAdminCreateUserOnly"] = mayNot } });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        Assert.Contains("/forgotPassword?response_type=code&amp;client_id=", browser.Html, StringComparison.Ordinal);
        Assert.Equal(!mayNot, browser.Html.Contains("/signup?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hint_fills_in_the_name()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/oauth2/authorize", ("login_hint", "jane@example.com")));
        Assert.Contains("""value="jane@example.com">""", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hint_beside_a_provider_fills_in_nothing()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/oauth2/authorize", ("login_hint", "jane@example.com"), ("identity_provider", "COGNITO")));
        Assert.Contains("signInFormUsername", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"jane@example.com\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unconfirmed_user_gets_a_new_code_and_the_page_that_confirms()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        await server.Api.Call("SignUp", new() { ["ClientId"] = pool.ClientId, ["Username"] = address, ["Password"] = Pool.Password }, sign: false);
        var first = await server.Api.Code(address);
        using var browser = await pool.SignIn(address);
        browser.AssertAt("/confirm");
        var code = await server.Api.Code(address);
        Assert.NotEqual(first, code);
        await browser.Submit(("code", code));
        Assert.Equal("CONFIRMED", await pool.Status(address));
    }

    [Fact]
    public async Task A_user_who_must_reset_the_password_is_led_there_with_the_code_sent()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        await pool.Pool.Admin("AdminResetUserPassword", user);
        using var browser = await pool.SignIn(user);
        browser.AssertAt("/confirmforgotPassword");
        await browser.Submit(("code", await server.Api.Code(user + "@example.com")), ("new_password", "N3w-Passw0rd!"), ("confirm_password", "N3w-Passw0rd!"));
        browser.AssertAt("/login");
        Assert.Contains($"""value="{user}" """.TrimEnd(), browser.Html, StringComparison.Ordinal);
        await browser.Submit(("username", user), ("password", "N3w-Passw0rd!"));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Who_must_reset_the_password_and_cannot_is_told_as_by_the_recovery_page()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        await pool.Pool.Admin("AdminResetUserPassword", user);
        await pool.Pool.Admin("AdminUpdateUserAttributes", user, new() { ["UserAttributes"] = Pool.Attributes(("email_verified", "false")) });
        using var browser = await pool.SignIn(user);
        browser.AssertAt("/login");
        Assert.Equal("Could not reset password for the account, please contact support or try again", browser.Problem());
    }

    [Fact]
    public async Task The_switch_adds_a_hidden_copy_before_the_form()
    {
        var pool = await OAuthPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:hidden-form-copy"] = "true" } }, version: 1);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        Assert.Equal(3, browser.Html.Split("id=\"signInFormUsername\"").Length);
        Assert.Contains("""<div class="visible-xs visible-sm" aria-hidden="true" inert hidden>""", browser.Html, StringComparison.Ordinal);
        var visible = browser.Html.Split("visible-md visible-lg");
        Assert.Equal(2, visible.Length);
        Assert.Equal(2, visible[1].Split("id=\"signInFormUsername\"").Length);
        await browser.Submit(1, ("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Managed_login_without_a_style_is_unavailable_where_the_switch_says_so()
    {
        var pool = await OAuthPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:require-branding"] = "true" } });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/oauth2/authorize"));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("Login pages unavailable. Please contact an administrator.", browser.Html, StringComparison.Ordinal);
        await server.Api.Call("CreateManagedLoginBranding", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId, ["UseCognitoProvidedValues"] = true });
        await browser.Open(pool.Url("/oauth2/authorize"));
        browser.AssertAt("/login");
        var classic = await OAuthPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:require-branding"] = "true" } }, version: 1);
        await browser.Open(classic.Url("/login"));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }
}
