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
        var answer = await pool.AskFor(id, secret, Proof(pool, key));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        Assert.Equal(["access_token", "expires_in", "token_type"], answer.Body.Select(static member => member.Key));
        Assert.Equal("DPoP", answer.Body.Text("token_type"));
        Assert.Equal(key.Thumbprint, DPoPCalls.BoundTo(answer.Body.Text("access_token")));
        AssertWrong(await pool.AskFor(id, secret, Tampered(Proof(pool, key))), "The DPoP proof is not signed by its key");
        using var other = new HeldKey(algorithm);
        AssertWrong(await pool.AskFor(id, secret, Proof(pool, key, header => header["jwk"] = other.Jwk())), "The DPoP proof is not signed by its key");
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
            var answer = await pool.AskFor(id, secret, proof);
            // Where the text has the form of a proof, the signature is what is wrong.
            Assert.True(answer.Description is Malformed or "The DPoP proof is not signed by its key", proof + answer.Description);
            AssertWrong(answer, answer.Description);
        }
        // Of numbers that are no point of the curve nothing is by.
        AssertWrong(await pool.AskFor(id, secret, With(static header => header["jwk"]!["x"] = new string('A', 43))), "The DPoP proof is not signed by its key");
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, Proof(pool, key))).Status);
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
                AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, (claim, value))), Malformed);
        }
        foreach (var jti in new[] { "", new string('j', 513) })
            AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, ("jti", jti))), Malformed);
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(key, ("jti", new string('j', 512))))).Status);
    }

    [Fact]
    public async Task A_proof_is_for_the_method_and_the_address_that_are_called()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        foreach (var method in new[] { "GET", "post", "", "PUT" })
            AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, ("htm", method))), "The DPoP proof is for another method");
        var right = pool.Base + "/oauth2/token";
        var announced = (string)(await pool.Discovery())["token_endpoint"]!;
        foreach (var address in new[]
        {
            right, announced, right + "?a=b", right + "#c", right.Replace("http://", "HTTP://", StringComparison.Ordinal), right.Replace("/oauth2/token", "/x/../oauth2/token", StringComparison.Ordinal),
            right.Replace("token", "%74oken", StringComparison.Ordinal), right.Replace("token", "Token", StringComparison.Ordinal),
        })
            Assert.True((await pool.AskFor(id, secret, pool.TokenProof(key, ("htu", address)))).Status is HttpStatusCode.OK, address);
        var other = await OAuthPool.Create(server);
        string[] wrong =
        [
            "", "x", "/oauth2/token", pool.Base, pool.Base + "/oauth2/userInfo", right + "/", other.Base + "/oauth2/token", right.Replace("http://", "https://", StringComparison.Ordinal),
            right.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal), right.Replace("http://", "http://user@", StringComparison.Ordinal), "https://evil.example/oauth2/token", "urn:x", server.Url + "/",
        ];
        foreach (var address in wrong)
            AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, ("htu", address))), "The DPoP proof is for another address");
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
            Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(key, ("iat", made)))).Status);
        foreach (var made in new JsonNode[] { now - 180, now + 120, 0, -1 })
            AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, ("iat", made))), "The DPoP proof was not made now");
        // Times that no calendar has.
        foreach (var made in new JsonNode[] { long.MaxValue, long.MinValue, 1e300 })
            Assert.Equal("invalid_dpop_proof", (await pool.AskFor(id, secret, pool.TokenProof(key, ("iat", made)))).Error);
    }

    [Fact]
    public async Task A_proof_is_good_once()
    {
        var (pool, id, secret) = await Machine("dpop");
        using var key = new HeldKey("ES256");
        using var other = new HeldKey("ES256");
        var proof = Proof(pool, key);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => pool.AskFor(id, secret, proof)));
        Assert.Single(answers, static answer => answer.Status is HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status is not HttpStatusCode.OK), static answer => AssertWrong(answer, "The DPoP proof was used already"));
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(key, ("jti", "once")))).Status);
        AssertWrong(await pool.AskFor(id, secret, pool.TokenProof(key, ("jti", "once"))), "The DPoP proof was used already");
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(other, ("jti", "once")))).Status);
        // What was refused is not used up, nor what a client sent that did not prove itself.
        AssertWrong(await pool.AskFor(id, secret, Tampered(pool.TokenProof(key, ("jti", "twice")))), "The DPoP proof is not signed by its key");
        Assert.Equal("invalid_client", (await pool.AskFor(id, "wrong", pool.TokenProof(key, ("jti", "twice")))).Error);
        Assert.Equal(HttpStatusCode.OK, (await pool.AskFor(id, secret, pool.TokenProof(key, ("jti", "twice")))).Status);
    }

    private Task<(OAuthPool Pool, string Id, string Secret)> Machine(params string[] switches) => DPoPCalls.Machine(server, switches);

    private static string Proof(OAuthPool pool, HeldKey key, Action<JsonObject>? header = null) => key.Proof("POST", pool.Base + "/oauth2/token", header: header);

    private static string Header(HeldKey key) => new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = "ES256", ["jwk"] = key.Jwk() }.ToJsonString();

    private static void AssertWrong(OAuthAnswer answer, string? problem) => AssertRefused(answer, "invalid_dpop_proof", problem);

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
