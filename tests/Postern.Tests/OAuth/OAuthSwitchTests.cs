using System.Net;
using System.Text.Json.Nodes;
using Postern.CommandLine;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class OAuthSwitchTests(TestServer server)
{
    private static readonly (string, string?)[] challenge = [("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")];

    [Fact]
    public async Task A_pool_can_require_a_challenge_of_public_clients()
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.Authorize(pool)).AssertAsks(pool);
        await Visit.Switch(pool, "require-pkce");
        Assert.Equal(
            "https://app.example/callback?error_description=code_challenge+is+required&state=s&error=invalid_request", (await Visit.Authorize(pool)).Location);
        (await Visit.Authorize(pool, challenge)).AssertAsks(pool);
        (await Visit.Authorize(pool, ("response_type", "token"))).AssertAsks(pool);
        var secret = await Visit.AddClient(pool, new() { ["GenerateSecret"] = true });
        (await Visit.Authorize(pool, ("client_id", secret))).AssertAsks(pool);
    }

    [Fact]
    public async Task A_switch_can_be_for_some_clients()
    {
        var pool = await OAuthPool.Create(server);
        var another = await Visit.AddClient(pool);
        await Visit.Switch(pool, "require-pkce", another);
        (await Visit.Authorize(pool)).AssertAsks(pool);
        Assert.Equal("invalid_request", (await Visit.Authorize(pool, ("client_id", another))).Given("error"));
    }

    [Fact]
    public async Task A_pool_can_have_its_issuer_in_every_answer()
    {
        var pool = await OAuthPool.Create(server);
        await Visit.Switch(pool, "answer-issuer");
        var iss = "&iss=" + Uri.EscapeDataString($"{server.PublicUrl}/{pool.Pool.Id}");
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        Assert.EndsWith("&state=s" + iss, signedIn.Location, StringComparison.Ordinal);
        Assert.Equal("https://app.example/callback?state=s&error=login_required" + iss, (await Visit.Authorize(pool, ("prompt", "none"))).Location);
        Assert.True((bool)(await server.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!["authorization_response_iss_parameter_supported"]!);
    }

    [Theory]
    [InlineData("http://127.0.0.1:51234/cb", true)]
    [InlineData("http://127.0.0.1/cb", true)]
    [InlineData("http://127.0.0.1:51234/cb?x", false)]
    [InlineData("http://127.0.0.1:51234/other", false)]
    [InlineData("http://localhost:51234/cb", false)]
    [InlineData("http://127.0.0.1:51234@evil.example/cb", false)]
    [InlineData("http://127.0.0.1.evil.example:80/cb", false)]
    [InlineData("https://127.0.0.1:51234/cb", false)]
    public async Task A_pool_can_leave_the_port_of_a_loopback_callback_to_the_app(string uri, bool isRight)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["CallbackURLs"] = new JsonArray("http://127.0.0.1:3000/cb") });
        (await Visit.Authorize(pool, ("redirect_uri", uri))).AssertErrorPage(pool, "redirect_mismatch");
        await Visit.Switch(pool, "loopback-ports");
        var answer = await Visit.Authorize(pool, ("redirect_uri", uri));
        if (!isRight)
        {
            answer.AssertErrorPage(pool, "redirect_mismatch");
            return;
        }
        answer.AssertAsks(pool);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser(), null, ("redirect_uri", uri));
        Assert.StartsWith(uri + "?code=", signedIn.Location, StringComparison.Ordinal);
        var (status, _) = await pool.Post(
            "/oauth2/token", null, ("grant_type", "authorization_code"), ("client_id", pool.ClientId), ("code", signedIn.Given("code")!), ("redirect_uri", uri));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Scripts_may_invent_the_forms_token_in_development_but_must_send_it_in_both_places()
    {
        var pool = await OAuthPool.Create(server);
        await Visit.SignIn(pool, await pool.Pool.AddUser());
        (string, string)[] form = [("username", "u"), ("password", "p")];
        (await Visit.To(pool.Url("/login"), form: [("_csrf", "a"), .. form])).AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
        (await Visit.To(pool.Url("/login"), "XSRF-TOKEN=b", form: [("_csrf", "a"), .. form])).AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
        (await Visit.To(pool.Url("/login"), "XSRF-TOKEN=b", form: form)).AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
        (await Visit.To(pool.Url("/login"), "XSRF-TOKEN=", form: [("_csrf", ""), .. form])).AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task In_production_new_pools_require_a_challenge_and_an_invented_token_is_refused()
    {
        await using var own = await TestServer.Own(static options => options with
        {
            Mode = ServerMode.Production, MasterKey = Convert.ToBase64String(new byte[32]), PublicUrl = "http://example.test",
        });
        var pool = await OAuthPool.Create(own);
        var host = $"{pool.Domain}.auth.example.test";
        string Url(string path, params (string, string?)[] parameters) => own.Url + new Uri(pool.Url(path, parameters)).PathAndQuery[$"/_domains/{pool.Domain}".Length..];
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(pool.Url("/oauth2/authorize"))).Status);
        Assert.Equal("code_challenge is required", (await Visit.To(Url("/oauth2/authorize"), host: host)).Given("error_description"));

        var begun = await Visit.To(Url("/oauth2/authorize", challenge), host: host);
        Assert.StartsWith($"http://{host}/login?", begun.Location, StringComparison.Ordinal);
        var cookie = begun.Cookies[0].Split(';')[0];
        var token = cookie["XSRF-TOKEN=".Length..];
        Assert.Contains(token, (await Visit.To(Url("/login", challenge), cookie, host)).Html, StringComparison.Ordinal);
        (string, string)[] form = [("username", await pool.Pool.AddUser()), ("password", Pool.Password)];
        foreach (var invented in new[] { "invented", Guid.NewGuid().ToString(), token[..^1] + (token[^1] is 'A' ? 'B' : 'A'), Guid.NewGuid() + token[36..] })
        {
            (await Visit.To(Url("/login", challenge), "XSRF-TOKEN=" + invented, host, form: [("_csrf", invented), .. form]))
                .AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
        }
        var other = await OAuthPool.Create(own);
        var others = await Visit.To(
            own.Url + new Uri(other.Url("/login", challenge)).PathAndQuery[$"/_domains/{other.Domain}".Length..], cookie, $"{other.Domain}.auth.example.test", form: [("_csrf", token), .. form]);
        others.AssertShows("The form could not be checked.", HttpStatusCode.Forbidden);
        (await Visit.To(Url("/login", challenge), cookie, host, form: [("_csrf", token), .. form])).Code();

        var switchedOff = await own.Api.Call("CreateUserPool", new() { ["PoolName"] = "p", ["UserPoolTags"] = new JsonObject { ["postern:require-pkce"] = "false" } });
        Assert.Equal("""{"postern:require-pkce":"false"}""", switchedOff["UserPool"]!["UserPoolTags"]!.ToJsonString());
    }
}
