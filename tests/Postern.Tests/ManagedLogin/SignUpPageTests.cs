using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class SignUpPageTests(TestServer server)
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task A_sign_up_with_the_code_of_the_mail_ends_signed_in_at_the_callback(int version, bool hasSecret)
    {
        var pool = await AccountPool.Create(server, client: new() { ["GenerateSecret"] = hasSecret }, version: version);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        browser.AssertAt("/confirm");
        Assert.Contains("We have sent a code by email to j***@e***. Enter it below to confirm your account.", browser.Html, StringComparison.Ordinal);
        Assert.Equal("UNCONFIRMED", await pool.Status(address));

        await browser.Submit(("code", await server.Api.Code(address)));
        Assert.NotNull(browser.Given("code"));
        Assert.Equal("s", browser.Given("state"));
        Assert.Equal("CONFIRMED", await pool.Status(address));
        Assert.Equal("true", (await pool.Attributes(address))["email_verified"]);
        if (!hasSecret)
            await pool.AssertSignedIn(browser);

        await browser.Open(pool.Url("/oauth2/authorize", ("prompt", "none")));
        Assert.NotNull(browser.Given("code"));
    }

    [Fact]
    public async Task Every_required_attribute_has_a_fitting_field()
    {
        var pool = await OAuthPool.Create(server, new()
        {
            ["Schema"] = AccountPool.Requires("birthdate", "phone_number", "address", "given_name", "website"),
            ["AutoVerifiedAttributes"] = new JsonArray("phone_number"),
        });
        var name = SelfService.NewName();
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/signup"));
        foreach (var field in (string[])
        [
            "name=\"requiredAttributes[birthdate]\" type=\"date\"", "name=\"requiredAttributes[phone_number]\" type=\"tel\"",
            "name=\"requiredAttributes[website]\" type=\"url\"", "autocomplete=\"given-name\"", "autocomplete=\"bday\"", "autocomplete=\"tel\"", "<textarea",
        ])
            Assert.Contains(field, browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("requiredAttributes[email]", browser.Html, StringComparison.Ordinal);

        await browser.Submit(
            ("username", name), ("password", Pool.Password), ("requiredAttributes[birthdate]", "2000-02-29"), ("requiredAttributes[phone_number]", "+1 (206) 555-0147"),
            ("requiredAttributes[address]", "1 Way\r\nTown"), ("requiredAttributes[given_name]", "Jane"), ("requiredAttributes[website]", "https://jane.example/"));
        browser.AssertAt("/confirm");
        Assert.Contains("by SMS to +*******0147", WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
        var attributes = await pool.Attributes(name);
        Assert.Equal(("2000-02-29", "+12065550147", "Jane"), (attributes["birthdate"], attributes["phone_number"], attributes["given_name"]));

        await browser.Submit(("code", (string)(await pool.Newest("+12065550147"))["code"]!));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task A_required_attribute_left_out_is_asked_for_again_and_what_was_typed_stays_but_the_password()
    {
        var pool = await AccountPool.Create(server, new() { ["Schema"] = AccountPool.Requires("email", "birthdate", "name") });
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address, ("requiredAttributes[name]", "Jane Doe"));
        browser.AssertAt("/signup");
        Assert.Contains("birthdate: The attribute birthdate is required", browser.Problem(), StringComparison.Ordinal);
        Assert.Contains($"value=\"{address}\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Jane Doe\"", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(Pool.Password, browser.Html, StringComparison.Ordinal);
        // The name is the e-mail address: it is not asked for twice.
        Assert.DoesNotContain("requiredAttributes[email]", browser.Html, StringComparison.Ordinal);

        await browser.Submit(("password", Pool.Password), ("requiredAttributes[birthdate]", "2000-01-01"));
        browser.AssertAt("/confirm");
    }

    [Theory]
    [InlineData("short", "Password did not conform with policy: Password not long enough")]
    [InlineData("", "Password did not conform with policy: Password not long enough")]
    [InlineData("passw0rd!", "Password did not conform with policy: Password must have uppercase characters")]
    [InlineData(" Passw0rd!", "Password must not contain a leading or trailing space")]
    [InlineData("Passw0rd! ", "Password must not contain a leading or trailing space")]
    public async Task A_password_that_breaks_the_policy_is_refused_in_words(string password, string problem)
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address, ("password", password));
        browser.AssertAt("/signup");
        Assert.Equal(problem, browser.Problem());
        Assert.Equal("UserNotFoundException", (await server.Api.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Pool.Id, ["Username"] = address })).Type);
    }

    [Fact]
    public async Task The_policy_stands_beside_the_password_in_words()
    {
        var pool = await AccountPool.Create(server, new()
        {
            ["Policies"] = new JsonObject { ["PasswordPolicy"] = new JsonObject { ["MinimumLength"] = 11, ["RequireLowercase"] = true, ["RequireNumbers"] = true, ["RequireUppercase"] = false, ["RequireSymbols"] = false } },
        });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/signup"));
        Assert.Contains("Password must contain a lower case letter", browser.Html, StringComparison.Ordinal);
        Assert.Contains("Password must contain at least 11 characters", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("upper case letter", browser.Html, StringComparison.Ordinal);
        Assert.Contains("data-rule=\"lower\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_somebody_has_is_refused_even_where_users_are_hidden()
    {
        var pool = await AccountPool.Create(server, client: SelfService.HidesUsers);
        var address = await pool.Pool.AddUser(AccountPool.NewAddress());
        using var browser = await pool.SignUp(address);
        Assert.Equal("An account with the given email already exists.", browser.Problem());

        var named = await OAuthPool.Create(server, new() { ["AutoVerifiedAttributes"] = new JsonArray("email"), ["Schema"] = AccountPool.Requires("email") });
        var name = await named.Pool.AddUser();
        using var other = await named.SignUp(name, ("requiredAttributes[email]", AccountPool.NewAddress()));
        Assert.Equal("User already exists", other.Problem());
    }

    [Fact]
    public async Task An_alias_that_somebody_has_is_refused_once_it_is_confirmed()
    {
        var pool = await OAuthPool.Create(server, new()
        {
            ["AliasAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email"), ["Schema"] = AccountPool.Requires("email"),
        });
        var address = AccountPool.NewAddress();
        await pool.Pool.AddUser(email: address);
        var name = SelfService.NewName();
        using var browser = await pool.SignUp(name, ("requiredAttributes[email]", address));
        browser.AssertAt("/confirm");
        await browser.Submit(("code", await server.Api.Code(address)));
        Assert.Equal("An account with the email already exists.", browser.Problem());
        Assert.Equal("UNCONFIRMED", await pool.Status(name));
    }

    [Fact]
    public async Task The_form_sent_again_leads_to_the_same_confirmation()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address);
        await browser.Open(pool.Url("/signup"));
        await browser.Submit(("username", address), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        await browser.Submit(("code", await server.Api.Code(address)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Two_tabs_confirm_each_its_own_user()
    {
        var pool = await AccountPool.Create(server);
        var (first, second) = (AccountPool.NewAddress(), AccountPool.NewAddress());
        using var browser = await pool.SignUp(first);
        var firstTab = browser.Html;
        await browser.Open(pool.Url("/signup"));
        await browser.Submit(("username", second), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        var secondTab = browser.Html;

        browser.Show(firstTab);
        await browser.Submit(("code", await server.Api.Code(first)));
        await pool.AssertSignedIn(browser);
        Assert.Equal(("CONFIRMED", "UNCONFIRMED"), (await pool.Status(first), await pool.Status(second)));
        browser.Show(secondTab, pool.Url("/confirm"));
        await browser.Submit(("code", await server.Api.Code(second)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Where_only_administrators_make_users_there_is_no_sign_up()
    {
        var pool = await AccountPool.Create(server, new() { ["AdminCreateUserConfig"] = new JsonObject { ["AllowAdminCreateUserOnly"] = true } });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/signup"));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("SignUp is not permitted for this user pool", browser.Problem());
    }

    [Theory]
    [InlineData("/signup")]
    [InlineData("/forgotPassword")]
    [InlineData("/confirm")]
    [InlineData("/confirmforgotPassword")]
    public async Task A_client_of_external_providers_alone_has_no_pages_of_accounts(string path)
    {
        var pool = await AccountPool.Create(server);
        await server.Api.Call("CreateIdentityProvider", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["ProviderName"] = "Corp", ["ProviderType"] = "OIDC",
            ["ProviderDetails"] = new JsonObject { ["client_id"] = "c", ["authorize_scopes"] = "openid", ["attributes_request_method"] = "GET", ["oidc_issuer"] = "https://idp.example" },
        });
        var (id, _) = await pool.Pool.AddClient(new()
        {
            ["SupportedIdentityProviders"] = new JsonArray("Corp"), ["CallbackURLs"] = new JsonArray(OAuthPool.Callback), ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"), ["AllowedOAuthScopes"] = new JsonArray("openid"),
        });
        using var browser = pool.Browser();
        await browser.Open(pool.Url(path, ("client_id", id)));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Equal("Login option is not available. Please try another one", browser.Problem());
    }

    [Fact]
    public async Task Where_nothing_is_verified_the_user_is_made_and_the_page_tells_that_he_cannot_be_confirmed()
    {
        var pool = await OAuthPool.Create(server);
        var name = SelfService.NewName();
        using var browser = await pool.SignUp(name);
        browser.AssertAt("/signup");
        Assert.Contains("cannot be confirmed here", browser.Problem(), StringComparison.Ordinal);
        Assert.Equal("UNCONFIRMED", await pool.Status(name));
    }

    [Fact]
    public async Task A_link_without_response_type_shows_the_page_and_ends_at_the_callback()
    {
        var pool = await AccountPool.Create(server);
        var address = AccountPool.NewAddress();
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/signup", ("response_type", null)));
        await browser.Submit(("username", address), ("password", Pool.Password));
        browser.AssertAt("/confirm");
        await browser.Submit(("code", await server.Api.Code(address)));
        await pool.AssertSignedIn(browser);
    }

    [Fact]
    public async Task Who_may_sign_in_by_code_may_sign_up_without_a_password()
    {
        var pool = await AccountPool.Create(
            server, new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD", "EMAIL_OTP") }, new() { ["ExplicitAuthFlows"] = SigningIn.AllFlows });
        var address = AccountPool.NewAddress();
        using var browser = await pool.SignUp(address, ("password", ""));
        browser.AssertAt("/confirm");
        await browser.Submit(("code", await server.Api.Code(address)));
        await pool.AssertSignedIn(browser);

        // The client must let users choose.
        var (id, _) = await pool.Pool.AddClient(new()
        {
            ["SupportedIdentityProviders"] = new JsonArray("COGNITO"), ["CallbackURLs"] = new JsonArray(OAuthPool.Callback), ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"), ["AllowedOAuthScopes"] = new JsonArray("openid"),
        });
        await browser.Open(pool.Url("/signup", ("client_id", id)));
        await browser.Submit(("username", AccountPool.NewAddress()), ("password", ""));
        Assert.Equal("Password did not conform with policy: Password not long enough", browser.Problem());
    }

    [Fact]
    public async Task Terms_of_use_and_privacy_policy_are_shown_where_the_client_has_both()
    {
        var pool = await AccountPool.Create(server);
        using var browser = pool.Browser();
        await AddTerms(pool, "terms-of-use");
        await browser.Open(pool.Url("/signup"));
        Assert.Null(browser.Text("class", "legalText-customizable"));
        await AddTerms(pool, "privacy-policy");
        await browser.Open(pool.Url("/signup"));
        Assert.Equal("By signing up, you agree to our Terms of use and Privacy policy.", browser.Text("class", "legalText-customizable"));
        Assert.Contains("href=\"https://app.example/terms-of-use?a=1&amp;b=2\"", browser.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://app.example/privacy-policy?a=1&amp;b=2\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_classic_page_shows_no_terms()
    {
        var pool = await AccountPool.Create(server, version: 1);
        await AddTerms(pool, "terms-of-use");
        await AddTerms(pool, "privacy-policy");
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/signup"));
        Assert.Null(browser.Text("class", "legalText-customizable"));
    }

    [Fact]
    public async Task What_is_typed_is_shown_as_text_and_never_as_markup()
    {
        var pool = await AccountPool.Create(server, new() { ["Schema"] = AccountPool.Requires("email", "name") });
        const string Hostile = "\"><script>alert(1)</script>";
        using var browser = await pool.SignUp(Hostile, ("requiredAttributes[name]", Hostile));
        browser.AssertAt("/signup");
        Assert.DoesNotContain("<script>alert", browser.Html, StringComparison.Ordinal);
        Assert.NotNull(browser.Problem());

        await browser.Open(pool.Url("/signup", ("login_hint", Hostile), ("state", Hostile)));
        Assert.DoesNotContain("<script>alert", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("username")]
    [InlineData("password")]
    [InlineData("requiredAttributes[name]")]
    public async Task What_is_far_too_long_is_refused_on_the_page(string field)
    {
        var pool = await AccountPool.Create(server, new() { ["Schema"] = AccountPool.Requires("email", "name") });
        using var browser = await pool.SignUp(AccountPool.NewAddress(), ("requiredAttributes[name]", "Jane"), (field, "aA1!" + new string('x', 20_000) + "@example.com"));
        browser.AssertAt("/signup");
        Assert.NotNull(browser.Problem());
    }

    [Theory]
    [InlineData("/signup")]
    [InlineData("/forgotPassword")]
    public async Task A_form_of_another_site_is_refused(string path)
    {
        var pool = await AccountPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url(path));
        var address = AccountPool.NewAddress();
        await browser.Submit(("username", address), ("password", Pool.Password), ("_csrf", "made-up"));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Equal("UserNotFoundException", (await server.Api.Fail("AdminGetUser", new() { ["UserPoolId"] = pool.Pool.Id, ["Username"] = address })).Type);
    }

    private Task<JsonObject> AddTerms(OAuthPool pool, string name) => server.Api.Call("CreateTerms", new()
    {
        ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId, ["TermsName"] = name, ["TermsSource"] = "LINK", ["Enforcement"] = "NONE",
        ["Links"] = new JsonObject { ["cognito:default"] = $"https://app.example/{name}?a=1&b=2" },
    });
}
