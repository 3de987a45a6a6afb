using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth;

/// <summary>What tokens of pages say beyond those of the API.</summary>
public sealed class OAuthTokenTests(TestServer server)
{
    [Fact]
    public async Task The_claims_are_those_of_the_sheet_in_its_order()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        await server.Api.Call("CreateGroup", new() { ["UserPoolId"] = pool.Pool.Id, ["GroupName"] = "g" });
        await pool.Pool.Admin("AdminAddUserToGroup", user, new() { ["GroupName"] = "g" });
        var tokens = await pool.Tokens(user, ("scope", "openid email"), ("nonce", "n+/= ö"));
        var access = await Jwt.Verify(server.Api, pool.Pool.Id, tokens.Text("access_token"));
        var id = await Jwt.Verify(server.Api, pool.Pool.Id, tokens.Text("id_token"));

        Assert.Equal(
            ["sub", "cognito:groups", "iss", "version", "client_id", "origin_jti", "event_id", "token_use", "scope", "acr", "auth_time", "exp", "iat", "jti", "username"],
            access.Claims.Select(static pair => pair.Key));
        Assert.Equal(
            ["at_hash", "sub", "cognito:groups", "iss", "cognito:username", "origin_jti", "aud", "nonce", "event_id", "token_use", "acr", "auth_time", "exp", "iat", "jti", "email", "email_verified"],
            id.Claims.Select(static pair => pair.Key));
        Assert.Equal("2", access.Claims["version"]!.ToJsonString());
        Assert.Equal("openid email", (string?)access.Claims["scope"]);
        Assert.Equal("n+/= ö", (string?)id.Claims["nonce"]);
        Assert.Equal(pool.ClientId, (string?)id.Claims["aud"]);
        Assert.Equal((string?)access.Claims["event_id"], (string?)id.Claims["event_id"]);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens.Text("access_token")));
        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), (string?)id.Claims["at_hash"]);
        Assert.Equal(3600, (int)tokens["expires_in"]!);
    }

    [Fact]
    public async Task A_resource_is_the_access_token_s_audience()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var tokens = await pool.Tokens(user, ("scope", "openid"), ("resource", "https://api.example/v1"));
        Assert.Equal("https://api.example/v1", (string?)Jwt.Read(tokens.Text("access_token")).Claims["aud"]);
        Assert.Equal(pool.ClientId, (string?)Jwt.Read(tokens.Text("id_token")).Claims["aud"]);
        Assert.False(Jwt.Read((await pool.Tokens(user)).Text("access_token")).Claims.ContainsKey("aud"));
    }

    [Fact]
    public async Task Without_openid_there_is_no_ID_token()
    {
        var pool = await OAuthPool.Create(server);
        var tokens = await pool.Tokens(await pool.Pool.AddUser(), ("scope", "aws.cognito.signin.user.admin"));
        Assert.Equal(["access_token", "expires_in", "refresh_token", "token_type"], tokens.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal("aws.cognito.signin.user.admin", (string?)Jwt.Read(tokens.Text("access_token")).Claims["scope"]);
    }

    [Fact]
    public async Task Without_revocation_tokens_do_not_name_their_sign_in()
    {
        var pool = await OAuthPool.Create(server, client: new() { ["EnableTokenRevocation"] = false });
        var tokens = await pool.Tokens(await pool.Pool.AddUser());
        foreach (var kind in new[] { "access_token", "id_token" })
            Assert.False(Jwt.Read(tokens.Text(kind)).Claims.ContainsKey("origin_jti"));
    }

    [Fact]
    public async Task Each_code_of_a_browser_is_a_sign_in_of_its_own_at_the_time_of_the_interactive_one()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        var (_, first) = await pool.Exchange(browser.Given("code")!);
        await browser.Open(pool.Url("/oauth2/authorize", ("prompt", "none")));
        var (_, second) = await pool.Exchange(browser.Given("code")!);
        JsonObject[] claims = [Jwt.Read(first.Text("access_token")).Claims, Jwt.Read(second.Text("access_token")).Claims];
        Assert.Equal((long)claims[0]["auth_time"]!, (long)claims[1]["auth_time"]!);
        Assert.NotEqual((string?)claims[0]["origin_jti"], (string?)claims[1]["origin_jti"]);
        Assert.NotEqual((string?)claims[0]["event_id"], (string?)claims[1]["event_id"]);
    }
}
