using System.Buffers.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>The module of the plan oidcc-config-certification-test-plan.</summary>
public sealed class ConfigTests(TestServer server)
{
    private static readonly string[] Endpoints =
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "revocation_endpoint"];

    [Theory(DisplayName = "oidcc-discovery-endpoint-verification: ")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Discovery(bool isStrict)
    {
        await using var own = await TestServer.Own(static options => options with { PublicUrl = "https://id.example" });
        var pool = await OAuthPool.Create(own);
        if (isStrict)
            await Visit.Switch(pool, "strict-openid");
        using var answer = await own.Api.Http.GetAsync($"/{pool.Pool.Id}/.well-known/openid-configuration");
        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();

        Assert.Equal($"https://id.example/{pool.Pool.Id}", (string?)document["issuer"]);
        foreach (var name in Endpoints)
        {
            var address = new Uri((string)document[name]!);
            Assert.Equal(("https", ""), (address.Scheme, address.Fragment));
        }
        Assert.Contains("code", Texts(document, "response_types_supported"));
        Assert.All(Texts(document, "subject_types_supported"), static type => Assert.True(type is "public" or "pairwise"));
        Assert.Contains("RS256", Texts(document, "id_token_signing_alg_values_supported"));
        Assert.Contains("openid", Texts(document, "scopes_supported"));
        Assert.All(Texts(document, "scopes_supported"), static scope => Assert.All(scope, static c => Assert.True(c is >= '!' and <= '~' and not ('"' or '\\'))));
        Assert.Equal(["S256"], Texts(document, "code_challenge_methods_supported"));
        AssertKeys((await own.Api.Get(new Uri((string)document["jwks_uri"]!).AbsolutePath))!.AsObject());

        // What Cognito does not tell, and OpenID Connect Discovery recommends: the suite warns where it is absent.
        string[] recommended = ["claims_supported", "grant_types_supported", "request_parameter_supported", "request_uri_parameter_supported"];
        Assert.All(recommended, name => Assert.Equal(isStrict, document.ContainsKey(name)));
        if (!isStrict)
            return;
        Assert.Equal(["authorization_code", "implicit", "refresh_token", "client_credentials"], Texts(document, "grant_types_supported"));
        Assert.Contains("email_verified", Texts(document, "claims_supported"));
    }

    [Fact]
    public async Task Every_claim_that_discovery_names_is_one_that_tokens_or_userInfo_have()
    {
        using var party = await RelyingParty.Create(server);
        await Visit.Switch(party.Pool, "strict-openid");
        var named = Texts((await server.Api.Get($"/{party.Pool.Pool.Id}/.well-known/openid-configuration"))!.AsObject(), "claims_supported");
        var tokens = await party.Tokens();
        var had = UserPools.Tokens.Jwt.Read(tokens.Text("id_token")).Claims.Concat(await party.UserInfo(tokens)).Select(static claim => claim.Key).ToHashSet();
        Assert.Empty(named.Except(had));
        Assert.Equal(named.Length, named.Distinct().Count());
    }

    /// <summary>Public RSA keys alone, each with a name of its own.</summary>
    private static void AssertKeys(JsonObject document)
    {
        var keys = document["keys"]!.AsArray().Select(static key => key!.AsObject()).ToList();
        Assert.NotEmpty(keys);
        Assert.Equal(keys.Count, keys.Select(static key => (string?)key["kid"]).Distinct().Count());
        foreach (var key in keys)
        {
            Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key.Select(static member => member.Key).Order(StringComparer.Ordinal));
            Assert.Equal(("RSA", "sig", "RS256"), ((string?)key["kty"], (string?)key["use"], (string?)key["alg"]));
            Assert.True(Base64Url.DecodeFromChars((string)key["n"]!).Length >= 256);
            Assert.NotEmpty(Base64Url.DecodeFromChars((string)key["e"]!));
        }
    }

    private static string[] Texts(JsonObject document, string name)
    {
        var texts = document[name]!.AsArray().Select(static text => (string)text!).ToArray();
        Assert.NotEmpty(texts);
        return texts;
    }
}
