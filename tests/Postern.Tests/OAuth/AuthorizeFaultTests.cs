using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

public sealed class AuthorizeFaultTests(TestServer server)
{
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Authorize_is_for_GET_only(string method)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.To(pool.Url("/oauth2/authorize"), method: new(method));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Null(answer.Location);
    }

    [Theory]
    [InlineData("/oauth2/authorize")]
    [InlineData("/authorize")]
    [InlineData("/OAuth2/Authorize")]
    public async Task Without_a_session_the_browser_goes_to_the_sign_in_page_with_the_same_query(string path)
    {
        var pool = await OAuthPool.Create(server);
        var url = pool.Url(path, ("scope", "openid email"), ("login_hint", "bob"), ("lang", "de"), ("prompt", "login"), ("unknown", "1"));
        var answer = await Visit.To(url);
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal(pool.Base + "/login" + url[url.IndexOf('?', StringComparison.Ordinal)..], answer.Location);
        Assert.Contains("no-store", answer.Answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.False(answer.Answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_client_that_is_missing_unknown_repeated_or_of_another_pool_is_told_on_a_page_and_nowhere_else()
    {
        var pool = await OAuthPool.Create(server);
        var other = await OAuthPool.Create(server);
        (await Visit.Authorize(pool, ("client_id", null))).AssertShows("Required String parameter 'client_id' is not present");
        (await Visit.Authorize(pool, ("client_id", "nosuchclient"))).AssertShows("Client does not exist.");
        (await Visit.Authorize(pool, ("client_id", other.ClientId))).AssertShows("Client does not exist.");
        (await Visit.To(pool.Url("/oauth2/authorize") + "&client_id=" + pool.ClientId)).AssertShows("Client does not exist.");
        (await Visit.Authorize(pool, ("client_id", "<script>alert(1)</script>\r\nX: y"))).AssertShows("Client does not exist.");
    }

    [Fact]
    public async Task A_client_whose_users_sign_in_nowhere_is_told_on_a_page()
    {
        var pool = await OAuthPool.Create(server, client: new() { ["SupportedIdentityProviders"] = new JsonArray() });
        (await Visit.Authorize(pool)).AssertShows("Login pages unavailable");
    }

    [Theory]
    [InlineData("https://app.example/callback/")]
    [InlineData("https://app.example/callback?x=1")]
    [InlineData("https://app.example/Callback")]
    [InlineData("https://app.example/callback ")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("https://app.example/callback\r\nX: y")]
    public async Task A_callback_that_is_not_registered_letter_by_letter_gets_nothing(string uri)
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.Authorize(pool, ("redirect_uri", uri))).AssertErrorPage(pool, "redirect_mismatch");
        (await Visit.To(pool.Url("/oauth2/authorize") + "&redirect_uri=" + Uri.EscapeDataString(uri))).AssertErrorPage(pool, "redirect_mismatch");
    }

    [Fact]
    public async Task A_callback_may_be_left_out_with_one_provider_and_one_callback_or_a_default()
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.Authorize(pool, ("redirect_uri", null))).AssertAsks(pool);
        Assert.Equal("https://app.example/callback?state=s&error=login_required", (await Visit.Authorize(pool, ("redirect_uri", null), ("prompt", "none"))).Location);

        var two = new JsonArray("https://one.example/", "https://two.example/");
        var without = await Visit.AddClient(pool, new() { ["CallbackURLs"] = two.DeepClone() });
        (await Visit.Authorize(pool, ("redirect_uri", null), ("client_id", without))).AssertErrorPage(pool, "redirect_mismatch", without);
        var with = await Visit.AddClient(pool, new() { ["CallbackURLs"] = two.DeepClone(), ["DefaultRedirectURI"] = "https://two.example/" });
        Assert.Equal("https://two.example/?state=s&error=login_required", (await Visit.Authorize(pool, ("redirect_uri", null), ("client_id", with), ("prompt", "none"))).Location);

        await Visit.AddProvider(pool, "Corp");
        var twoProviders = await Visit.AddClient(pool, new() { ["SupportedIdentityProviders"] = new JsonArray("COGNITO", "Corp") });
        (await Visit.Authorize(pool, ("redirect_uri", null), ("client_id", twoProviders))).AssertErrorPage(pool, "redirect_mismatch", twoProviders);
    }

    [Fact]
    public async Task A_client_that_is_not_for_oauth_is_told_so_at_its_callback_with_the_blank_at_the_end()
    {
        var pool = await OAuthPool.Create(server, client: new() { ["AllowedOAuthFlowsUserPoolClient"] = false });
        Assert.Equal(
            "https://app.example/callback?error_description=Client+is+not+enabled+for+OAuth2.0+flows+&state=s&error=invalid_request",
            (await Visit.Authorize(pool)).Location);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("id_token")]
    [InlineData("code token")]
    [InlineData("CODE")]
    public async Task A_response_type_that_is_none_of_the_two_is_an_invalid_request(string? type)
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal("https://app.example/callback?state=s&error=invalid_request", (await Visit.Authorize(pool, ("response_type", type))).Location);
    }

    [Theory]
    [InlineData("code", "token", '#')]
    [InlineData("implicit", "code", '?')]
    public async Task A_flow_that_the_client_may_not_use_is_told_where_its_answer_would_stand(string allowed, string asked, char separator)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["AllowedOAuthFlows"] = new JsonArray(allowed) });
        Assert.Equal($"https://app.example/callback{separator}state=s&error=unauthorized_client", (await Visit.Authorize(pool, ("response_type", asked))).Location);
    }

    [Theory]
    [InlineData("challenge", null)]
    [InlineData(null, "S256")]
    [InlineData("challenge", "plain")]
    [InlineData("challenge", "s256")]
    [InlineData(null, "plain")]
    public async Task A_challenge_comes_with_the_method_S256_or_not_at_all(string? challenge, string? method)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.Authorize(pool, ("code_challenge", challenge), ("code_challenge_method", method));
        Assert.StartsWith("https://app.example/callback?error_description=code_challenge", answer.Location, StringComparison.Ordinal);
        Assert.Equal(("invalid_request", "s"), (answer.Given("error"), answer.Given("state")));
    }

    [Theory]
    [InlineData("openid other")]
    [InlineData("email")]
    [InlineData("OPENID")]
    [InlineData(" ")]
    [InlineData("openid\r\nemail")]
    public async Task A_scope_that_is_not_the_clients_or_lacks_openid_is_refused_in_the_measured_form(string scope)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.Authorize(pool, ("scope", scope));
        Assert.Equal("invalid_request", answer.Given("error"));
        if (!scope.Contains('\r', StringComparison.Ordinal))
            Assert.Equal("https://app.example/callback?error_description=invalid_scope&state=s&error=invalid_request", answer.Location);
    }

    [Fact]
    public async Task Faults_of_the_implicit_flow_stand_in_the_fragment()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(
            "https://app.example/callback#error_description=invalid_scope&state=s&error=invalid_request",
            (await Visit.Authorize(pool, ("response_type", "token"), ("scope", "other"))).Location);
        Assert.Equal("https://app.example/callback#state=s&error=login_required", (await Visit.Authorize(pool, ("response_type", "token"), ("prompt", "none"))).Location);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("scope")]
    [InlineData("response_type")]
    [InlineData("nonce")]
    [InlineData("code_challenge")]
    [InlineData("resource")]
    [InlineData("prompt")]
    [InlineData("max_age")]
    [InlineData("login_hint")]
    [InlineData("identity_provider")]
    public async Task A_parameter_that_is_given_twice_is_an_invalid_request(string name)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.To(pool.Url("/oauth2/authorize") + $"&{name}=a&{name}=a");
        Assert.Equal($"{name} is given more than once", answer.Given("error_description"));
        Assert.Equal("invalid_request", answer.Given("error"));
    }

    [Theory]
    [InlineData("nonce", 1024)]
    [InlineData("resource", 1024)]
    [InlineData("scope", 4096)]
    [InlineData("code_challenge", 128)]
    [InlineData("state", 4096)]
    public async Task What_would_not_fit_into_codes_and_tokens_is_refused_at_the_start(string name, int longest)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.Authorize(pool, (name, new string('a', longest + 1)));
        Assert.Equal($"{name} is longer than {longest} bytes", answer.Given("error_description"));
    }

    [Fact]
    public async Task The_longest_parameters_give_a_code_and_a_refresh_token_that_work()
    {
        var pool = await OAuthPool.Create(server);
        var nonce = string.Concat(Enumerable.Repeat("\"\\ä+", 204));
        var resource = "https://api.example/" + new string('r', 1004);
        var code = await pool.Code(await pool.Pool.AddUser(), ("nonce", nonce), ("resource", resource), ("state", new string('s', 2000)));
        var (status, tokens) = await pool.Exchange(code);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(nonce, (string?)(await Jwt.Verify(server.Api, pool.Pool.Id, (string)tokens["id_token"]!)).Claims["nonce"]);
        var (refreshed, again) = await pool.Post(
            "/oauth2/token", null, ("grant_type", "refresh_token"), ("client_id", pool.ClientId), ("refresh_token", (string)tokens["refresh_token"]!));
        if (refreshed is HttpStatusCode.OK)
            Assert.Equal(resource, (string?)(await Jwt.Verify(server.Api, pool.Pool.Id, (string)again["access_token"]!)).Claims["aud"]);
    }

    [Theory]
    [InlineData("https://api.example/a?b=c", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://localhost:8080/api", true)]
    [InlineData("myapp://api", true)]
    [InlineData("urn:api", true)]
    [InlineData("http://api.example", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("https://api.example/#a", false)]
    [InlineData("api.example", false)]
    [InlineData("https://api.example/a https://api.example/b", false)]
    [InlineData("https://", false)]
    public async Task A_resource_is_an_absolute_URI_by_https_to_localhost_or_of_a_custom_scheme(string resource, bool isRight)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.Authorize(pool, ("resource", resource));
        if (isRight)
            answer.AssertAsks(pool);
        else
            Assert.Equal("invalid_request", answer.Given("error"));
    }

    [Fact]
    public async Task A_resource_becomes_the_audience_of_the_access_token_in_both_flows()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var (_, tokens) = await pool.Exchange(await pool.Code(user, ("resource", "https://api.example")));
        Assert.Equal("https://api.example", (string?)(await Jwt.Verify(server.Api, pool.Pool.Id, (string)tokens["access_token"]!)).Claims["aud"]);
        var implicitly = await Visit.SignIn(pool, user, null, ("response_type", "token"), ("resource", "https://api.example"));
        Assert.Equal("https://api.example", (string?)(await Jwt.Verify(server.Api, pool.Pool.Id, implicitly.Given("access_token")!)).Claims["aud"]);
    }

    [Theory]
    [InlineData("openid email", "email email_verified", true)]
    [InlineData("openid email", "email", false)]
    [InlineData("openid phone", "email email_verified", false)]
    [InlineData("openid profile", "name", true)]
    [InlineData(null, "email email_verified", false)]
    public async Task Tokens_are_not_given_at_once_for_a_scope_whose_attributes_the_client_may_not_all_read(string? scope, string readable, bool isGiven)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["ReadAttributes"] = new JsonArray([.. readable.Split(' ')]) });
        var user = await pool.Pool.AddUser();
        if (isGiven)
        {
            Assert.NotNull((await Visit.SignIn(pool, user, null, ("response_type", "token"), ("scope", scope))).Given("access_token"));
            return;
        }
        Assert.Equal(
            "https://app.example/callback#error_description=invalid_scope&state=s&error=invalid_request",
            (await Visit.Authorize(pool, ("response_type", "token"), ("scope", scope))).Location);
        // A code tells it when it is exchanged.
        (await Visit.SignIn(pool, user, null, ("scope", scope))).Code();
    }

    [Theory]
    [InlineData("max_age", "-1")]
    [InlineData("max_age", "soon")]
    [InlineData("max_age", "99999999999999")]
    [InlineData("prompt", "none login")]
    public async Task A_malformed_wish_for_a_fresh_sign_in_is_an_invalid_request(string name, string value)
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal("invalid_request", (await Visit.Authorize(pool, (name, value))).Given("error"));
    }

    [Theory]
    [InlineData("scope", "other", "invalid_scope")]
    [InlineData("response_type", "other", "invalid_request")]
    [InlineData("redirect_uri", "https://evil.example/", "redirect_mismatch")]
    [InlineData("max_age", "x", "max_age%20must%20be%20a%20number%20of%20seconds")]
    public async Task A_page_that_is_opened_directly_tells_the_same_faults_on_the_error_page(string name, string value, string error)
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.To(pool.Url("/login", (name, value)))).AssertErrorPage(pool, error);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", (name, value)));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains("An error was encountered with the requested page.", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_a_client_tells_so_itself()
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.To(pool.Url("/login", ("client_id", null)))).AssertShows("Required String parameter 'client_id' is not present");
    }

    [Fact]
    public async Task The_error_page_shows_text_and_only_text_of_bounded_length()
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.To($"{pool.Base}/error?error=%3Cscript%3Ealert(1)%3C%2Fscript%3E{new string('x', 2000)}&client_id=any");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var raw = await answer.Answer.Content.ReadAsStringAsync();
        Assert.Contains("&lt;script&gt;alert(1)", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", raw, StringComparison.Ordinal);
        Assert.True(raw.Length < 2000, raw);
    }

    [Fact]
    public async Task A_provider_that_is_named_must_be_the_clients()
    {
        const string unavailable = "Login option is not available. Please try another one";
        var pool = await OAuthPool.Create(server);
        await Visit.AddProvider(pool, "Corp", "corp.example");
        (await Visit.Authorize(pool, ("identity_provider", "COGNITO"))).AssertAsks(pool);
        (await Visit.Authorize(pool, ("identity_provider", "Corp"))).AssertShows(unavailable);
        (await Visit.Authorize(pool, ("identity_provider", "NoSuch"))).AssertShows(unavailable);
        (await Visit.Authorize(pool, ("idp_identifier", "corp.example"))).AssertShows(unavailable);
        (await Visit.Authorize(pool, ("idp_identifier", "no.such"))).AssertShows(unavailable);
        var upstreamOnly = await Visit.AddClient(pool, new() { ["SupportedIdentityProviders"] = new JsonArray("Corp") });
        (await Visit.Authorize(pool, ("client_id", upstreamOnly), ("identity_provider", "COGNITO"))).AssertShows(unavailable);
    }
}
