using System.Net;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class CodeGrantTests(TestServer server)
{
    [Fact]
    public async Task A_sign_in_on_the_page_ends_at_the_callback_with_a_code_that_gives_tokens_once()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var code = await pool.Code(user, ("scope", "openid email"), ("nonce", "n"));

        var (status, tokens) = await pool.Exchange(code);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotNull(tokens["id_token"]);
        Assert.NotNull(tokens["refresh_token"]);
        Assert.Equal("Bearer", (string?)tokens["token_type"]);

        var (again, refused) = await pool.Exchange(code);
        Assert.Equal(HttpStatusCode.BadRequest, again);
        Assert.Equal("invalid_grant", (string?)refused["error"]);
    }

    [Fact]
    public async Task The_browser_that_signed_in_gets_the_next_code_without_a_page()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        Assert.NotNull(browser.Given("code"));
        await browser.Open(pool.Url("/oauth2/authorize", ("prompt", "none"), ("state", "again")));
        Assert.NotNull(browser.Given("code"));
        Assert.Equal("again", browser.Given("state"));
    }
}
