using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

public sealed class AuthorizeStateTests(TestServer server)
{
    [Theory]
    [InlineData("a+b")]
    [InlineData("a%20b%2Bc")]
    [InlineData("a%2fb%2Fc/d")]
    [InlineData("x=1==")]
    [InlineData("%C3%A4%E2%82%AC")]
    [InlineData("%0d%0aSet-Cookie:%20x=y")]
    [InlineData("{%22a%22:1}|^`'()~!*;:@,$?[]")]
    [InlineData("%zz%")]
    public async Task State_comes_back_byte_for_byte_after_a_fresh_a_silent_and_a_failed_sign_in(string state)
    {
        var pool = await OAuthPool.Create(server);
        string Url(string path, string more = "") => pool.Url(path, ("state", null)) + "&state=" + state + more;
        var signedIn = await Visit.To(Url("/login"), "XSRF-TOKEN=invented", form: [("_csrf", "invented"), ("username", await pool.Pool.AddUser()), ("password", Pool.Password)]);
        Assert.EndsWith("&state=" + state, signedIn.Location, StringComparison.Ordinal);
        var silent = await Visit.To(Url("/oauth2/authorize"), signedIn.Session);
        silent.Code();
        Assert.EndsWith("&state=" + state, silent.Location, StringComparison.Ordinal);
        Assert.Equal($"https://app.example/callback?state={state}&error=login_required", (await Visit.To(Url("/oauth2/authorize", "&prompt=none"))).Location);
        Assert.Equal(pool.Base + "/login" + new Uri(pool.Url("/login", ("state", null))).Query + "&state=" + state, (await Visit.To(Url("/oauth2/authorize"))).Location);
    }

    [Fact]
    public async Task The_case_of_a_parameters_name_matters_and_its_escapes_do_not()
    {
        var pool = await OAuthPool.Create(server);
        var url = pool.Url("/oauth2/authorize", ("state", null), ("prompt", "none")) + "&State=b&Scope=nope&Client_Id=c&%73tate=a%2Bb";
        Assert.Equal("https://app.example/callback?state=a%2Bb&error=login_required", (await Visit.To(url)).Location);
        Assert.Equal(HttpStatusCode.BadRequest, (await Visit.To(pool.Url("/oauth2/authorize", ("client_id", null), ("CLIENT_ID", pool.ClientId)))).Status);
    }

    [Theory]
    [InlineData("https://app.example/cb?tenant=1", "https://app.example/cb?tenant=1&")]
    [InlineData("https://app.example/cb?", "https://app.example/cb?&")]
    [InlineData("myapp://callback", "myapp://callback?")]
    [InlineData("com.example.app:/oauth", "com.example.app:/oauth?")]
    [InlineData("http://localhost:3000/cb", "http://localhost:3000/cb?")]
    [InlineData("http://127.0.0.1:3000/cb", "http://127.0.0.1:3000/cb?")]
    [InlineData("http://[::1]:3000/cb", "http://[::1]:3000/cb?")]
    [InlineData("https://app.example/zurück", "https://app.example/zur%C3%BCck?")]
    public async Task Callbacks_of_every_kind_get_their_answer_joined_rightly(string callback, string start)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["CallbackURLs"] = new JsonArray(callback) });
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser(), null, ("redirect_uri", callback));
        Assert.StartsWith(start + "code=", signedIn.Location, StringComparison.Ordinal);
        Assert.EndsWith("&state=s", signedIn.Location, StringComparison.Ordinal);
        Assert.Equal(start + "state=s&error=login_required", (await Visit.Authorize(pool, ("redirect_uri", callback), ("prompt", "none"))).Location);
        var (status, _) = await pool.Post(
            "/oauth2/token", null, ("grant_type", "authorization_code"), ("client_id", pool.ClientId), ("code", signedIn.Given("code")!), ("redirect_uri", callback));
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task The_implicit_flow_gives_tokens_in_the_fragment_and_never_a_refresh_token()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var all = await Visit.SignIn(pool, user, null, ("response_type", "token"), ("nonce", "n"));
        Assert.StartsWith("https://app.example/callback#id_token=", all.Location, StringComparison.Ordinal);
        Assert.EndsWith("&expires_in=3600&token_type=Bearer&state=s", all.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("refresh", all.Location!, StringComparison.Ordinal);
        Assert.Equal("n", (string?)(await Jwt.Verify(server.Api, pool.Pool.Id, all.Given("id_token")!)).Claims["nonce"]);
        var access = await Visit.SignIn(pool, user, null, ("response_type", "token"), ("scope", "aws.cognito.signin.user.admin"));
        Assert.StartsWith("https://app.example/callback#access_token=", access.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ä€")]
    [InlineData("\x80\xff")]
    [InlineData("a\tb")]
    public async Task A_query_that_no_browser_would_send_is_no_fault_of_the_servers(string state)
    {
        var pool = await OAuthPool.Create(server);
        using var client = new TcpClient();
        var url = new Uri(pool.Url("/oauth2/authorize", ("state", null), ("prompt", "none")));
        await client.ConnectAsync(url.Host, url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"GET {url.PathAndQuery}&state={state} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var status = await reader.ReadLineAsync();
        Assert.Matches("^HTTP/1.1 (302|400) ", status);
    }
}
