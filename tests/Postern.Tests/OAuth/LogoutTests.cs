using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class LogoutTests(TestServer server)
{
    private const string Bye = "https://app.example/bye";

    [Fact]
    public async Task Sign_out_goes_to_a_registered_url_and_the_session_is_over_for_every_copy_of_its_cookie()
    {
        var pool = await Create();
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var answer = await Visit.To(Url(pool, ("logout_uri", Bye), ("state", "s"), ("redirect_uri", "https://evil.example/"), ("response_type", "code")), signedIn.Session);
        Assert.Equal((HttpStatusCode.Redirect, Bye), (answer.Status, answer.Location));
        Assert.Matches($"^cognito=\"\"; Expires=Thu, 01-Jan-1970 [0-9:]+ GMT; Path=/_domains/{pool.Domain}; HttpOnly; SameSite=Lax$", Assert.Single(answer.Cookies));
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task A_browser_that_signed_out_is_asked_again()
    {
        var pool = await Create();
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        await browser.Open(Url(pool, ("logout_uri", Bye)));
        Assert.Equal(Bye, browser.Location.ToString());
        await browser.Open(pool.Url("/oauth2/authorize"));
        Assert.EndsWith("/login", browser.Location.AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_revokes_no_tokens_and_a_code_on_its_way_is_still_good()
    {
        var pool = await Create();
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var (_, tokens) = await pool.Exchange(signedIn.Code());
        var silent = await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session);
        await Visit.To(Url(pool, ("logout_uri", Bye)), signedIn.Session);
        await server.Api.Call("GetUser", new() { ["AccessToken"] = (string?)tokens["access_token"] }, sign: false);
        Assert.Equal(HttpStatusCode.OK, (await pool.Exchange(silent.Code())).Status);
    }

    [Theory]
    [InlineData("https://app.example/bye/")]
    [InlineData("https://app.example/bye?x")]
    [InlineData("https://app.example/callback")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task It_leads_nowhere_that_is_not_registered_and_ends_the_session_all_the_same(string uri)
    {
        var pool = await Create();
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(Url(pool, ("logout_uri", uri)), signedIn.Session)).AssertErrorPage(pool, "redirect_mismatch");
        (await Visit.To(Url(pool, ("post_logout_redirect_uri", uri)))).AssertErrorPage(pool, "redirect_mismatch");
        (await Visit.To(Url(pool, ("logout_uri", Bye)) + "&logout_uri=" + Uri.EscapeDataString(uri))).AssertErrorPage(pool, "redirect_mismatch");
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
    }

    [Fact]
    public async Task With_a_callback_it_goes_to_the_sign_in_page_with_all_scopes_of_the_client()
    {
        var pool = await Create();
        var callback = Uri.EscapeDataString(OAuthPool.Callback);
        var answer = await Visit.To(Url(pool, ("redirect_uri", OAuthPool.Callback), ("response_type", "code"), ("state", "a b"), ("nonce", "n"), ("identity_provider", "Corp")));
        Assert.Equal(
            $"{pool.Base}/login?client_id={pool.ClientId}&redirect_uri={callback}&response_type=code&state=a%20b&nonce=n&scope=openid+email+phone+profile+aws.cognito.signin.user.admin",
            answer.Location);
        Assert.EndsWith("&scope=openid", (await Visit.To(Url(pool, ("redirect_uri", OAuthPool.Callback), ("response_type", "code"), ("scope", "openid")))).Location, StringComparison.Ordinal);
        (await Visit.To(Url(pool, ("redirect_uri", Bye), ("response_type", "code")))).AssertErrorPage(pool, "redirect_mismatch");
    }

    [Fact]
    public async Task With_neither_it_tells_what_is_missing_and_ends_the_session_all_the_same()
    {
        var pool = await Create();
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        (await Visit.To(Url(pool), signedIn.Session)).AssertShows("Required String parameter 'redirect_uri' is not present");
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).AssertAsks(pool);
        (await Visit.To($"{pool.Base}/logout")).AssertShows("Required String parameter 'client_id' is not present");
        (await Visit.To($"{pool.Base}/logout?client_id=nosuchclient&logout_uri={Uri.EscapeDataString(Bye)}")).AssertShows("Client does not exist.");
        (await Visit.To(Url(pool, ("redirect_uri", OAuthPool.Callback)))).AssertShows("Required String parameter 'response_type' is not present");
    }

    [Fact]
    public async Task OpenID_Connects_own_parameters_are_understood()
    {
        var pool = await Create();
        var (_, tokens) = await pool.Exchange(await pool.Code(await pool.Pool.AddUser()));
        var hint = (string)tokens["id_token"]!;
        string Out(params (string Name, string Value)[] parameters) =>
            $"{pool.Base}/logout?" + string.Join('&', parameters.Select(static pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        Assert.Equal(Bye, (await Visit.To(Out(("id_token_hint", hint), ("post_logout_redirect_uri", Bye)))).Location);
        Assert.Equal(Bye + "?state=x", (await Visit.To(Out(("client_id", pool.ClientId), ("post_logout_redirect_uri", Bye), ("state", "x")))).Location);

        const string wrong = "id_token_hint is no ID token of this client";
        var another = await Visit.AddClient(pool);
        (await Visit.To(Out(("client_id", another), ("id_token_hint", hint), ("post_logout_redirect_uri", Bye)))).AssertShows(wrong);
        (await Visit.To(Out(("id_token_hint", (string)tokens["access_token"]!), ("post_logout_redirect_uri", Bye)))).AssertShows(wrong);
        (await Visit.To(Out(("id_token_hint", hint[..^4] + "AAAA"), ("post_logout_redirect_uri", Bye)))).AssertShows(wrong);
        var other = await OAuthPool.Create(server, client: new() { ["LogoutURLs"] = new JsonArray(Bye) });
        (await Visit.To($"{other.Base}/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Bye)}")).AssertShows(wrong);
    }

    [Fact]
    public async Task It_is_for_GET_only_and_for_no_script()
    {
        var pool = await Create();
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Visit.To(Url(pool, ("logout_uri", Bye)), signedIn.Session, method: HttpMethod.Post)).Status);
        var looked = await Visit.To(Url(pool, ("logout_uri", Bye)), signedIn.Session, method: HttpMethod.Head);
        Assert.Empty(looked.Cookies);
        Assert.False(looked.Answer.Headers.Contains("Access-Control-Allow-Origin"));
        (await Visit.To(pool.Url("/oauth2/authorize"), signedIn.Session)).Code();
    }

    private Task<OAuthPool> Create() => OAuthPool.Create(server, client: new() { ["LogoutURLs"] = new JsonArray(Bye) });

    private static string Url(OAuthPool pool, params (string Name, string Value)[] parameters) =>
        $"{pool.Base}/logout?client_id={pool.ClientId}" + string.Concat(parameters.Select(static pair => $"&{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
}
