using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

public sealed class BrowserSessionTests(TestServer server)
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    [Fact]
    public async Task The_redirect_to_the_sign_in_page_brings_the_forms_token_and_clears_what_rounds_to_providers_left()
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.Authorize(pool);
        var path = $"/_domains/{pool.Domain}";
        Assert.Equal(3, answer.Cookies.Count);
        Assert.Matches($"^XSRF-TOKEN={Uuid}; Path={path}; HttpOnly; SameSite=Lax$", answer.Cookies[0]);
        Assert.Matches($"^csrf-state=\"\"; Expires=[A-Z][a-z]{{2}}, [0-9]{{2}}-[A-Z][a-z]{{2}}-[0-9]{{4}} [0-9:]{{8}} GMT; Path={path}; HttpOnly$", answer.Cookies[1]);
        Assert.Matches($"^csrf-state-legacy=\"\"; Expires=[^;]* GMT; Path={path}; HttpOnly$", answer.Cookies[2]);
    }

    [Fact]
    public async Task By_https_at_the_domains_own_host_cookies_are_secure_and_of_the_whole_host()
    {
        await using var own = await TestServer.Own(static options => options with { TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")] });
        var pool = await OAuthPool.Create(own);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{own.Url}/oauth2/authorize?response_type=code&client_id={pool.ClientId}&redirect_uri={Uri.EscapeDataString(OAuthPool.Callback)}"));
        request.Headers.Host = $"{pool.Domain}.auth.localhost";
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var answer = await http.SendAsync(request);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Matches($"^XSRF-TOKEN={Uuid}; Path=/; Secure; HttpOnly; SameSite=Lax$", cookies[0]);
        Assert.EndsWith("; Path=/; Secure; HttpOnly; SameSite=None", cookies[1], StringComparison.Ordinal);
        Assert.EndsWith("; Path=/; Secure; HttpOnly", cookies[2], StringComparison.Ordinal);
        Assert.StartsWith($"https://{pool.Domain}.auth.localhost/login?", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_keeps_its_forms_token_from_page_to_page()
    {
        var pool = await OAuthPool.Create(server);
        var first = (await Visit.Authorize(pool)).Cookies[0].Split(';')[0];
        Assert.Equal(first, (await Visit.To(pool.Url("/oauth2/authorize"), first)).Cookies[0].Split(';')[0]);
        Assert.Equal(first, (await Visit.To(pool.Url("/login"), first)).Cookies[0].Split(';')[0]);
        Assert.StartsWith("XSRF-TOKEN=", (await Visit.To(pool.Url("/login"), "XSRF-TOKEN=a%0d%0ab")).Cookies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_leaves_a_cookie_that_signs_in_at_every_client_of_the_pool()
    {
        var pool = await OAuthPool.Create(server);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        Assert.Matches($"^cognito=[A-Za-z0-9_-]+; Max-Age=3600; Path=/_domains/{pool.Domain}; HttpOnly; SameSite=Lax$", signedIn.Cookies.Single(static cookie => cookie.StartsWith("cognito=", StringComparison.Ordinal)));
        var client = await Visit.AddClient(pool);
        (await Visit.To(pool.Url("/oauth2/authorize", ("client_id", client)), signedIn.Session)).Code();
        var other = await OAuthPool.Create(server);
        (await Visit.To(other.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(other);
        (await Visit.To(pool.Url("/oauth2/authorize"), "cognito=garbage")).AssertAsks(pool);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session + "A")).AssertAsks(pool);
    }

    [Fact]
    public async Task A_session_lives_an_hour_from_the_interactive_sign_in_and_silent_ones_do_not_prolong_it()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var (_, first) = await pool.Exchange(signedIn.Code());
        await own.Advance("PT59M");
        var (_, second) = await pool.Exchange((await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code());
        Assert.Equal(AuthTime(first), AuthTime(second));
        Assert.NotEqual(Claim(first, "origin_jti"), Claim(second, "origin_jti"));
        await own.Advance("PT1M");
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task Changed_passwords_and_a_sign_out_everywhere_do_not_end_it()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        await pool.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = "An0ther!Passw0rd", ["Permanent"] = true });
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code();
        await pool.Pool.Admin("AdminUserGlobalSignOut", user);
        var (status, _) = await pool.Exchange((await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code());
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    public async Task A_user_who_is_disabled_or_gone_is_signed_in_no_more(string operation)
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var signedIn = await Visit.SignIn(pool, user);
        await pool.Pool.Admin(operation, user);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        if (operation is "AdminDeleteUser")
            await pool.Pool.AddUser(user);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task A_client_that_lacks_the_provider_of_the_session_asks_again()
    {
        var pool = await OAuthPool.Create(server);
        await Visit.AddProvider(pool, "Corp");
        await Visit.AddProvider(pool, "Corp2");
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var upstreamOnly = await Visit.AddClient(pool, new() { ["SupportedIdentityProviders"] = new JsonArray("Corp", "Corp2") });
        (await Visit.To(pool.Url("/oauth2/authorize", ("client_id", upstreamOnly)), signedIn.Session)).AssertAsks(pool);
        var both = await Visit.AddClient(pool, new() { ["SupportedIdentityProviders"] = new JsonArray("COGNITO", "Corp") });
        (await Visit.To(pool.Url("/oauth2/authorize", ("client_id", both)), signedIn.Session)).Code();
    }

    [Fact]
    public async Task Another_version_of_the_pages_drops_sessions()
    {
        var pool = await OAuthPool.Create(server);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        await Update(pool, 1);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        await Update(pool, 2);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code();
    }

    [Fact]
    public async Task Sessions_and_codes_end_with_their_domain_even_where_it_is_made_again()
    {
        var pool = await OAuthPool.Create(server);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        JsonObject named = new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = pool.Domain };
        await server.Api.Call("DeleteUserPoolDomain", (JsonObject)named.DeepClone());
        named["ManagedLoginVersion"] = 2;
        await server.Api.Call("CreateUserPoolDomain", named);
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        var (_, refused) = await pool.Exchange(signedIn.Code());
        Assert.Equal("invalid_grant", (string?)refused["error"]);
        await Visit.SignIn(pool, await pool.Pool.AddUser());
    }

    [Fact]
    public async Task Prompt_none_never_asks()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal("https://app.example/callback?state=s&error=login_required", (await Visit.Authorize(pool, ("prompt", "none"))).Location);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(pool.Url("/oauth2/authorize", ("prompt", "none")), signedIn.Session)).Code();
    }

    [Fact]
    public async Task Prompt_login_asks_and_the_old_session_is_good_until_the_new_one_is_there()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var first = await Visit.SignIn(pool, user);
        (await Visit.To(pool.Url("/oauth2/authorize", ("prompt", "login")), first.Session)).AssertAsks(pool);
        (await Visit.To(pool.Url("/oauth2/authorize", ("prompt", "login consent")), first.Session)).AssertAsks(pool);
        (await Visit.To(pool.Url("/oauth2/authorize"), first.Session)).Code();
        var second = await Visit.SignIn(pool, await pool.Pool.AddUser(), first.Session, ("prompt", "login"));
        (await Visit.To(pool.Url("/oauth2/authorize"), second.Session)).Code();
        Assert.NotEqual(first.Session, second.Session);
    }

    [Theory]
    [InlineData("select_account")]
    [InlineData("consent")]
    [InlineData("select_account consent")]
    [InlineData("other")]
    public async Task Other_prompts_change_nothing_here(string prompt)
    {
        var pool = await OAuthPool.Create(server);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(pool.Url("/oauth2/authorize", ("prompt", prompt)), signedIn.Session)).Code();
        (await Visit.Authorize(pool, ("prompt", prompt))).AssertAsks(pool);
    }

    [Fact]
    public async Task Classic_pages_ignore_prompt()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        (await Visit.Authorize(pool, ("prompt", "none"))).AssertAsks(pool);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(pool.Url("/oauth2/authorize", ("prompt", "login")), signedIn.Session)).Code();
    }

    [Fact]
    public async Task Max_age_asks_who_signed_in_longer_ago()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(pool.Url("/oauth2/authorize", ("max_age", "0")), signedIn.Session)).AssertAsks(pool);
        (await Visit.To(pool.Url("/oauth2/authorize", ("max_age", "600")), signedIn.Session)).Code();
        await own.Advance("PT10M1S");
        (await Visit.To(pool.Url("/oauth2/authorize", ("max_age", "600")), signedIn.Session)).AssertAsks(pool);
        Assert.Equal("login_required", (await Visit.To(pool.Url("/oauth2/authorize", ("max_age", "600"), ("prompt", "none")), signedIn.Session)).Given("error"));
        (await Visit.To(pool.Url("/oauth2/authorize", ("max_age", "700")), signedIn.Session)).Code();
    }

    private Task<JsonObject> Update(OAuthPool pool, int version) => server.Api.Call(
        "UpdateUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = pool.Domain, ["ManagedLoginVersion"] = version });

    private static string AuthTime(JsonObject tokens) => Claim(tokens, "auth_time");

    private static string Claim(JsonObject tokens, string name) => Jwt.Read((string)tokens["access_token"]!).Claims[name]!.ToJsonString();
}
