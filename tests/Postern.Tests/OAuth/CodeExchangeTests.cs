using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class CodeExchangeTests(TestServer server)
{
    [Fact]
    public async Task A_code_belongs_to_its_client_and_its_redirect_uri_and_stays_good_when_others_try()
    {
        var pool = await OAuthPool.Create(server);
        var (other, secret) = await pool.AddUsersClient(withSecret: true);
        var code = await pool.Code(await pool.Pool.AddUser());

        AssertRefused(await Exchange(pool, code, OAuthPool.Callback, Basic(other, secret!), client: null), "invalid_grant");
        foreach (var address in new[] { OAuthPool.Callback + "/", "https://evil.example/", OAuthPool.Callback.ToUpperInvariant() })
            AssertRefused(await Exchange(pool, code, address), "unauthorized_client", "invalid_redirect");
        AssertRefused(await Exchange(pool, code, ""), "invalid_request");
        AssertRefused(await pool.Grant(null, ("grant_type", "authorization_code"), ("client_id", pool.ClientId), ("redirect_uri", OAuthPool.Callback)), "invalid_request");
        foreach (var bad in new[] { "x", code[..^1], code + "A", Guid.NewGuid().ToString() })
            AssertRefused(await Exchange(pool, bad), "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await Exchange(pool, code)).Status);
    }

    [Theory]
    [InlineData(36)]
    [InlineData(43)]
    [InlineData(128)]
    public async Task A_challenge_needs_its_verifier_of_whatever_length(int length)
    {
        var pool = await OAuthPool.Create(server);
        var verifier = RandomNumberGenerator.GetHexString(length, lowercase: true);
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var code = await pool.Code(await pool.Pool.AddUser(), ("code_challenge", challenge), ("code_challenge_method", "S256"));
        AssertRefused(await Exchange(pool, code), "invalid_grant");
        foreach (var wrong in new[] { "", challenge, verifier[..^1], verifier + "0", verifier.ToUpperInvariant() + "-" })
            AssertRefused(await Exchange(pool, code, more: ("code_verifier", wrong)), "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await Exchange(pool, code, more: ("code_verifier", verifier))).Status);
    }

    [Fact]
    public async Task A_verifier_without_a_challenge_is_passed_over()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(HttpStatusCode.OK, (await Exchange(pool, await pool.Code(await pool.Pool.AddUser()), more: ("code_verifier", "anything"))).Status);
    }

    [Fact]
    public async Task A_flow_that_was_taken_from_the_client_gives_no_tokens_any_more()
    {
        var pool = await OAuthPool.Create(server);
        var code = await pool.Code(await pool.Pool.AddUser());
        await pool.Change(("AllowedOAuthFlows", new JsonArray("implicit")));
        AssertRefused(await Exchange(pool, code), "unauthorized_client");
        await pool.Change(("AllowedOAuthFlows", new JsonArray("code")), ("AllowedOAuthFlowsUserPoolClient", false));
        AssertRefused(await Exchange(pool, code), "unauthorized_client");
        await pool.Change(("AllowedOAuthFlowsUserPoolClient", true));
        Assert.Equal(HttpStatusCode.OK, (await Exchange(pool, code)).Status);
    }

    [Fact]
    public async Task A_code_lives_five_minutes()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        var first = browser.Given("code")!;
        await browser.Open(pool.Url("/oauth2/authorize"));
        var second = browser.Given("code")!;
        await own.Advance("PT4M58S");
        Assert.Equal(HttpStatusCode.OK, (await Exchange(pool, first)).Status);
        await own.Advance("PT3S");
        AssertRefused(await Exchange(pool, second), "invalid_grant");
    }

    [Fact]
    public async Task A_second_use_is_refused_and_ends_what_the_first_one_gave()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var code = await pool.Code(user);
        var (_, tokens) = await pool.Exchange(code);
        var access = tokens.Text("access_token");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(access)).Status);

        AssertRefused(await Exchange(pool, code), "invalid_grant");
        AssertRefused(await pool.Refresh(tokens.Text("refresh_token")), "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await pool.UserInfo(access)).Status);
        Assert.Equal("Access Token has been revoked", (await pool.Pool.HolderFails("GetUser", access)).Text);
        // The sign-in itself lives on: its next code is as good as the first was.
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo((await pool.Tokens(user)).Text("access_token"))).Status);
    }

    [Fact]
    public async Task Without_its_verifier_a_used_code_ends_nothing()
    {
        var pool = await OAuthPool.Create(server);
        var challenge = Base64Url.EncodeToString(SHA256.HashData("verifier"u8));
        var code = await pool.Code(await pool.Pool.AddUser(), ("code_challenge", challenge), ("code_challenge_method", "S256"));
        var given = await Exchange(pool, code, more: ("code_verifier", "verifier"));
        AssertRefused(await Exchange(pool, code, more: ("code_verifier", "stolen")), "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(given.Body.Text("access_token"))).Status);
    }

    [Fact]
    public async Task Of_many_exchanges_at_once_exactly_one_wins()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        for (var round = 0; round < 5; round++)
        {
            await browser.Open(pool.Url("/oauth2/authorize"));
            var code = browser.Given("code")!;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Exchange(pool, code)));
            Assert.Single(answers, static answer => answer.Status is HttpStatusCode.OK);
            Assert.Equal(7, answers.Count(static answer => answer.Error is "invalid_grant"));
        }
    }

    [Theory]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    [InlineData("AdminUserGlobalSignOut")]
    public async Task A_code_of_a_user_who_may_not_go_on_is_of_no_use(string operation)
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var code = await pool.Code(user);
        await pool.Pool.Admin(operation, user);
        AssertRefused(await Exchange(pool, code), "invalid_grant");
    }

    [Theory]
    [InlineData("openid email", "email", false)]
    [InlineData("openid email", "email email_verified", true)]
    [InlineData("openid phone", "phone_number email email_verified", false)]
    [InlineData("openid phone", "phone_number phone_number_verified", true)]
    [InlineData("openid profile", "name", true)]
    [InlineData("openid", "name", true)]
    public async Task Every_attribute_of_the_scopes_must_be_readable(string scope, string readable, bool isGiven)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["ReadAttributes"] = new JsonArray([.. readable.Split(' ')]) });
        var answer = await Exchange(pool, await pool.Code(await pool.Pool.AddUser(), ("scope", scope)));
        Assert.Equal(isGiven ? null : "invalid_grant", answer.Error);
        Assert.Equal(isGiven, answer.Body.ContainsKey("access_token"));
    }

    [Fact]
    public async Task A_scope_that_its_server_lost_is_left_out()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("https://api.example/v1", "read", "write");
        await pool.Change(("AllowedOAuthScopes", new JsonArray("openid", "https://api.example/v1/read", "https://api.example/v1/write")));
        var user = await pool.Pool.AddUser();
        Assert.Equal("openid https://api.example/v1/read https://api.example/v1/write", Scope(await pool.Tokens(user)));
        await pool.ChangeServer("https://api.example/v1", "write");
        var tokens = await pool.Tokens(user, ("scope", "https://api.example/v1/read https://api.example/v1/write openid"));
        Assert.Equal("https://api.example/v1/write openid", Scope(tokens));
        await pool.ChangeServer("https://api.example/v1", "read");
        Assert.Equal("https://api.example/v1/write openid", Scope((await pool.Refresh(tokens.Text("refresh_token"))).Body));
        Assert.Equal("openid https://api.example/v1/read", Scope(await pool.Tokens(user)));
    }

    private static string? Scope(JsonObject tokens) => (string?)Jwt.Read(tokens.Text("access_token")).Claims["scope"];

    private static Task<OAuthAnswer> Exchange(
        OAuthPool pool, string code, string redirectUri = OAuthPool.Callback, string? authorization = null, string? client = "own", params (string Name, string Value)[] more) =>
        pool.Grant(authorization,
        [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("client_id", client is null ? "" : pool.ClientId), .. more,
        ]);
}
