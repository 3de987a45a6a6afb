using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class RevokeTests(TestServer server)
{
    [Fact]
    public async Task A_revoked_refresh_token_ends_with_the_access_tokens_of_its_sign_in_and_no_other()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        var (_, first) = await pool.Exchange(browser.Given("code")!);
        await browser.Open(pool.Url("/oauth2/authorize", ("prompt", "none")));
        var (_, second) = await pool.Exchange(browser.Given("code")!);
        var refreshed = (await pool.Refresh(first.Text("refresh_token"))).Body;

        IsDone(await pool.Revoke(first.Text("refresh_token"), ("token_type_hint", "access_token")));
        AssertRefused(await pool.Refresh(first.Text("refresh_token")), "invalid_grant");
        foreach (var access in new[] { first, refreshed })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await pool.UserInfo(access.Text("access_token"))).Status);
            Assert.Equal("Access Token has been revoked", (await pool.Pool.HolderFails("GetUser", access.Text("access_token"))).Text);
        }
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(second.Text("access_token"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(second.Text("refresh_token"))).Status);
        // The browser stays signed in.
        await browser.Open(pool.Url("/oauth2/authorize", ("prompt", "none")));
        Assert.NotNull(browser.Given("code"));
        IsDone(await pool.Revoke(first.Text("refresh_token")));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("tökén \0 ' --")]
    public async Task What_is_no_token_is_revoked_as_far_as_anyone_can_tell(string token)
    {
        var pool = await OAuthPool.Create(server);
        IsDone(await pool.Revoke(token));
    }

    [Fact]
    public async Task Access_and_ID_tokens_are_not_revoked_one_by_one()
    {
        var pool = await OAuthPool.Create(server);
        var tokens = await pool.Tokens(await pool.Pool.AddUser());
        foreach (var kind in new[] { "access_token", "id_token" })
            AssertRefused(await pool.Revoke(tokens.Text(kind)), "unsupported_token_type");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(tokens.Text("access_token"))).Status);
    }

    [Fact]
    public async Task A_token_is_needed_and_it_must_be_the_client_s()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        AssertRefused(await pool.Form("/oauth2/revoke", null, ("client_id", pool.ClientId)), "invalid_request");
        AssertRefused(await pool.Revoke(""), "invalid_request");
        AssertRefused(await pool.Form("/oauth2/revoke", Basic(id, secret!), ("token", token)), "invalid_request");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(token)).Status);
    }

    [Fact]
    public async Task A_client_whose_tokens_cannot_be_revoked_is_told_so()
    {
        var pool = await OAuthPool.Create(server, client: new() { ["EnableTokenRevocation"] = false });
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("refresh_token");
        AssertRefused(await pool.Revoke(token), "invalid_request");
        Assert.Equal(HttpStatusCode.OK, (await pool.Refresh(token)).Status);
    }

    [Fact]
    public async Task A_client_that_is_not_proved_gets_401()
    {
        var pool = await OAuthPool.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        foreach (var (header, client) in new[] { (Basic(id, "wrong"), ""), (Basic("nobody", "x"), ""), (null, id), ("Bearer x", id), (Basic(id, secret!), pool.ClientId) })
        {
            var answer = await pool.Form("/oauth2/revoke", header, ("token", "x"), ("client_id", client));
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        }
        IsDone(await pool.Form("/oauth2/revoke", Basic(id, secret!), ("token", "x")));
        IsDone(await pool.Form("/oauth2/revoke", null, ("token", "x"), ("client_id", id), ("client_secret", secret!)));
    }

    [Fact]
    public async Task It_revokes_tokens_of_the_API_and_RevokeToken_those_of_pages()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var token = (string)(await pool.Pool.SignIn(user))["RefreshToken"]!;
        IsDone(await pool.Revoke(token));
        Assert.Equal("Refresh Token has been revoked", (await pool.Pool.InitiateFails("REFRESH_TOKEN_AUTH", ("REFRESH_TOKEN", token))).Text);
        var hosted = (await pool.Tokens(user)).Text("refresh_token");
        await server.Api.Call("RevokeToken", new JsonObject { ["ClientId"] = pool.ClientId, ["Token"] = hosted }, sign: false);
        AssertRefused(await pool.Refresh(hosted), "invalid_grant");
    }

    private static void IsDone(OAuthAnswer answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("0", answer.Header("Content-Length"));
        Assert.Null(answer.ContentType);
    }
}
