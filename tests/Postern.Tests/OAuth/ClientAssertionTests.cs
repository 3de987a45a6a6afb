using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.CommandLine;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class ClientAssertionTests(TestServer server)
{
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
    public async Task A_client_proves_itself_by_what_it_signs_with_its_key(string algorithm)
    {
        await using var key = await PublishedKey.Of(algorithm);
        var (pool, id, _) = await Machine(key);
        var answer = await Ask(pool, key.Sign(Claims(pool, id)));
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        Assert.NotNull(answer.Body["access_token"]);
        AssertRefused(await Ask(pool, Tampered(key.Sign(Claims(pool, id)))), "invalid_client");
    }

    [Fact]
    public async Task It_is_announced_and_taken_where_it_is_switched_on()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, secret) = await Machine(key, isOn: false);
        Assert.Equal(["client_secret_basic", "client_secret_post"], await Discovered(pool, "token_endpoint_auth_methods_supported"));
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id))), "invalid_request");
        Assert.Equal(HttpStatusCode.OK, (await pool.Grant(Basic(id, secret), ("grant_type", "client_credentials"))).Status);
        await Visit.Switch(pool, "private-key-jwt");
        Assert.Equal(["client_secret_basic", "client_secret_post", "private_key_jwt"], await Discovered(pool, "token_endpoint_auth_methods_supported"));
        Assert.Equal(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"], await Discovered(pool, "token_endpoint_auth_signing_alg_values_supported"));
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(Claims(pool, id)))).Status);
    }

    [Fact]
    public async Task A_client_with_keys_proves_itself_by_nothing_weaker_and_others_go_on_as_before()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, secret) = await Machine(key);
        AssertRefused(await pool.Grant(Basic(id, secret), ("grant_type", "client_credentials")), "invalid_client");
        AssertRefused(await pool.Grant(null, ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)), "invalid_client");
        AssertRefused(await pool.Grant(null, ("grant_type", "client_credentials"), ("client_id", id)), "invalid_client");
        var (other, otherSecret) = await pool.AddMachine("api/read");
        Assert.Equal(HttpStatusCode.OK, (await pool.Grant(Basic(other, otherSecret), ("grant_type", "client_credentials"))).Status);
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, other))), "invalid_client");
        // One proof a request.
        AssertRefused(await pool.Grant(Basic(id, secret), Fields(key.Sign(Claims(pool, id)))), "invalid_request");
        AssertRefused(await pool.Grant(null, [.. Fields(key.Sign(Claims(pool, id))), ("client_secret", secret)]), "invalid_request");
    }

    [Fact]
    public async Task An_assertion_is_for_the_issuer_or_an_endpoint_and_for_nobody_besides()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key);
        var other = await OAuthPool.Create(server);
        foreach (var right in new[] { Issuer(pool), pool.Base + "/oauth2/token", await Endpoint(pool) })
        {
            foreach (var audience in new JsonNode[] { right, new JsonArray(right) })
                Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(Claims(pool, id, ("aud", audience))))).Status);
        }
        JsonNode?[] wrong =
        [
            null, "", Issuer(other), other.Base + "/oauth2/token", Issuer(pool) + "/", pool.Base, pool.Base + "/oauth2/authorize", id, new JsonArray(), new JsonArray(Issuer(pool), Issuer(other)),
            new JsonArray(Issuer(pool), Issuer(pool)), 1, new JsonObject(), true,
        ];
        foreach (var audience in wrong)
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("aud", audience)))), "invalid_client");
    }

    [Fact]
    public async Task An_assertion_is_by_the_client_and_of_it()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key);
        JsonNode?[] wrong = [null, "", "nobody", pool.ClientId, id.ToUpperInvariant(), 1, new JsonObject(), new JsonArray(id), new string('a', 3000)];
        foreach (var value in wrong)
        {
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("iss", value?.DeepClone())))), "invalid_client");
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("sub", value?.DeepClone())))), "invalid_client");
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("sub", value?.DeepClone()), ("iss", value?.DeepClone())))), "invalid_client");
        }
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(Claims(pool, id)), ("client_id", id))).Status);
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id)), ("client_id", pool.ClientId)), "invalid_client");
        // The same client, asked at another pool's domain.
        var other = await OAuthPool.Create(server);
        await Visit.Switch(other, "private-key-jwt");
        AssertRefused(await Ask(other, key.Sign(Claims(pool, id))), "invalid_client");
    }

    [Fact]
    public async Task An_assertion_is_good_for_a_short_time()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        foreach (var (claim, value) in new (string, JsonNode)[] { ("exp", now - 20), ("exp", now + 590), ("nbf", now + 20), ("iat", now + 20), ("iat", now - 3600), ("nbf", now - 3600) })
            Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(Claims(pool, id, (claim, value))))).Status);
        JsonNode?[] times = [now - 120, now + 3600, 0, -1, long.MaxValue, "soon", new JsonObject(), true];
        foreach (var value in times)
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("exp", value?.DeepClone())))), "invalid_client");
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("exp", null)))), "invalid_client");
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("nbf", now + 300)))), "invalid_client");
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("iat", now + 300)))), "invalid_client");
    }

    [Fact]
    public async Task An_assertion_is_good_once()
    {
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key);
        var assertion = key.Sign(Claims(pool, id, ("jti", "once")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Ask(pool, assertion)));
        Assert.Single(answers, static answer => answer.Status is HttpStatusCode.OK);
        AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("jti", "once")))), "invalid_client");
        JsonNode?[] wrong = [null, "", new string('j', 600), 1, new JsonObject()];
        foreach (var jti in wrong)
            AssertRefused(await Ask(pool, key.Sign(Claims(pool, id, ("jti", jti)))), "invalid_client");
        // What was refused is not used up.
        var other = Claims(pool, id, ("jti", "twice"));
        AssertRefused(await Ask(pool, Tampered(key.Sign(other))), "invalid_client");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(other))).Status);
        // Another client may use the same text.
        await using var second = await PublishedKey.Of("ES256");
        var (machine, _) = await pool.AddMachine("api/read");
        await Name(pool, machine, second);
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, second.Sign(Claims(pool, machine, ("jti", "once"))))).Status);
    }

    [Fact]
    public async Task What_is_signed_by_nothing_by_a_secret_or_by_another_key_is_refused()
    {
        await using var key = await PublishedKey.Of("RS256");
        await using var stranger = await PublishedKey.Of("RS256");
        var (pool, id, secret) = await Machine(key);
        string Text() => Claims(pool, id).ToJsonString();
        var byNothing = $"{Encode("""{"alg":"none"}""")}.{Encode(Text())}.";
        var upper = $"{Encode("""{"alg":"NONE"}""")}.{Encode(Text())}.";
        string Hmac(string header, byte[] with)
        {
            var signed = $"{Encode(header)}.{Encode(Text())}";
            return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(with, Encoding.ASCII.GetBytes(signed)))}";
        }
        string[] wrong =
        [
            byNothing, upper, Hmac("""{"alg":"HS256"}""", Encoding.UTF8.GetBytes(secret)), Hmac($$"""{"alg":"HS256","kid":"{{key.Kid}}"}""", Encoding.UTF8.GetBytes(key.Document)),
            stranger.Sign(Claims(pool, id)), stranger.Sign(Claims(pool, id), kid: key.Kid), key.Sign(Claims(pool, id), kid: "other"), key.Sign(Claims(pool, id), more: ",\"crit\":[\"exp\"]"),
            key.Sign(Claims(pool, id)) + ".", key.Sign(Claims(pool, id)) + ".a.b", "x", "..", "a.b.c", "{}.{}.{}", "tökén \0.'.--", new('a', 30_000),
            $"{Encode("[]")}.{Encode(Text())}.AAAA", $"{Encode("""{"alg":"RS256"}""")}.{Encode("[]")}.AAAA", $"{Encode("""{"alg":"RS256"}""")}.{Encode("null")}.AAAA",
            $"{Encode("""{"alg":1}""")}.{Encode(Text())}.AAAA", $"{Encode("""{"alg":"RS256"}""")}.{Encode(new string('[', 4000))}.AAAA",
        ];
        foreach (var assertion in wrong)
            AssertRefused(await Ask(pool, assertion), "invalid_client");
        Assert.Equal(HttpStatusCode.OK, (await Ask(pool, key.Sign(Claims(pool, id), kid: ""))).Status);
        AssertRefused(await pool.Grant(null, ("grant_type", "client_credentials"), ("client_assertion", key.Sign(Claims(pool, id)))), "invalid_client");
        AssertRefused(
            await pool.Grant(null, ("grant_type", "client_credentials"), ("client_assertion", key.Sign(Claims(pool, id))), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")),
            "invalid_client");
    }

    [Fact]
    public async Task Keys_that_change_are_found_again_and_a_set_that_is_none_proves_nobody()
    {
        await using var own = await TestServer.Own();
        await using var key = await PublishedKey.Of("ES256");
        await using var next = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key, of: own);
        async Task<HttpStatusCode> Try(PublishedKey with)
        {
            var now = DateTimeOffset.Parse((string)(await own.Api.Get("/_postern/dev/clock"))!["now"]!, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
            return (await Ask(pool, with.Sign(Claims(pool, id, ("exp", now + 60), ("iat", now))))).Status;
        }
        Assert.Equal(HttpStatusCode.OK, await Try(key));
        key.Served = next.Document;
        Assert.Equal(HttpStatusCode.OK, await Try(key));
        Assert.Equal(HttpStatusCode.BadRequest, await Try(next));
        await own.Advance("PT31S");
        Assert.Equal(HttpStatusCode.OK, await Try(next));
        Assert.Equal(HttpStatusCode.BadRequest, await Try(key));
        var asked = key.Asked;
        Assert.Equal(HttpStatusCode.OK, await Try(next));
        Assert.Equal(asked, key.Asked);
        // Where nothing answers, the keys stay good for an hour.
        key.Served = null;
        await own.Advance("PT40M");
        Assert.Equal(HttpStatusCode.OK, await Try(next));
        await own.Advance("PT40M");
        Assert.Equal(HttpStatusCode.BadRequest, await Try(next));
        foreach (var wrong in new[] { "", "x", "[]", "{}", """{"keys":[]}""", """{"keys":1}""", """{"keys":[{"kty":"oct","k":"AAAA"}]}""", $$"""{"keys":[],"more":"{{new string('x', 70_000)}}"}""", next.Private })
        {
            key.Served = wrong;
            await own.Advance("PT31S");
            Assert.Equal(HttpStatusCode.BadRequest, await Try(next));
        }
        key.Served = next.Document;
        await own.Advance("PT31S");
        Assert.Equal(HttpStatusCode.OK, await Try(next));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("jwks")]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https://user:password@app.example/jwks")]
    public async Task A_tag_names_the_address_of_keys_and_nothing_else(string address)
    {
        var pool = await OAuthPool.Create(server);
        var described = await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Pool.Id });
        var refused = await server.Api.Fail("TagResource", new()
        {
            ["ResourceArn"] = (string)described["UserPool"]!["Arn"]!,
            ["Tags"] = new JsonObject { ["postern:client-keys:" + pool.ClientId] = address },
        });
        Assert.Equal("InvalidParameterException", refused.Type);
    }

    [Fact]
    public async Task In_production_keys_are_not_fetched_from_this_machine_nor_without_TLS()
    {
        await using var own = await TestServer.Own(static options => options with
        {
            Mode = ServerMode.Production, MasterKey = Convert.ToBase64String(new byte[32]), PublicUrl = "http://example.test",
        });
        await using var key = await PublishedKey.Of("ES256");
        var (pool, id, _) = await Machine(key, of: own);
        var host = $"{pool.Domain}.auth.example.test";
        foreach (var address in new[] { key.Address, key.Address.Replace("http://", "https://", StringComparison.Ordinal), "https://localhost/jwks", "https://169.254.169.254/latest", "https://[::1]/jwks" })
        {
            await Visit.Switch(pool, "client-keys:" + id, address);
            var answer = await Visit.To(own.Url + "/oauth2/token", host: host, form: Fields(key.Sign(Claims(pool, id, ("aud", $"http://example.test/{pool.Pool.Id}")))));
            Assert.Equal((HttpStatusCode.BadRequest, """{"error":"invalid_client"}"""), (answer.Status, answer.Html));
        }
        Assert.Equal(0, key.Asked);
    }

    [Fact]
    public async Task Users_sign_in_through_a_client_with_keys_which_pushes_introspects_and_revokes_by_them()
    {
        await using var key = await PublishedKey.Of("PS256");
        var pool = await OAuthPool.Create(server);
        foreach (var name in new[] { "private-key-jwt", "pushed-requests", "introspection" })
            await Visit.Switch(pool, name);
        var (id, _) = await pool.AddUsersClient(withSecret: true);
        await Name(pool, id, key);
        Task<OAuthAnswer> Call(string path, params (string, string)[] fields) => pool.Form(path, null, [.. Proof(key.Sign(Claims(pool, id, ("aud", pool.Base + path)))), .. fields]);

        var pushed = await Call("/oauth2/par", ("response_type", "code"), ("redirect_uri", OAuthPool.Callback), ("scope", "openid"));
        Assert.Equal(HttpStatusCode.Created, pushed.Status);
        using var browser = pool.Browser();
        await browser.Open($"{pool.Base}/oauth2/authorize?client_id={id}&request_uri={Uri.EscapeDataString(pushed.Body.Text("request_uri"))}");
        Assert.DoesNotContain("assertion", browser.Location.Query, StringComparison.Ordinal);
        await browser.Submit(("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        var tokens = await Call("/oauth2/token", ("grant_type", "authorization_code"), ("code", browser.Given("code")!), ("redirect_uri", OAuthPool.Callback));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.True((bool)(await Call("/oauth2/introspect", ("token", tokens.Body.Text("refresh_token")))).Body["active"]!);
        Assert.Equal(HttpStatusCode.OK, (await Call("/oauth2/revoke", ("token", tokens.Body.Text("refresh_token")))).Status);
        Assert.False((bool)(await Call("/oauth2/introspect", ("token", tokens.Body.Text("access_token")))).Body["active"]!);
        foreach (var path in new[] { "/oauth2/par", "/oauth2/introspect", "/oauth2/revoke" })
        {
            var refused = await pool.Form(path, null, [.. Proof(Tampered(key.Sign(Claims(pool, id)))), ("token", "x")]);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (refused.Status, refused.Error));
        }
    }

    /// <summary>A pool that has it on, and a client for itself that names its keys.</summary>
    private async Task<(OAuthPool Pool, string Id, string Secret)> Machine(PublishedKey key, bool isOn = true, TestServer? of = null)
    {
        var pool = await OAuthPool.Create(of ?? server);
        await pool.AddServer("api", "read");
        var (id, secret) = await pool.AddMachine("api/read");
        if (isOn)
            await Visit.Switch(pool, "private-key-jwt");
        await Name(pool, id, key);
        return (pool, id, secret);
    }

    private static Task Name(OAuthPool pool, string client, PublishedKey key) => Visit.Switch(pool, "client-keys:" + client, key.Address);

    /// <summary>What an assertion says, as it should, but for the claims given; null leaves one out.</summary>
    private static JsonObject Claims(OAuthPool pool, string client, params (string Name, JsonNode? Value)[] changed)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = client, ["sub"] = client, ["aud"] = pool.Base + "/oauth2/token", ["jti"] = Guid.NewGuid().ToString(), ["exp"] = now + 60, ["iat"] = now,
        };
        foreach (var (name, value) in changed)
        {
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value.DeepClone();
        }
        return claims;
    }

    private string Issuer(OAuthPool pool) => $"{server.PublicUrl}/{pool.Pool.Id}";

    private static Task<OAuthAnswer> Ask(OAuthPool pool, string assertion, params (string Name, string Value)[] more) => pool.Grant(null, [.. Fields(assertion), .. more]);

    private static (string Name, string Value)[] Fields(string assertion) => [("grant_type", "client_credentials"), .. Proof(assertion)];

    private static (string Name, string Value)[] Proof(string assertion) =>
        [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion)];

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Tampered(string assertion)
    {
        var parts = assertion.Split('.');
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]);
        signature[0] ^= 1;
        return $"{parts[0]}.{parts[1]}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    private static async Task<JsonNode> Discovery(OAuthPool pool) => (await pool.Pool.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!;

    private static async Task<string> Endpoint(OAuthPool pool) => (string)(await Discovery(pool))["token_endpoint"]!;

    private static async Task<string[]> Discovered(OAuthPool pool, string member) => [.. (await Discovery(pool))[member]!.AsArray().Select(static value => (string)value!)];
}
