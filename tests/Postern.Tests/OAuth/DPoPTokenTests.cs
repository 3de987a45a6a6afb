using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class DPoPTokenTests(TestServer server)
{
    private const string Algorithms = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512";

    [Fact]
    public async Task Tokens_of_a_public_client_are_bound_to_the_key_that_it_proved_through_all_refreshes()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var tokens = await pool.BoundTokens(await pool.Pool.AddUser(), key);
        Assert.Equal(["id_token", "access_token", "refresh_token", "expires_in", "token_type"], tokens.Select(static member => member.Key));
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(tokens.Text("access_token")));
        Assert.Null(DPoPCalls.BoundTo(tokens.Text("id_token")));

        var refreshed = await pool.RefreshWith(tokens.Text("refresh_token"), pool.TokenProof(key));
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (refreshed.Status, refreshed.Body.Text("token_type")));
        Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(refreshed.Body.Text("access_token")));
        AssertRefused(await pool.RefreshWith(tokens.Text("refresh_token"), pool.TokenProof(other)), "invalid_grant");
        AssertRefused(await pool.RefreshWith(tokens.Text("refresh_token"), null), "invalid_grant");
        // Off again, proofs are passed over: what is bound is of no use.
        await Visit.Switch(pool, "dpop", "false");
        AssertRefused(await pool.RefreshWith(tokens.Text("refresh_token"), pool.TokenProof(key)), "invalid_grant");
        await Visit.Switch(pool, "dpop");
        Assert.Equal(HttpStatusCode.OK, (await pool.RefreshWith(tokens.Text("refresh_token"), pool.TokenProof(key))).Status);
    }

    [Fact]
    public async Task Refresh_tokens_that_rotate_stay_bound_and_an_unbound_one_becomes_bound()
    {
        var pool = await DPoPCalls.Pool(server);
        await pool.Change(
            ("RefreshTokenRotation", new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 0 }), ("ExplicitAuthFlows", new JsonArray("ALLOW_USER_PASSWORD_AUTH")));
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var user = await pool.Pool.AddUser();
        foreach (var first in new[]
        {
            (await pool.BoundTokens(user, key)).Text("refresh_token"), (await pool.Tokens(user)).Text("refresh_token"), (await pool.Pool.SignIn(user))["RefreshToken"]!.ToString(),
        })
        {
            var second = await pool.RefreshWith(first, pool.TokenProof(key));
            Assert.Equal((HttpStatusCode.OK, "DPoP"), (second.Status, second.Body.Text("token_type")));
            AssertRefused(await pool.RefreshWith(second.Body.Text("refresh_token"), pool.TokenProof(other)), "invalid_grant");
            AssertRefused(await pool.RefreshWith(second.Body.Text("refresh_token"), null), "invalid_grant");
            var third = await pool.RefreshWith(second.Body.Text("refresh_token"), pool.TokenProof(key));
            Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(third.Body.Text("access_token")));
        }
    }

    [Fact]
    public async Task A_refresh_token_of_a_confidential_client_is_bound_to_the_client_alone()
    {
        var pool = await DPoPCalls.Pool(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        using var key = new HeldKey("ES256");
        using var next = new HeldKey("ES256");
        var code = await pool.Code(await pool.Pool.AddUser(), ("client_id", id));
        var tokens = await pool.Ask(
            "/oauth2/token", [pool.TokenProof(key)], Basic(id, secret!), ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OAuthPool.Callback));
        Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(tokens.Body.Text("access_token")));
        (string, string)[] refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens.Body.Text("refresh_token"))];
        var refreshed = await pool.Ask("/oauth2/token", [pool.TokenProof(next)], Basic(id, secret!), refresh);
        Assert.Equal(next.Thumbprint, DPoPCalls.BoundTo(refreshed.Body.Text("access_token")));
        var unbound = await pool.Grant(Basic(id, secret!), refresh);
        Assert.Equal("Bearer", unbound.Body.Text("token_type"));
        Assert.Null(DPoPCalls.BoundTo(unbound.Body.Text("access_token")));
    }

    [Fact]
    public async Task UserInfo_takes_a_bound_token_by_its_scheme_with_a_proof_for_this_token()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var user = await pool.Pool.AddUser();
        var token = (await pool.BoundTokens(user, key)).Text("access_token");
        var good = await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token));
        Assert.Equal((HttpStatusCode.OK, user), (good.Status, good.Body.Text("username")));
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfoBy("dpop", token, pool.InfoProof(key, token))).Status);

        const string AsBearer = "The access token is bound to a key: it is sent by the scheme DPoP, with a proof";
        AssertChallenged(await pool.UserInfo(token), "invalid_token", AsBearer);
        AssertChallenged(await pool.UserInfoBy("Bearer", token, pool.InfoProof(key, token)), "invalid_token", AsBearer);
        AssertChallenged(await pool.Form("/oauth2/userInfo", null, ("access_token", token)), "invalid_token", AsBearer);
        AssertChallenged(await pool.UserInfoBy("DPoP", token), "invalid_dpop_proof", "The access token needs a DPoP proof");
        AssertChallenged(await pool.UserInfoBy("DPoP", token, pool.InfoProof(other, token)), "invalid_token", "The DPoP proof is by another key than the access token is bound to");
        foreach (var hash in new JsonNode?[] { null, "", "x", other.Thumbprint, 1 })
            AssertChallenged(await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token, ("ath", hash))), "invalid_dpop_proof", "The DPoP proof is for another access token");
        AssertChallenged(await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token, ("htm", "POST"))), "invalid_dpop_proof", "The DPoP proof is for another method");
        AssertChallenged(await pool.UserInfoBy("DPoP", token, pool.TokenProof(key, ("htm", "GET"))), "invalid_dpop_proof", "The DPoP proof is for another address");
        var proof = pool.InfoProof(key, token);
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfoBy("DPoP", token, proof)).Status);
        AssertChallenged(await pool.UserInfoBy("DPoP", token, proof), "invalid_dpop_proof", "The DPoP proof was used already");
    }

    [Fact]
    public async Task UserInfo_takes_an_unbound_token_as_a_bearer_alone()
    {
        var pool = await DPoPCalls.Pool(server);
        using var key = new HeldKey("ES256");
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("access_token");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(token)).Status);
        AssertChallenged(await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token)), "invalid_token", "The access token is not bound to a key");
    }

    [Fact]
    public async Task UserInfo_wants_a_nonce_where_the_pool_does()
    {
        var pool = await DPoPCalls.Pool(server, "dpop", "dpop-nonce");
        using var key = new HeldKey("ES256");
        var code = await pool.Code(await pool.Pool.AddUser());
        var nonce = (await pool.ExchangeWith(code, pool.TokenProof(key))).Header("DPoP-Nonce");
        var token = (await pool.ExchangeWith(code, pool.TokenProof(key, ("nonce", nonce)))).Body.Text("access_token");
        var asked = await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token));
        AssertChallenged(asked, "use_dpop_nonce", "The DPoP proof must hold the nonce of the header DPoP-Nonce");
        var good = await pool.UserInfoBy("DPoP", token, pool.InfoProof(key, token, ("nonce", asked.Header("DPoP-Nonce"))));
        Assert.Equal(HttpStatusCode.OK, good.Status);
        Assert.NotNull(good.Header("DPoP-Nonce"));
    }

    [Fact]
    public async Task Introspection_tells_what_a_token_is_bound_to()
    {
        var pool = await DPoPCalls.Pool(server, "dpop", "introspection");
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        using var key = new HeldKey("PS256");
        var user = await pool.Pool.AddUser();
        var bound = await pool.Form("/oauth2/introspect", Basic(id, secret!), ("token", (await pool.BoundTokens(user, key)).Text("access_token")));
        Assert.Equal(("DPoP", key.Thumbprint), (bound.Body.Text("token_type"), (string?)bound.Body["cnf"]!["jkt"]));
        var unbound = await pool.Form("/oauth2/introspect", Basic(id, secret!), ("token", (await pool.Tokens(user)).Text("access_token")));
        Assert.Equal(("Bearer", false), (unbound.Body.Text("token_type"), unbound.Body.ContainsKey("cnf")));
    }

    [Fact]
    public async Task A_bound_token_registers_clients_by_its_scheme_alone()
    {
        var pool = await RegistrationCalls.Pool(server, """{"AllowedScopes":["aws.cognito.signin.user.admin"]}""");
        await pool.Change(("AllowedOAuthScopes", new JsonArray("openid", RegistrationCalls.Scope)));
        await Visit.Switch(pool, "dpop");
        using var key = new HeldKey("ES256");
        var token = (await pool.BoundTokens(await pool.Pool.AddUser(), key, ("scope", RegistrationCalls.Scope))).Text("access_token");
        async Task<OAuthAnswer> Register(string scheme, params (string, string)[] proof) => await pool.Send(
            HttpMethod.Post, "/oauth2/register", new StringContent($$"""{"redirect_uris":["{{OAuthPool.Callback}}"]}""", System.Text.Encoding.UTF8, "application/json"), $"{scheme} {token}", proof);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), ((await Register("Bearer")).Status, (await Register("Bearer")).Error));
        Assert.Equal("invalid_dpop_proof", (await Register("DPoP")).Error);
        Assert.Equal(HttpStatusCode.Created, (await Register("DPoP", ("DPoP", key.Proof("POST", pool.Base + "/oauth2/register", token)))).Status);
    }

    private static void AssertChallenged(OAuthAnswer answer, string error, string description)
    {
        AssertRefused(answer, error, description, HttpStatusCode.Unauthorized);
        Assert.Equal($"DPoP error=\"{error}\", error_description=\"{description}\", algs=\"{Algorithms}\"", answer.Header("WWW-Authenticate"));
    }
}
