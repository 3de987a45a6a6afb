using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class DiscoveryTests(TestServer server)
{
    [Fact]
    public async Task Discovery_names_the_domains_host_with_scheme_and_port_of_the_public_address()
    {
        var pool = await OAuthPool.Create(server);
        var host = new UriBuilder(server.PublicUrl) { Host = $"{pool.Domain}.auth.localhost" }.Uri.GetLeftPart(UriPartial.Authority);
        var issuer = $"{server.PublicUrl}/{pool.Pool.Id}";
        Assert.Equal(
            $$"""
            {"authorization_endpoint":"{{host}}/oauth2/authorize","code_challenge_methods_supported":["S256"],"end_session_endpoint":"{{host}}/logout",
            "id_token_signing_alg_values_supported":["RS256"],"issuer":"{{issuer}}","jwks_uri":"{{issuer}}/.well-known/jwks.json",
            "response_types_supported":["code","token"],"revocation_endpoint":"{{host}}/oauth2/revoke","scopes_supported":["openid","email","phone","profile"],
            "subject_types_supported":["public"],"token_endpoint":"{{host}}/oauth2/token",
            "token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"userinfo_endpoint":"{{host}}/oauth2/userInfo"}
            """.ReplaceLineEndings(""),
            (await Discover(pool.Pool)).ToJsonString());
    }

    [Fact]
    public async Task A_custom_domain_wins_and_every_change_of_domains_shows_at_once()
    {
        var pool = await Pool.Create(server);
        var issuer = $"{server.PublicUrl}/{pool.Id}";
        var (prefix, custom) = ("d" + Guid.NewGuid().ToString("N")[..12], $"auth.{Guid.NewGuid():N}.example");
        Assert.Equal(issuer + "/authorize", await Endpoint("authorization_endpoint"));
        Assert.Equal(issuer + "/token", await Endpoint("token_endpoint"));
        Assert.Equal(issuer + "/userInfo", await Endpoint("userinfo_endpoint"));
        Assert.Equal(issuer + "/logout", await Endpoint("end_session_endpoint"));
        await Domain("CreateUserPoolDomain", prefix);
        Assert.StartsWith($"http://{prefix}.auth.localhost:", await Endpoint("token_endpoint"), StringComparison.Ordinal);
        await Domain("CreateUserPoolDomain", custom, isCustom: true);
        Assert.Equal($"http://{custom}:{new Uri(server.PublicUrl).Port}/oauth2/token", await Endpoint("token_endpoint"));
        await Domain("DeleteUserPoolDomain", custom);
        Assert.StartsWith($"http://{prefix}.auth.localhost:", await Endpoint("token_endpoint"), StringComparison.Ordinal);
        await Domain("DeleteUserPoolDomain", prefix);
        Assert.Equal(issuer + "/token", await Endpoint("token_endpoint"));

        async Task<string?> Endpoint(string name) => (string?)(await Discover(pool))[name];

        Task<JsonObject> Domain(string operation, string domain, bool isCustom = false) => server.Api.Call(operation, new()
        {
            ["UserPoolId"] = pool.Id,
            ["Domain"] = domain,
            ["CustomDomainConfig"] = isCustom ? new JsonObject { ["CertificateArn"] = "arn:aws:acm:us-east-1:123456789012:certificate/c" } : null,
        });
    }

    [Fact]
    public async Task An_unknown_pool_is_told_in_json()
    {
        using var answer = await server.Api.Http.GetAsync("/us-east-1_nosuch%22pool/.well-known/openid-configuration");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("User pool us-east-1_nosuch\"pool does not exist.", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
    }

    [Fact]
    public async Task At_the_domain_there_is_no_discovery_but_a_page_until_the_pool_switches_it_on()
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.To($"{pool.Base}/.well-known/openid-configuration")).AssertShows("Discovery is served under the issuer");
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To($"{server.Url}/{pool.Pool.Id}/.well-known/oauth-authorization-server")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To($"{server.Url}/.well-known/oauth-authorization-server/{pool.Pool.Id}")).Status);

        await Visit.Switch(pool, "oauth-metadata");
        var expected = (await Discover(pool.Pool)).ToJsonString();
        foreach (var url in new[]
        {
            $"{pool.Base}/.well-known/openid-configuration", $"{pool.Base}/.well-known/oauth-authorization-server",
            $"{server.Url}/{pool.Pool.Id}/.well-known/oauth-authorization-server", $"{server.Url}/.well-known/oauth-authorization-server/{pool.Pool.Id}",
        })
        {
            var answer = await Visit.To(url);
            Assert.Equal((HttpStatusCode.OK, expected), (answer.Status, answer.Html));
            Assert.Equal("*", answer.Answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }
    }

    [Fact]
    public async Task The_updated_issuer_of_a_pool_is_AWSs_new_one_where_the_server_bears_its_names()
    {
        await using var own = await TestServer.Own(static options => options with { Issuer = "aws" });
        var pool = await Pool.Create(own, new() { ["IssuerConfiguration"] = new JsonObject { ["Type"] = "UPDATED" } });
        var issuer = $"https://issuer-cognito-idp.us-east-1.amazonaws.com/{pool.Id}";
        Assert.Equal(issuer, (string?)(await own.Api.Get($"/{pool.Id}/.well-known/openid-configuration"))!["issuer"]);
        var tokens = await pool.SignIn(await pool.AddUser());
        Assert.Equal(issuer, (string?)UserPools.Tokens.Jwt.Read((string)tokens["IdToken"]!).Claims["iss"]);
        await own.Api.Call("GetUser", new() { ["AccessToken"] = (string?)tokens["AccessToken"] }, sign: false);
    }

    private async Task<JsonObject> Discover(Pool pool) => (await server.Api.Get($"/{pool.Id}/.well-known/openid-configuration"))!.AsObject();
}
