using System.Net;
using System.Text.Json.Nodes;
using Postern.CommandLine;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.DPoPCalls;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

/// <summary>What the pool's switches change: nothing, proofs, proofs that must be there, nonces.</summary>
public sealed class DPoPSwitchTests(TestServer server)
{
    [Fact]
    public async Task A_pool_that_did_not_switch_it_on_passes_the_header_over_and_announces_nothing()
    {
        var (pool, id, secret) = await Machine(server);
        using var key = new HeldKey("ES256");
        foreach (var proof in new[] { pool.TokenProof(key), "nonsense" })
        {
            var answer = await pool.AskFor(id, secret, proof);
            Assert.Equal((HttpStatusCode.OK, "Bearer"), (answer.Status, answer.Body.Text("token_type")));
            Assert.Null(BoundTo(answer.Body.Text("access_token")));
            Assert.Null(answer.Header("DPoP-Nonce"));
            Assert.Null(answer.Header("Access-Control-Expose-Headers"));
        }
        var tokens = await pool.ExchangeWith(await pool.Code(await pool.Pool.AddUser(), ("dpop_jkt", key.Thumbprint)), pool.TokenProof(key));
        Assert.Equal("Bearer", tokens.Body.Text("token_type"));
        AssertRefused(await pool.UserInfoBy("DPoP", tokens.Body.Text("access_token"), pool.InfoProof(key, tokens.Body.Text("access_token"))), "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(tokens.Body.Text("access_token"))).Status);
        Assert.Null((await pool.Discovery())["dpop_signing_alg_values_supported"]);
        Assert.DoesNotContain("dpop", await Preflight(pool.Base + "/oauth2/token"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_announced_and_open_to_scripts_where_it_is_switched_on_for_some_client()
    {
        var (pool, id, secret) = await Machine(server);
        using var key = new HeldKey("ES256");
        await Visit.Switch(pool, "dpop", id);
        Assert.Equal(
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            (await pool.Discovery())["dpop_signing_alg_values_supported"]!.AsArray().Select(static name => (string)name!));
        foreach (var path in new[] { "/oauth2/token", "/oauth2/userInfo" })
            Assert.Contains("dpop", (await Preflight(pool.Base + path)).Split(", "));
        Assert.Contains("dpop", (await Preflight(server.Url + "/")).Split(", "));
        Assert.DoesNotContain("dpop", await Preflight(pool.Base + "/oauth2/token", "content-type"), StringComparison.Ordinal);
        var bound = await pool.AskFor(id, secret, pool.TokenProof(key));
        Assert.Equal("DPoP", bound.Body.Text("token_type"));
        Assert.Equal("DPoP-Nonce, WWW-Authenticate", bound.Header("Access-Control-Expose-Headers"));
        // Another client sends a header that means nothing to it.
        var user = await pool.ExchangeWith(await pool.Code(await pool.Pool.AddUser()), pool.TokenProof(key));
        Assert.Equal("Bearer", user.Body.Text("token_type"));
    }

    [Fact]
    public async Task A_proof_is_good_once_on_all_servers_of_a_database_and_each_takes_the_other_s_nonce()
    {
        var database = await (await Storage.Postgres.Cluster.Current()).NewDatabase(isMigrated: false);
        ServerOptions With(ServerOptions options) =>
            options with { Data = null, Db = database, MasterKey = Convert.ToBase64String(new byte[32]), PublicUrl = "http://example.test" };
        await using var one = await TestServer.Own(With);
        await using var two = await TestServer.Own(With);
        var (pool, id, secret) = await Machine(one, "dpop", "dpop-nonce");
        using var key = new HeldKey("ES256");
        async Task<OAuthAnswer> At(TestServer node, string proof)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{node.Url}/_domains/{pool.Domain}/oauth2/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
            request.Headers.TryAddWithoutValidation("Authorization", Basic(id, secret));
            request.Headers.TryAddWithoutValidation("DPoP", proof);
            var response = await node.Api.Http.SendAsync(request);
            return new(response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject(), response);
        }
        var address = $"http://{pool.Domain}.auth.example.test/oauth2/token";
        var nonce = (await At(one, key.Proof("POST", address))).Header("DPoP-Nonce");
        var proof = key.Proof("POST", address, changed: ("nonce", nonce));
        Assert.Equal(HttpStatusCode.OK, (await At(two, proof)).Status);
        foreach (var node in new[] { one, two })
            AssertWrong(await At(node, proof), "The DPoP proof was used already");
        Assert.Equal(HttpStatusCode.OK, (await At(one, key.Proof("POST", address, changed: ("nonce", nonce)))).Status);
    }

    [Fact]
    public async Task A_client_that_must_prove_a_key_gets_nothing_without()
    {
        var (pool, id, secret) = await Machine(server);
        using var key = new HeldKey("ES256");
        await Visit.Switch(pool, "require-dpop", id);
        AssertWrong(await pool.Grant(Basic(id, secret), ("grant_type", "client_credentials")), "The client must send a DPoP proof");
        Assert.Equal("DPoP", (await pool.AskFor(id, secret, pool.TokenProof(key))).Body.Text("token_type"));
        var code = await pool.Code(await pool.Pool.AddUser());
        Assert.Equal("Bearer", (await pool.ExchangeWith(code, null)).Body.Text("token_type"));

        await Visit.Switch(pool, "require-dpop");
        code = await pool.Code(await pool.Pool.AddUser());
        AssertWrong(await pool.ExchangeWith(code, null), "The client must send a DPoP proof");
        // The code is good still.
        var tokens = await pool.ExchangeWith(code, pool.TokenProof(key));
        Assert.Equal("DPoP", tokens.Body.Text("token_type"));
        AssertWrong(await pool.RefreshWith(tokens.Body.Text("refresh_token"), null), "The client must send a DPoP proof");
        Assert.Equal("DPoP", (await pool.RefreshWith(tokens.Body.Text("refresh_token"), pool.TokenProof(key))).Body.Text("token_type"));
        var implicitly = await Visit.Authorize(pool, ("response_type", "token"));
        Assert.Equal("unauthorized_client", implicitly.Given("error"));
    }

    [Fact]
    public async Task Where_a_nonce_is_wanted_a_client_is_given_one_and_its_own_clock_does_not_matter()
    {
        await using var own = await TestServer.Own();
        var (pool, id, secret) = await Machine(own, "dpop", "dpop-nonce");
        var other = await Pool(own, "dpop", "dpop-nonce");
        using var key = new HeldKey("ES256");
        var asked = await pool.AskFor(id, secret, pool.TokenProof(key));
        AssertRefused(asked, "use_dpop_nonce", "The DPoP proof must hold the nonce of the header DPoP-Nonce");
        var nonce = asked.Header("DPoP-Nonce")!;
        var good = await pool.AskFor(id, secret, pool.TokenProof(key, ("nonce", nonce), ("iat", 1)));
        Assert.Equal(HttpStatusCode.OK, good.Status);
        Assert.NotNull(good.Header("DPoP-Nonce"));
        var proof = pool.TokenProof(key, ("nonce", good.Header("DPoP-Nonce")));
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, proof)).Status);
        AssertWrong(await pool.AskFor(id, secret, proof), "The DPoP proof was used already");

        var strange = (await other.ExchangeWith("x", other.TokenProof(key))).Header("DPoP-Nonce")!;
        foreach (var wrong in new[] { "", "x", strange, nonce + "A", nonce[..^4], new string('A', 3000) })
            Assert.Equal("use_dpop_nonce", (await pool.AskFor(id, secret, pool.TokenProof(key, ("nonce", wrong)))).Error);
        await own.Advance("PT4M50S");
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(key, ("nonce", nonce)))).Status);
        await own.Advance("PT11S");
        AssertRefused(await pool.AskFor(id, secret, pool.TokenProof(key, ("nonce", nonce))), "use_dpop_nonce", "The DPoP proof must hold the nonce of the header DPoP-Nonce");
    }

    private static void AssertWrong(OAuthAnswer answer, string problem) => AssertRefused(answer, "invalid_dpop_proof", problem);

    private static async Task<string> Preflight(string url, string asked = "authorization,dpop")
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, url);
        request.Headers.Add("Origin", "https://app.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", asked);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        return answer.Headers.GetValues("Access-Control-Allow-Headers").Single();
    }
}
