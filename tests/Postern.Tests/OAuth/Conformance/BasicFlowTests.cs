using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>Modules of the plan oidcc-basic-certification-test-plan about the flow itself. Each makes the checks of <see cref="RelyingParty"/>.</summary>
public sealed class BasicFlowTests(TestServer server)
{
    [Fact(DisplayName = "oidcc-server: a code for openid gives tokens that verify, and userInfo")]
    public async Task Server()
    {
        using var party = await RelyingParty.Create(server);
        var callback = await party.Authorize();
        Assert.True(callback.WasAsked);
        await party.UserInfo(await party.Exchange(callback));
    }

    [Fact(DisplayName = "oidcc-server-client-secret-post: the client's secret may stand in the form")]
    public async Task Secret_in_the_form()
    {
        using var party = await RelyingParty.Create(server);
        await party.UserInfo(await party.Exchange(await party.Authorize(), byPost: true));
        Assert.Contains("client_secret_post", party.Discovered["token_endpoint_auth_methods_supported"]!.AsArray().Select(static method => (string?)method));
    }

    [Fact(DisplayName = "oidcc-response-type-missing: the fault is told, with the state, and there is no code")]
    public async Task Response_type_missing()
    {
        using var party = await RelyingParty.Create(server);
        var visit = await Visit.Authorize(party.Pool, ("response_type", null), ("scope", "openid"), ("state", "missing"));
        Assert.StartsWith(OAuthPool.Callback + "?", visit.Location, StringComparison.Ordinal);
        Assert.Equal(("invalid_request", "missing", null), (visit.Given("error"), visit.Given("state"), visit.Given("code")));
    }

    [Fact(DisplayName = "oidcc-idtoken-signature: RS256 by a published key, which the header names")]
    public async Task Signature()
    {
        using var party = await RelyingParty.Create(server);
        var header = Jwt.Read((await party.Tokens()).Text("id_token")).Header;
        Assert.Equal("RS256", (string?)header["alg"]);
        var keys = (await server.Api.Get($"/{party.Pool.Pool.Id}/.well-known/jwks.json"))!["keys"]!.AsArray();
        Assert.Single(keys, key => (string?)key!["kid"] == (string?)header["kid"]);
    }

    [Fact(DisplayName = "oidcc-idtoken-unsigned: none is not offered")]
    public async Task Unsigned()
    {
        using var party = await RelyingParty.Create(server);
        Assert.Equal("""["RS256"]""", party.Discovered["id_token_signing_alg_values_supported"]!.ToJsonString());
    }

    [Fact(DisplayName = "oidcc-ensure-request-without-nonce-succeeds-for-code-flow: then the ID token has none")]
    public async Task Without_nonce()
    {
        using var party = await RelyingParty.Create(server);
        var callback = await party.Authorize(("nonce", null));
        Assert.Null(callback.Nonce);
        await party.Exchange(callback);
    }

    [Fact(DisplayName = "oidcc-alternate-happy-flow (formerly oidcc-ensure-other-scope-order-succeeds): neither scopes nor parameters have an order")]
    public async Task Another_order()
    {
        using var party = await RelyingParty.Create(server);
        using var browser = party.Pool.Browser();
        await browser.Open($"{party.Pool.Base}/oauth2/authorize?nonce=n&scope=email%20openid&redirect_uri={Uri.EscapeDataString(OAuthPool.Callback)}&state=s&client_id={party.Pool.ClientId}&response_type=code");
        await browser.Submit(("username", party.User), ("password", Pool.Password));
        Assert.Equal("s", browser.Given("state"));
        var tokens = await party.Exchange(new(browser.Given("code")!, "n", null));
        Assert.Equal(party.User + "@example.com", (string?)(await party.UserInfo(tokens))["email"]);
    }

    [Fact(DisplayName = "oidcc-ensure-request-with-valid-pkce-succeeds: a challenge by S256 needs its verifier")]
    public async Task Pkce()
    {
        using var party = await RelyingParty.Create(server);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        await party.Exchange(await party.Authorize(("code_challenge", challenge), ("code_challenge_method", "S256")), more: ("code_verifier", verifier));
        OAuthCalls.AssertRefused(await party.TryExchange(await party.Authorize(("code_challenge", challenge), ("code_challenge_method", "S256"))), "invalid_grant");
    }

    [Fact(DisplayName = "oidcc-codereuse: a code that was used is an invalid_grant")]
    public async Task Code_reuse()
    {
        using var party = await RelyingParty.Create(server);
        var callback = await party.Authorize();
        await party.Exchange(callback);
        OAuthCalls.AssertRefused(await party.TryExchange(callback), "invalid_grant");
    }

    [Fact(DisplayName = "oidcc-codereuse-30seconds: the same half a minute later, and what the first use gave is revoked")]
    public async Task Code_reuse_after_30_seconds()
    {
        await using var own = await TestServer.Own();
        using var party = await RelyingParty.Create(own);
        var callback = await party.Authorize();
        var tokens = await party.Exchange(callback);
        await party.Wait(30);
        await party.UserInfo(tokens);
        OAuthCalls.AssertRefused(await party.TryExchange(callback), "invalid_grant");
        Assert.Equal(HttpStatusCode.Unauthorized, (await party.Pool.UserInfo(tokens.Text("access_token"))).Status);
    }

    [Fact(DisplayName = "oidcc-refresh-token: it renews both tokens for its own client, and is of no use to another")]
    public async Task Refresh_token()
    {
        using var party = await RelyingParty.Create(server);
        var first = await party.Tokens();
        var refreshed = await party.Refresh(first.Text("refresh_token"));
        RelyingParty.AssertTokens(refreshed);
        Assert.NotEqual(first.Text("access_token"), refreshed.Body.Text("access_token"));
        var (before, after) = (Jwt.Read(first.Text("id_token")).Claims, await party.Verify(refreshed.Body, nonce: null));
        foreach (var same in new[] { "iss", "sub", "aud", "auth_time" })
            Assert.Equal(before[same]!.ToJsonString(), after[same]!.ToJsonString());
        await party.UserInfo(refreshed.Body);

        var (id, secret) = await party.Pool.AddUsersClient(withSecret: true);
        OAuthCalls.AssertRefused(
            await party.Pool.Grant(OAuthCalls.Basic(id, secret!), ("grant_type", "refresh_token"), ("refresh_token", first.Text("refresh_token"))), "invalid_grant");
    }

    [Fact(DisplayName = "oidcc-ensure-registered-redirect-uri: another is told on a page, and nobody is sent there")]
    public async Task Registered_redirect_uri()
    {
        using var party = await RelyingParty.Create(server);
        foreach (var other in new[] { OAuthPool.Callback + "/more", OAuthPool.Callback + "?added=1", OAuthPool.Callback[..^1] })
            (await Visit.Authorize(party.Pool, ("scope", "openid"), ("redirect_uri", other))).AssertErrorPage(party.Pool, "redirect_mismatch");
    }
}
