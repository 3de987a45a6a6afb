using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class KeyRegistrationTests(TestServer server)
{
    private const string Open = """{"OpenDcrEnabled":true,"OpenDcrGrantTypes":["code","client_credentials"],"AllowedScopes":["api/read"]}""";

    [Fact]
    public async Task An_application_registers_its_keys_and_proves_itself_by_them()
    {
        await using var key = await PublishedKey.Of("ES256");
        var pool = await Prepared();
        foreach (var keys in new[] { $$"""{"jwks":{{key.Document}}}""", $$"""{"jwks_uri":"{{key.Address}}"}""" })
        {
            var asked = JsonNode.Parse(keys)!.AsObject();
            var made = await pool.Register(server, Metadata(keys));
            Assert.Equal(HttpStatusCode.Created, made.Status);
            Assert.Equal("private_key_jwt", (string?)made.Body["token_endpoint_auth_method"]);
            Assert.Null(made.Body["client_secret"]);
            Assert.True(JsonNode.DeepEquals(asked.Single().Value, made.Body[asked.Single().Key]), made.Body.ToJsonString());
            await Proves(pool, made.ClientId, key, HttpStatusCode.OK);

            // It has a secret that nobody was told, and that is of no use at the domain.
            var secret = (string)(await pool.Describe(made.ClientId))["ClientSecret"]!;
            var answer = await pool.Grant(OAuthCalls.Basic(made.ClientId, secret), ("grant_type", "client_credentials"));
            OAuthCalls.AssertRefused(answer, "invalid_client");
        }
    }

    [Fact]
    public async Task Its_keys_stay_when_an_administrator_changes_the_client()
    {
        await using var key = await PublishedKey.Of("RS256");
        var pool = await Prepared();
        var id = (await pool.Register(server, Metadata($$"""{"jwks":{{key.Document}}}"""))).ClientId;
        await server.Api.Call("UpdateUserPoolClient", new()
        {
            ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id, ["ClientName"] = "changed", ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("client_credentials"), ["AllowedOAuthScopes"] = new JsonArray("api/read"),
        });
        Assert.Equal("changed", (string?)(await pool.Describe(id))["ClientName"]);
        await Proves(pool, id, key, HttpStatusCode.OK);
        await Visit.Switch(pool, "private-key-jwt", "false");
        await Proves(pool, id, key, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Keys_that_could_not_prove_anybody_are_not_registered()
    {
        await using var key = await PublishedKey.Of("ES256");
        await using var small = await PublishedKey.Of("RS256", bits: 1024);
        var pool = await Prepared();
        string[] wrong =
        [
            "{}", $$"""{"jwks":{{key.Document}},"jwks_uri":"{{key.Address}}"}""", $$"""{"jwks":{{key.Private}}}""", $$"""{"jwks":{{small.Document}}}""", """{"jwks":{}}""",
            """{"jwks":{"keys":[]}}""", """{"jwks":{"keys":[{}]}}""", """{"jwks":{"keys":[{"kty":"oct","k":"AAAA"}]}}""", """{"jwks":{"keys":{}}}""", """{"jwks":"x"}""", """{"jwks":[]}""",
            """{"jwks":{"keys":[{"kty":"RSA","n":"!","e":"AQAB"}]}}""", """{"jwks":{"keys":[{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}]}}""", $$"""{"jwks":{{key.Document.Replace("sig", "enc", StringComparison.Ordinal)}}}""",
            $$$"""{"jwks":{"keys":[],"x":"{{{new string('x', 20_000)}}}"}}""", """{"jwks_uri":"x"}""", """{"jwks_uri":"file:///etc/passwd"}""", """{"jwks_uri":1}""",
            $$"""{"jwks_uri":"https://app.example/{{new string('x', 1100)}}"}""",
        ];
        foreach (var keys in wrong)
        {
            var refused = await pool.Register(server, Metadata(keys));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (refused.Status, refused.Error));
        }
    }

    [Fact]
    public async Task A_pool_that_did_not_switch_it_on_knows_no_such_method()
    {
        await using var key = await PublishedKey.Of("ES256");
        var pool = await RegistrationCalls.Pool(server, Open);
        await pool.AddServer("api", "read");
        var refused = await pool.Register(server, Metadata($$"""{"jwks":{{key.Document}}}"""));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (refused.Status, refused.Error));
        Assert.Equal("The token_endpoint_auth_method private_key_jwt is not supported.", (string?)refused.Body["error_description"]);
    }

    private async Task<OAuthPool> Prepared()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        await pool.AddServer("api", "read");
        await Visit.Switch(pool, "private-key-jwt");
        return pool;
    }

    private static string Metadata(string keys)
    {
        var metadata = JsonNode.Parse(keys)!.AsObject();
        metadata["token_endpoint_auth_method"] = "private_key_jwt";
        metadata["grant_types"] = new JsonArray("client_credentials");
        metadata["redirect_uris"] = null;
        return metadata.ToJsonString();
    }

    private static async Task Proves(OAuthPool pool, string id, PublishedKey key, HttpStatusCode expected)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var assertion = key.Sign(new() { ["iss"] = id, ["sub"] = id, ["aud"] = pool.Base + "/oauth2/token", ["jti"] = Guid.NewGuid().ToString(), ["exp"] = now + 60 });
        var answer = await pool.Grant(
            null, ("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));
        Assert.Equal(expected, answer.Status);
    }
}
