using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class DomainHostTests(TestServer server)
{
    [Fact]
    public async Task A_prefix_domain_is_served_at_its_host_name_and_a_flow_stays_there()
    {
        var pool = await OAuthPool.Create(server);
        foreach (var host in new[] { $"{pool.Domain}.auth.localhost:9229", $"{pool.Domain.ToUpperInvariant()}.AUTH.localhost" })
        {
            var answer = await Visit.To(At(pool, "/oauth2/authorize"), host: host);
            Assert.StartsWith($"http://{host}/login?", answer.Location, StringComparison.Ordinal);
            Assert.All(answer.Cookies, static cookie => Assert.Contains("; Path=/;", cookie, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_custom_domain_is_served_by_its_host_name_with_any_port()
    {
        var pool = await OAuthPool.Create(server);
        var custom = $"auth.{Guid.NewGuid():N}.example";
        await Domain(pool, "CreateUserPoolDomain", custom, isCustom: true);
        foreach (var host in new[] { custom, custom + ":8443", custom.ToUpperInvariant() + ":443" })
            Assert.StartsWith($"http://{host}/login?", (await Visit.To(At(pool, "/oauth2/authorize"), host: host)).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(At(pool, "/oauth2/authorize"), host: $"{custom}.auth.localhost")).Status);
        await Domain(pool, "DeleteUserPoolDomain", custom);
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(At(pool, "/oauth2/authorize"), host: custom)).Status);
    }

    [Fact]
    public async Task An_unknown_host_gets_the_servers_own_paths()
    {
        var pool = await OAuthPool.Create(server);
        foreach (var host in new[] { "postern.internal.example", "nosuch.auth.localhost", "somewhere" })
        {
            Assert.Equal(HttpStatusCode.OK, (await Visit.To($"{server.Url}/{pool.Pool.Id}/.well-known/jwks.json", host: host)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(At(pool, "/oauth2/authorize"), host: host)).Status);
        }
    }

    [Fact]
    public async Task Both_domains_of_a_pool_serve_it_each_with_a_session_of_its_own_and_either_exchanges_codes()
    {
        var pool = await OAuthPool.Create(server);
        var custom = $"auth.{Guid.NewGuid():N}.example";
        await Domain(pool, "CreateUserPoolDomain", custom, isCustom: true);
        var signedIn = await Visit.SignIn(pool, await pool.Pool.AddUser());
        var atCustom = await Visit.To(At(pool, "/oauth2/authorize"), signedIn.Session, custom);
        Assert.StartsWith($"http://{custom}/login?", atCustom.Location, StringComparison.Ordinal);
        using var exchange = new HttpRequestMessage(HttpMethod.Post, server.Url + "/oauth2/token");
        exchange.Headers.Host = custom;
        exchange.Content = new FormUrlEncodedContent(
            [new("grant_type", "authorization_code"), new("client_id", pool.ClientId), new("code", signedIn.Code()), new("redirect_uri", OAuthPool.Callback)]);
        using var answer = await server.Api.Http.SendAsync(exchange);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Domains_are_there_and_gone_at_once()
    {
        var pool = await OAuthPool.Create(server);
        (await Visit.Authorize(pool)).AssertAsks(pool);
        await Domain(pool, "DeleteUserPoolDomain", pool.Domain);
        foreach (var path in new[] { "/oauth2/authorize", "/login", "/logout", "/oauth2/token", "/error", "/assets/managed-login.css" })
            Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(pool.Url(path))).Status);
        await Domain(pool, "CreateUserPoolDomain", pool.Domain);
        (await Visit.Authorize(pool)).AssertAsks(pool);
        Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(pool.Url("/nosuchpath"))).Status);
    }

    [Fact]
    public async Task Under_its_path_a_domain_is_found_without_case_and_named_in_its_own_spelling()
    {
        var pool = await OAuthPool.Create(server);
        var answer = await Visit.To(pool.Url("/oauth2/authorize").Replace(pool.Domain, pool.Domain.ToUpperInvariant(), StringComparison.Ordinal));
        answer.AssertAsks(pool);
        Assert.Contains($"; Path=/_domains/{pool.Domain};", answer.Cookies[0], StringComparison.Ordinal);
    }

    private string At(OAuthPool pool, string path) => server.Url + new Uri(pool.Url(path)).PathAndQuery[$"/_domains/{pool.Domain}".Length..];

    private Task<JsonObject> Domain(OAuthPool pool, string operation, string domain, bool isCustom = false) => server.Api.Call(operation, new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["Domain"] = domain,
        ["CustomDomainConfig"] = isCustom ? new JsonObject { ["CertificateArn"] = "arn:aws:acm:us-east-1:123456789012:certificate/c" } : null,
    });
}
