using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.ManagedLogin;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class PushedRequestTests(TestServer server)
{
    private const string Prefix = "urn:ietf:params:oauth:request_uri:";

    [Fact]
    public async Task A_pool_that_did_not_switch_them_on_has_no_such_page_and_does_not_announce_it()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(HttpStatusCode.NotFound, (await Push(pool)).Status);
        Assert.Null((await Discovery(pool))["pushed_authorization_request_endpoint"]);
        // A parameter that means nothing here.
        (await Visit.Authorize(pool, ("request_uri", Prefix + "x"))).AssertAsks(pool);
        await Visit.Switch(pool, "pushed-requests");
        Assert.Equal(HttpStatusCode.Created, (await Push(pool)).Status);
        var told = await Discovery(pool);
        Assert.EndsWith("/oauth2/par", (string)told["pushed_authorization_request_endpoint"]!, StringComparison.Ordinal);
        Assert.Null(told["require_pushed_authorization_requests"]);
    }

    [Fact]
    public async Task A_pushed_request_leads_through_the_pages_which_carry_a_reference_alone()
    {
        var pool = await Prepared();
        var verifier = new string('v', 50);
        var challenge = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)));
        var answer = await Push(pool, ("scope", "openid email"), ("state", "a b+c%&é"), ("nonce", "n-1"), ("code_challenge", challenge), ("code_challenge_method", "S256"));
        Assert.Equal((HttpStatusCode.Created, 90), (answer.Status, (int)answer.Body["expires_in"]!));
        Assert.Equal(["request_uri", "expires_in"], answer.Body.Select(static member => member.Key));
        Assert.StartsWith(Prefix, Uri(answer), StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.DoesNotContain("openid", Uri(answer), StringComparison.Ordinal);

        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, Uri(answer)));
        Assert.StartsWith($"{pool.Base}/login?client_id={pool.ClientId}&request_uri=", browser.Location.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("&", browser.Location.Query[(browser.Location.Query.IndexOf('&', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        await browser.Submit(("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        Assert.StartsWith(OAuthPool.Callback, browser.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal("a b+c%&é", browser.Given("state"));
        var (refused, _) = await pool.Exchange(browser.Given("code")!);
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        var (status, tokens) = await pool.Exchange(browser.Given("code")!, ("code_verifier", verifier));
        Assert.Equal(HttpStatusCode.OK, status);
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.Text("id_token").Split('.')[1]))!;
        Assert.Equal("n-1", (string?)claims["nonce"]);
    }

    [Fact]
    public async Task What_a_browser_sends_beside_the_reference_does_not_count()
    {
        var pool = await Prepared();
        var uri = Uri(await Push(pool, ("state", "mine"), ("scope", "openid")));
        var more = "&state=other&scope=openid%20email&nonce=n&redirect_uri=https://evil.example&response_type=token&prompt=none";
        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, uri) + more);
        await browser.Submit(("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        Assert.StartsWith(OAuthPool.Callback + "?code=", browser.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal("mine", browser.Given("state"));
        var (_, tokens) = await pool.Exchange(browser.Given("code")!);
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.Text("access_token").Split('.')[1]))!;
        Assert.Equal("openid", (string?)claims["scope"]);
    }

    [Fact]
    public async Task A_user_may_choose_a_provider_where_the_client_chose_none()
    {
        var pool = await OAuthPool.Create(server);
        await Visit.AddProvider(pool, "Corp");
        var client = await Visit.AddClient(pool, new() { ["SupportedIdentityProviders"] = new JsonArray("COGNITO", "Corp") });
        await Visit.Switch(pool, "pushed-requests");
        (string, string) id = ("client_id", client);
        (await Visit.To(Authorize(pool, Uri(await Push(pool, id)), client))).AssertAsks(pool);
        (await Visit.To(Authorize(pool, Uri(await Push(pool, id, ("identity_provider", "COGNITO"))), client) + "&identity_provider=Corp")).AssertAsks(pool);
        var chosen = await Visit.To(Authorize(pool, Uri(await Push(pool, id)), client) + "&identity_provider=Corp");
        Assert.False(chosen.Location?.StartsWith($"{pool.Base}/login", StringComparison.Ordinal) ?? false, "somebody else's sign-in was chosen");
    }

    [Fact]
    public async Task A_request_is_of_one_client_of_one_pool_and_cannot_be_changed()
    {
        var pool = await Prepared();
        var other = await Prepared();
        var client = await Visit.AddClient(pool);
        var uri = Uri(await Push(pool));
        (await Visit.To(Authorize(pool, uri, client))).AssertShows("The request_uri is not known.");
        (await Visit.To(Authorize(other, uri))).AssertShows("The request_uri is not known.");
        (await Visit.To(Authorize(other, uri, pool.ClientId))).AssertShows("The request_uri is not known.");
        (await Visit.To($"{pool.Base}/oauth2/authorize?request_uri={System.Uri.EscapeDataString(uri)}")).AssertShows("Required String parameter 'client_id' is not present");
        foreach (var wrong in new[] { Prefix, Prefix + "x", uri[..^1], uri + "A", uri[Prefix.Length..], "https://evil.example/request", Prefix + "tökén \0", Prefix + new string('A', 6000) })
            (await Visit.To(Authorize(pool, wrong))).AssertShows("The request_uri is not known.");
        (await Visit.To(Authorize(pool, uri) + "&request_uri=" + System.Uri.EscapeDataString(uri))).AssertShows("The request_uri is not known.");
        (await Visit.To(Authorize(pool, uri) + "&client_id=" + pool.ClientId)).AssertShows("The request_uri is not known.");
        (await Visit.To(Authorize(pool, uri))).AssertAsks(pool);
    }

    [Fact]
    public async Task A_request_is_answered_once_and_until_then_a_page_can_be_loaded_again()
    {
        var pool = await Prepared();
        var uri = Uri(await Push(pool));
        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, uri));
        await browser.Open(Authorize(pool, uri));
        var page = browser.Location.ToString();
        await browser.Submit(("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        Assert.NotNull(browser.Given("code"));
        await browser.Open(Authorize(pool, uri));
        Assert.Contains("The request_uri was used already.", WebUtility.HtmlDecode(browser.Html), StringComparison.Ordinal);
        using var another = pool.Browser();
        foreach (var again in new[] { Authorize(pool, uri), page, page.Replace("/login?", "/oauth2/authorize?", StringComparison.Ordinal) })
        {
            await another.Open(again);
            Assert.Contains("The request_uri was used already.", WebUtility.HtmlDecode(another.Html), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_ends_at_the_callback_twice()
    {
        var pool = await Prepared();
        var user = await pool.Pool.AddUser();
        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, Uri(await Push(pool, ("state", "s")))));
        var (page, address) = (browser.Html, browser.Location.ToString());
        using var again = new WebBrowser(server.Url, browser);
        await Task.WhenAll(browser.Submit(("username", user), ("password", Pool.Password)), again.Submit(("username", user), ("password", Pool.Password)));
        foreach (var tab in new[] { browser, again })
            await pool.AssertSignedIn(tab);

        // The back button: the page is loaded again, or shown as it was.
        await browser.Open(address);
        Assert.Contains("name=\"password\"", browser.Html, StringComparison.Ordinal);
        browser.Show(page, address);
        await browser.Submit(("username", user), ("password", Pool.Password));
        await pool.AssertSignedIn(browser);

        // It stays used for every other browser.
        using var other = pool.Browser();
        await other.Open(pool.Url("/login"));
        await other.Open(address);
        Assert.Contains("The request_uri was used already.", WebUtility.HtmlDecode(other.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_sent_twice_ends_at_the_callback_twice()
    {
        var pool = await Prepared();
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "EMAIL");
        var user = await pool.Pool.AddUser();
        await pool.Pool.Enable(user, "EMAIL");
        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, Uri(await Push(pool, ("state", "s")))));
        await browser.Submit(("username", user), ("password", Pool.Password));
        using var again = new WebBrowser(server.Url, browser);
        var code = await server.Api.Code(user + "@example.com");
        await browser.Submit(("code", code));
        await again.Submit(("code", code));
        foreach (var tab in new[] { browser, again })
            await pool.AssertSignedIn(tab);
    }

    [Fact]
    public async Task Of_two_answers_at_once_one_is_given()
    {
        var pool = await Prepared();
        var user = await pool.Pool.AddUser();
        var session = (await Visit.SignIn(pool, user)).Session;
        var uri = Uri(await Push(pool));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Visit.To(Authorize(pool, uri), session)));
        Assert.Single(answers, static answer => answer.Given("code") is not null);
        Assert.All(answers.Where(static answer => answer.Given("code") is null), static answer => answer.AssertShows("The request_uri was used already."));
    }

    [Fact]
    public async Task An_answer_without_a_code_does_not_use_a_request_up()
    {
        var pool = await Prepared();
        var uri = Uri(await Push(pool, ("prompt", "none"), ("state", "s")));
        Assert.Equal("login_required", (await Visit.To(Authorize(pool, uri))).Given("error"));
        var session = (await Visit.SignIn(pool, await pool.Pool.AddUser())).Session;
        (await Visit.To(Authorize(pool, uri), session)).Code();
        (await Visit.To(Authorize(pool, uri), session)).AssertShows("The request_uri was used already.");
    }

    [Fact]
    public async Task A_browser_comes_within_ninety_seconds_and_then_has_time_to_sign_in()
    {
        await using var own = await TestServer.Own();
        var pool = await Prepared(own);
        var (first, second) = (Uri(await Push(pool)), Uri(await Push(pool)));
        await own.Advance("PT85S");
        using var browser = pool.Browser();
        await browser.Open(Authorize(pool, first));
        await own.Advance("PT10S");
        (await Visit.To(Authorize(pool, second))).AssertShows("The request_uri has expired.");
        await own.Advance("PT30M");
        var user = await pool.Pool.AddUser();
        await browser.Submit(("username", user), ("password", Pool.Password));
        Assert.NotNull(browser.Given("code"));

        using var late = pool.Browser();
        await late.Open(Authorize(pool, Uri(await Push(pool))));
        await own.Advance("PT61M");
        await late.Submit(("username", user), ("password", Pool.Password));
        Assert.Contains("The request_uri has expired.", late.Html + late.Location.Query.Replace("%20", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redirect_mismatch", "redirect_uri", "https://evil.example")]
    [InlineData("invalid_scope", "scope", "openid nobody/knows")]
    [InlineData("invalid_scope", "scope", "email")]
    [InlineData(null, "response_type", "")]
    [InlineData(null, "response_type", "id_token")]
    [InlineData("code_challenge_method must be S256", "code_challenge_method", "plain")]
    [InlineData("code_challenge and code_challenge_method are sent together", "code_challenge", "x")]
    [InlineData("prompt none stands alone", "prompt", "none login")]
    [InlineData("max_age must be a number of seconds", "max_age", "soon")]
    [InlineData("Login option is not available. Please try another one", "identity_provider", "Nobody")]
    [InlineData("request_uri can't be pushed", "request_uri", "urn:ietf:params:oauth:request_uri:x")]
    [InlineData("The request is longer than 4096 bytes", "state", "long")]
    [InlineData("nonce holds control characters", "nonce", "a\nb")]
    public async Task A_request_that_authorize_would_refuse_is_not_taken(string? description, string name, string value)
    {
        var pool = await Prepared();
        AssertRefused(await Push(pool, (name, value is "long" ? new string('s', 4050) : value)), "invalid_request", description);
    }

    [Fact]
    public async Task Request_objects_are_not_taken_nor_what_is_no_form_with_one_of_each()
    {
        var pool = await Prepared();
        AssertRefused(await Push(pool, ("request", "a.b.c")), "request_not_supported");
        AssertRefused(await pool.Form("/oauth2/par", null, ("client_id", pool.ClientId), ("response_type", "code"), ("scope", "openid"), ("scope", "email")), "invalid_request");
        var get = await pool.Send(HttpMethod.Get, "/oauth2/par?client_id=" + pool.ClientId);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.Status, get.Header("Allow")));
        var preflight = await pool.Send(HttpMethod.Options, "/oauth2/par", null, null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"));
        Assert.Equal("*", preflight.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_rules_of_the_pool_and_of_the_client_hold_for_pushed_requests()
    {
        var pool = await Prepared();
        await Visit.Switch(pool, "require-pkce");
        AssertRefused(await Push(pool), "invalid_request", "code_challenge is required");
        var codeOnly = await Visit.AddClient(pool, new() { ["AllowedOAuthFlows"] = new JsonArray("code"), ["GenerateSecret"] = false });
        AssertRefused(await Push(pool, ("client_id", codeOnly), ("response_type", "token")), "unauthorized_client");
    }

    [Fact]
    public async Task Who_pushes_proves_itself_as_at_the_token_endpoint()
    {
        var pool = await Prepared();
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        (string, string)[] asked = [("response_type", "code"), ("redirect_uri", OAuthPool.Callback), ("scope", "openid")];
        var byHeader = await pool.Form("/oauth2/par", Basic(id, secret!), asked);
        var byForm = await pool.Form("/oauth2/par", null, [("client_id", id), ("client_secret", secret!), .. asked]);
        foreach (var taken in new[] { byHeader, byForm })
        {
            Assert.Equal(HttpStatusCode.Created, taken.Status);
            (await Visit.To(Authorize(pool, Uri(taken), id))).AssertAsks(pool);
        }
        foreach (var (header, more) in new[] { (Basic(id, "wrong"), asked), (null, [("client_id", id), .. asked]), (Basic("nobody", "x"), asked) })
        {
            var answer = await pool.Form("/oauth2/par", header, more);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        }
        AssertRefused(await pool.Form("/oauth2/par", null, asked), "invalid_request");
    }

    [Fact]
    public async Task A_pool_can_require_that_requests_are_pushed_at_every_entrance()
    {
        var pool = await OAuthPool.Create(server);
        await Visit.Switch(pool, "require-pushed-requests");
        Assert.Equal(
            "https://app.example/callback?error_description=The+request+must+be+pushed+to+%2Foauth2%2Fpar&state=s&error=invalid_request", (await Visit.Authorize(pool)).Location);
        foreach (var page in new[] { "/login", "/signup", "/forgotPassword" })
            Assert.StartsWith($"{pool.Base}/error?error=The%20request%20must%20be%20pushed", (await Visit.To(pool.Url(page))).Location, StringComparison.Ordinal);
        var uri = Uri(await Push(pool));
        (await Visit.To(Authorize(pool, uri))).AssertAsks(pool);
        var told = await Discovery(pool);
        Assert.True((bool)told["require_pushed_authorization_requests"]!);
        Assert.NotNull(told["pushed_authorization_request_endpoint"]);
    }

    [Fact]
    public async Task Both_can_be_for_some_clients()
    {
        var pool = await OAuthPool.Create(server);
        var (may, must) = (await Visit.AddClient(pool), await Visit.AddClient(pool));
        await Visit.Switch(pool, "pushed-requests", may);
        await Visit.Switch(pool, "require-pushed-requests", must);
        AssertRefused(await Push(pool), "unauthorized_client");
        foreach (var client in new[] { may, must })
            (await Visit.To(Authorize(pool, Uri(await Push(pool, ("client_id", client))), client))).AssertAsks(pool);
        (await Visit.Authorize(pool, ("client_id", may))).AssertAsks(pool);
        Assert.Equal("invalid_request", (await Visit.Authorize(pool, ("client_id", must))).Given("error"));
        Assert.Null((await Discovery(pool))["require_pushed_authorization_requests"]);
    }

    private async Task<OAuthPool> Prepared(TestServer? own = null)
    {
        var pool = await OAuthPool.Create(own ?? server);
        await Visit.Switch(pool, "pushed-requests");
        return pool;
    }

    /// <summary>Pushes a request of the pool's public client, or as the fields given say.</summary>
    private static Task<OAuthAnswer> Push(OAuthPool pool, params (string Name, string Value)[] fields)
    {
        var all = new Dictionary<string, string> { ["client_id"] = pool.ClientId, ["response_type"] = "code", ["redirect_uri"] = OAuthPool.Callback };
        foreach (var (name, value) in fields)
            all[name] = value;
        return pool.Form("/oauth2/par", null, [.. all.Select(static pair => (pair.Key, pair.Value))]);
    }

    private static string Uri(OAuthAnswer answer) => answer.Body.Text("request_uri");

    private static string Authorize(OAuthPool pool, string uri, string? client = null) =>
        $"{pool.Base}/oauth2/authorize?client_id={client ?? pool.ClientId}&request_uri={System.Uri.EscapeDataString(uri)}";

    private static async Task<JsonObject> Discovery(OAuthPool pool) => (await pool.Pool.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!.AsObject();
}
