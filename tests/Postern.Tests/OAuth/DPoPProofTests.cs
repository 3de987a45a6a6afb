using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static System.Buffers.Text.Base64Url;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class DPoPProofTests(TestServer server)
{
    private const string Malformed = "DPoP must be one JWT of type dpop+jwt, with a public jwk, an algorithm that fits it, jti, htm, htu and iat";

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task A_proof_is_signed_by_its_own_key(string algorithm)
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey(algorithm);
        var answer = await Ask(pool, id, secret, Proof(pool, key));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        Assert.Equal(["access_token", "expires_in", "token_type"], answer.Body.Select(static member => member.Key));
        Assert.Equal("DPoP", answer.Body.Text("token_type"));
        Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(answer.Body.Text("access_token")));
        AssertWrong(await Ask(pool, id, secret, Tampered(Proof(pool, key))), "The DPoP proof is not signed by its key");
        using var other = new HeldKey(algorithm);
        AssertWrong(await Ask(pool, id, secret, Proof(pool, key, header => header["jwk"] = other.Jwk())), "The DPoP proof is not signed by its key");
    }

    [Fact]
    public async Task A_pool_that_did_not_switch_it_on_passes_the_header_over_and_announces_nothing()
    {
        var (pool, id, secret) = await Machine();
        using var key = new HeldKey("ES256");
        foreach (var proof in new[] { Proof(pool, key), "nonsense" })
        {
            var answer = await Ask(pool, id, secret, proof);
            Assert.Equal((HttpStatusCode.OK, "Bearer"), (answer.Status, answer.Body.Text("token_type")));
            Assert.Null(DPoPCalls.BoundTo(answer.Body.Text("access_token")));
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
        var (pool, id, secret) = await Machine();
        using var key = new HeldKey("ES256");
        await Visit.Switch(pool, "dpop", id);
        Assert.Equal(
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            (await pool.Discovery())["dpop_signing_alg_values_supported"]!.AsArray().Select(static name => (string)name!));
        foreach (var path in new[] { "/oauth2/token", "/oauth2/userInfo" })
            Assert.Contains("dpop", (await Preflight(pool.Base + path)).Split(", "));
        Assert.Contains("dpop", (await Preflight(server.Url + "/")).Split(", "));
        Assert.DoesNotContain("dpop", await Preflight(pool.Base + "/oauth2/token", "content-type"), StringComparison.Ordinal);
        var bound = await Ask(pool, id, secret, Proof(pool, key));
        Assert.Equal("DPoP", bound.Body.Text("token_type"));
        Assert.Equal("DPoP-Nonce, WWW-Authenticate", bound.Header("Access-Control-Expose-Headers"));
        // Another client sends a header that means nothing to it.
        var user = await pool.ExchangeWith(await pool.Code(await pool.Pool.AddUser()), pool.TokenProof(key));
        Assert.Equal("Bearer", user.Body.Text("token_type"));
    }

    [Fact]
    public async Task A_proof_is_one_JWT_of_its_type_with_a_public_key_that_fits_its_algorithm()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        using var rsa = new HeldKey("RS256");
        using var small = new HeldKey("RS256", 1024);
        string With(Action<JsonObject> header) => Proof(pool, key, header);
        var claims = Decode(Proof(pool, key));
        string ByNothing(string alg) => $"{Encode(new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = alg, ["jwk"] = key.Jwk() }.ToJsonString())}.{Encode(claims)}.";
        string BySecret()
        {
            var signed = $"{Encode("""{"typ":"dpop+jwt","alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}""")}.{Encode(claims)}";
            return $"{signed}.{EncodeToString(HMACSHA256.HashData(new byte[3], Encoding.ASCII.GetBytes(signed)))}";
        }
        string[] wrong =
        [
            "", "x", "..", "a.b.c", "{}.{}.{}", new string('a', 12_000), ByNothing("none"), ByNothing("NONE"), ByNothing("ES256"), BySecret(),
            With(static header => header.Remove("typ")), With(static header => header["typ"] = "JWT"), With(static header => header["typ"] = "at+jwt"), With(static header => header["typ"] = 1),
            With(static header => header.Remove("jwk")), With(static header => header["jwk"] = "x"), With(static header => header["jwk"] = new JsonArray()), With(static header => header["jwk"] = new JsonObject()),
            With(header => header["jwk"] = key.Jwk(isPrivate: true)), With(static header => header["jwk"]!["d"] = null), With(static header => header["jwk"]!["k"] = "AAAA"),
            With(static header => header["jwk"]!["kty"] = "RSA"), With(static header => header["jwk"]!["crv"] = "P-384"), With(static header => header["jwk"]!["crv"] = "secp256k1"),
            With(static header => header["jwk"]!["use"] = "enc"), With(static header => header["jwk"]!["alg"] = "ES384"), With(header => header["jwk"] = rsa.Jwk()),
            With(static header => header["alg"] = "ES384"), With(static header => header["alg"] = "EdDSA"), With(static header => header["alg"] = 1), With(static header => header["alg"] = "RS256"),
            With(static header => header["crit"] = new JsonArray("exp")), Proof(pool, small), Proof(pool, key) + ".", Proof(pool, key) + ".a.b", Proof(pool, key) + ", " + Proof(pool, key),
            key.Sign(key.Jwk().ToJsonString(), claims), key.Sign("[]", claims), key.Sign(Header(key), "[]"), key.Sign(Header(key), "null"), key.Sign(Header(key), new string('[', 2000)),
            key.Sign(Header(key), claims.Replace("\"htm\"", "\"htm\":\"GET\",\"htm\"", StringComparison.Ordinal)),
        ];
        foreach (var proof in wrong)
        {
            var answer = await Ask(pool, id, secret, proof);
            // Where the text has the form of a proof, the signature is what is wrong.
            Assert.True(answer.Description is Malformed or "The DPoP proof is not signed by its key", proof + answer.Description);
            AssertWrong(answer, answer.Description);
        }
        // Of numbers that are no point of the curve nothing is by.
        AssertWrong(await Ask(pool, id, secret, With(static header => header["jwk"]!["x"] = new string('A', 43))), "The DPoP proof is not signed by its key");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, Proof(pool, key))).Status);
    }

    [Fact]
    public async Task Several_proofs_are_refused()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        AssertWrong(await pool.Ask("/oauth2/token", [Proof(pool, key), Proof(pool, key)], Basic(id, secret), ("grant_type", "client_credentials")), Malformed);
        AssertWrong(await pool.Ask("/oauth2/token", ["", Proof(pool, key)], Basic(id, secret), ("grant_type", "client_credentials")), Malformed);
    }

    [Fact]
    public async Task A_proof_has_every_claim_in_its_type()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        foreach (var claim in new[] { "jti", "htm", "htu", "iat" })
        {
            foreach (var value in new JsonNode?[] { null, new JsonObject(), new JsonArray("x"), true, claim is "iat" ? "1" : 1 })
                AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, (claim, value))), Malformed);
        }
        foreach (var jti in new[] { "", new string('j', 513) })
            AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, ("jti", jti))), Malformed);
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(key, ("jti", new string('j', 512))))).Status);
    }

    [Fact]
    public async Task A_proof_is_for_the_method_and_the_address_that_are_called()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        foreach (var method in new[] { "GET", "post", "", "PUT" })
            AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, ("htm", method))), "The DPoP proof is for another method");
        var right = pool.Base + "/oauth2/token";
        var announced = (string)(await pool.Discovery())["token_endpoint"]!;
        foreach (var address in new[]
        {
            right, announced, right + "?a=b", right + "#c", right.Replace("http://", "HTTP://", StringComparison.Ordinal), right.Replace("/oauth2/token", "/x/../oauth2/token", StringComparison.Ordinal),
            right.Replace("token", "%74oken", StringComparison.Ordinal), right.Replace("token", "Token", StringComparison.Ordinal),
        })
            Assert.True((await Ask(pool, id, secret, pool.TokenProof(key, ("htu", address)))).Status is HttpStatusCode.OK, address);
        var other = await OAuthPool.Create(server);
        string[] wrong =
        [
            "", "x", "/oauth2/token", pool.Base, pool.Base + "/oauth2/userInfo", right + "/", other.Base + "/oauth2/token", right.Replace("http://", "https://", StringComparison.Ordinal),
            right.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal), right.Replace("http://", "http://user@", StringComparison.Ordinal), "https://evil.example/oauth2/token", "urn:x", server.Url + "/",
        ];
        foreach (var address in wrong)
            AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, ("htu", address))), "The DPoP proof is for another address");
    }

    [Fact]
    public async Task Both_hosts_of_a_domain_are_its_address_each_where_it_is_called()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        var host = $"{pool.Domain}.auth.localhost:{new Uri(server.Url).Port}";
        async Task<HttpStatusCode> At(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + "/oauth2/token") { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
            request.Headers.Host = host;
            request.Headers.TryAddWithoutValidation("Authorization", Basic(id, secret));
            request.Headers.TryAddWithoutValidation("DPoP", key.Proof("POST", address));
            using var answer = await server.Api.Http.SendAsync(request);
            return answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.OK, await At($"http://{host}/oauth2/token"));
        Assert.Equal(HttpStatusCode.OK, await At($"http://{host.ToUpperInvariant()}/oauth2/token"));
        Assert.Equal(HttpStatusCode.BadRequest, await At(server.Url + "/oauth2/token"));
        Assert.Equal(HttpStatusCode.BadRequest, await At($"http://other.auth.localhost:{new Uri(server.Url).Port}/oauth2/token"));
    }

    [Fact]
    public async Task A_proof_is_of_now()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var made in new JsonNode[] { now, now - 90, now + 30, now + 0.5 })
            Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(key, ("iat", made)))).Status);
        foreach (var made in new JsonNode[] { now - 180, now + 120, 0, -1 })
            AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, ("iat", made))), "The DPoP proof was not made now");
        // Times that no calendar has.
        foreach (var made in new JsonNode[] { long.MaxValue, long.MinValue, 1e300 })
            Assert.Equal("invalid_dpop_proof", (await Ask(pool, id, secret, pool.TokenProof(key, ("iat", made)))).Error);
    }

    [Fact]
    public async Task A_proof_is_good_once()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var proof = Proof(pool, key);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ask(pool, id, secret, proof)));
        Assert.Single(answers, static answer => answer.Status is HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status is not HttpStatusCode.OK), static answer => AssertWrong(answer, "The DPoP proof was used already"));
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(key, ("jti", "once")))).Status);
        AssertWrong(await Ask(pool, id, secret, pool.TokenProof(key, ("jti", "once"))), "The DPoP proof was used already");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(other, ("jti", "once")))).Status);
        // What was refused is not used up, nor what a client sent that did not prove itself.
        AssertWrong(await Ask(pool, id, secret, Tampered(pool.TokenProof(key, ("jti", "twice")))), "The DPoP proof is not signed by its key");
        Assert.Equal("invalid_client", (await Ask(pool, id, "wrong", pool.TokenProof(key, ("jti", "twice")))).Error);
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(key, ("jti", "twice")))).Status);
    }

    [Fact]
    public async Task A_client_that_must_prove_a_key_gets_nothing_without()
    {
        var (pool, id, secret) = await Machine();
        using var key = new HeldKey("ES256");
        await Visit.Switch(pool, "require-dpop", id);
        AssertWrong(await pool.Grant(Basic(id, secret), ("grant_type", "client_credentials")), "The client must send a DPoP proof");
        Assert.Equal("DPoP", (await Ask(pool, id, secret, Proof(pool, key))).Body.Text("token_type"));
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
        var other = await DPoPCalls.Pool(own, "dpop", "dpop-nonce");
        using var key = new HeldKey("ES256");
        var asked = await Ask(pool, id, secret, Proof(pool, key));
        AssertRefused(asked, "use_dpop_nonce", "The DPoP proof must hold the nonce of the header DPoP-Nonce");
        var nonce = asked.Header("DPoP-Nonce")!;
        var good = await Ask(pool, id, secret, pool.TokenProof(key, ("nonce", nonce), ("iat", 1)));
        Assert.Equal(HttpStatusCode.OK, good.Status);
        Assert.NotNull(good.Header("DPoP-Nonce"));
        var proof = pool.TokenProof(key, ("nonce", good.Header("DPoP-Nonce")));
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, proof)).Status);
        AssertWrong(await Ask(pool, id, secret, proof), "The DPoP proof was used already");

        var strange = (await other.ExchangeWith("x", other.TokenProof(key))).Header("DPoP-Nonce")!;
        foreach (var wrong in new[] { "", "x", strange, nonce + "A", nonce[..^4], new string('A', 3000) })
            Assert.Equal("use_dpop_nonce", (await Ask(pool, id, secret, pool.TokenProof(key, ("nonce", wrong)))).Error);
        await own.Advance("PT4M50S");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, id, secret, pool.TokenProof(key, ("nonce", nonce)))).Status);
        await own.Advance("PT11S");
        AssertRefused(await Ask(pool, id, secret, pool.TokenProof(key, ("nonce", nonce))), "use_dpop_nonce", "The DPoP proof must hold the nonce of the header DPoP-Nonce");
    }

    private Task<(OAuthPool Pool, string Id, string Secret)> Machine(params string[] switches) => Machine(server, switches);

    private static async Task<(OAuthPool Pool, string Id, string Secret)> Machine(TestServer of, params string[] switches)
    {
        var pool = await OAuthPool.Create(of);
        await pool.AddServer("api", "read");
        var (id, secret) = await pool.AddMachine("api/read");
        foreach (var name in switches)
            await Visit.Switch(pool, name);
        return (pool, id, secret);
    }

    private static string Proof(OAuthPool pool, HeldKey key, Action<JsonObject>? header = null) => key.Proof("POST", pool.Base + "/oauth2/token", header: header);

    private static string Header(HeldKey key) => new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = key.Jwk() }.ToJsonString();

    private static Task<OAuthAnswer> Ask(OAuthPool pool, string id, string secret, string proof) =>
        pool.Ask("/oauth2/token", [proof], Basic(id, secret), ("grant_type", "client_credentials"));

    private static void AssertWrong(OAuthAnswer answer, string? problem) => AssertRefused(answer, "invalid_dpop_proof", problem);

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

    private static string Encode(string text) => EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Decode(string jwt) => Encoding.UTF8.GetString(DecodeFromChars(jwt.Split('.')[1]));

    private static string Tampered(string jwt)
    {
        var dot = jwt.LastIndexOf('.');
        var signature = DecodeFromChars(jwt.AsSpan(dot + 1));
        signature[0] ^= 1;
        return jwt[..(dot + 1)] + EncodeToString(signature);
    }
}
