using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class TokenEndpointTests(TestServer server)
{
    [Fact]
    public async Task Only_POST_is_served()
    {
        var pool = await OAuthPool.Create(server);
        foreach (var (path, allowed) in new[] { ("/oauth2/token", "POST"), ("/oauth2/revoke", "POST"), ("/oauth2/userInfo", "GET, POST") })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch }.Where(method => !allowed.Contains(method.Method, StringComparison.Ordinal)))
            {
                var answer = await pool.Send(method, path);
                Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
                Assert.Equal(allowed, answer.Header("Allow"));
                Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            }
        }
    }

    [Fact]
    public async Task Only_an_urlencoded_form_is_read()
    {
        var pool = await OAuthPool.Create(server);
        var fields = $"grant_type=refresh_token&client_id={pool.ClientId}&refresh_token=x";
        foreach (var type in new[] { "application/json", "text/plain", "application/x-www-form-urlencoded-not", "" })
            AssertRefused(await pool.Send(HttpMethod.Post, "/oauth2/token", Body(fields, type)), "invalid_request");
        using var multipart = new MultipartFormDataContent { { new StringContent("refresh_token"), "grant_type" }, { new StringContent(pool.ClientId), "client_id" }, { new StringContent("x"), "refresh_token" } };
        AssertRefused(await pool.Send(HttpMethod.Post, "/oauth2/token", multipart), "invalid_request");
        foreach (var type in new[] { "application/x-www-form-urlencoded", "APPLICATION/x-www-form-urlencoded; charset=utf-8" })
            AssertRefused(await pool.Send(HttpMethod.Post, "/oauth2/token", Body(fields, type)), "invalid_grant");
    }

    [Theory]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=x&client_id={client}")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=x&%63lient_id={client}")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=x&a=1&a=2")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=%zz")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=%4")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=%")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=%ff")]
    [InlineData("client_id={client}&refresh_token=x")]
    [InlineData("grant_type=&client_id={client}&refresh_token=x")]
    [InlineData("grant_type&client_id={client}&refresh_token=x")]
    [InlineData("grant_type=refresh_token&client_id={client}")]
    [InlineData("grant_type=refresh_token&client_id={client}&refresh_token=")]
    [InlineData("grant_type=refresh_token&refresh_token=x")]
    [InlineData("")]
    public async Task What_is_repeated_malformed_or_missing_is_an_invalid_request(string fields)
    {
        var pool = await OAuthPool.Create(server);
        var body = Body(fields.Replace("{client}", pool.ClientId, StringComparison.Ordinal), "application/x-www-form-urlencoded");
        AssertRefused(await pool.Send(HttpMethod.Post, "/oauth2/token", body), "invalid_request");
    }

    [Fact]
    public async Task A_body_a_field_and_their_number_are_bounded()
    {
        var pool = await OAuthPool.Create(server);
        (string, string)[] fields = [("grant_type", "refresh_token"), ("client_id", pool.ClientId)];
        AssertRefused(await pool.Grant(null, [.. fields, ("refresh_token", new string('x', 32 * 1024))]), "invalid_grant");
        AssertRefused(await pool.Grant(null, [.. fields, ("refresh_token", new string('x', (32 * 1024) + 1))]), "invalid_request");
        AssertRefused(await pool.Grant(null, [.. fields, ("refresh_token", "x"), (new string('n', 257), "")]), "invalid_request");
        AssertRefused(await pool.Grant(null, [.. fields, ("refresh_token", "x"), .. Enumerable.Range(0, 62).Select(static i => ($"n{i}", "1"))]), "invalid_request");
        AssertRefused(await pool.Grant(null, [.. fields, ("refresh_token", "x"), .. Enumerable.Range(0, 3).Select(static i => ($"n{i}", new string('x', 30_000)))]), "invalid_request");
        // Without a length, too.
        using var stream = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes("a=" + new string('x', 100_000))));
        stream.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        AssertRefused(await pool.Send(HttpMethod.Post, "/oauth2/token", stream, null, ("Transfer-Encoding", "chunked")), "invalid_request");
    }

    [Theory]
    [InlineData("password")]
    [InlineData("implicit")]
    [InlineData("Authorization_Code")]
    [InlineData("urn:ietf:params:oauth:grant-type:device_code")]
    public async Task Another_grant_is_unsupported(string type)
    {
        var pool = await OAuthPool.Create(server);
        AssertRefused(await pool.Grant(null, ("grant_type", type), ("client_id", pool.ClientId)), "unsupported_grant_type");
    }

    [Fact]
    public async Task Answers_and_errors_carry_the_service_s_headers()
    {
        var pool = await OAuthPool.Create(server);
        await pool.AddServer("api", "read");
        var (id, secret) = await pool.AddMachine("api/read");
        var given = await pool.Grant(Basic(id, secret), ("grant_type", "client_credentials"));
        Assert.Equal(HttpStatusCode.OK, given.Status);
        foreach (var answer in new[] { given, await pool.Grant(null), await pool.UserInfo("x"), await pool.Form("/oauth2/revoke", null) })
        {
            Assert.Equal("application/json;charset=UTF-8", answer.ContentType);
            Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            Assert.Equal("no-cache, no-store, max-age=0, must-revalidate", answer.Header("Cache-Control"));
            Assert.Equal("no-cache", answer.Header("Pragma"));
            Assert.Equal("0", answer.Header("Expires"));
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("1; mode=block", answer.Header("X-XSS-Protection"));
            Assert.Equal("DENY", answer.Header("X-Frame-Options"));
            Assert.Equal("Server", answer.Header("Server"));
            Assert.True(Guid.TryParse(answer.Header("x-amz-cognito-request-id"), out _));
            // Of plain HTTP, and of this machine, no browser may learn to use https for ever.
            Assert.Null(answer.Header("Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task Preflight_is_answered_where_scripts_may_call_and_nowhere_else()
    {
        var pool = await OAuthPool.Create(server);
        foreach (var path in new[] { "/oauth2/token", "/oauth2/userInfo", "/oauth2/revoke" })
        {
            var answer = await Preflight(path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
            foreach (var header in new[] { "authorization", "content-type", "x-amz-user-agent" })
                Assert.Contains(header, answer.Header("Access-Control-Allow-Headers")!.Split(", "));
            foreach (var method in new[] { "GET", "POST" })
                Assert.Contains(method, answer.Header("Access-Control-Allow-Methods")!.Split(", "));
        }
        foreach (var path in new[] { "/oauth2/authorize", "/login", "/nowhere" })
        {
            var answer = await Preflight(path);
            Assert.True((int)answer.Status >= 400, $"{path}: {answer.Status}");
            Assert.DoesNotContain(answer.Response.Headers, static header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }
        using var request = new HttpRequestMessage(HttpMethod.Options, $"{server.Url}/{pool.Pool.Id}/.well-known/jwks.json");
        request.Headers.Add("Origin", "https://app.example");
        using var keys = await server.Api.Http.SendAsync(request);
        Assert.Equal("*", keys.Headers.GetValues("Access-Control-Allow-Origin").Single());

        Task<OAuthAnswer> Preflight(string path) => pool.Send(
            HttpMethod.Options, path, null, null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-amz-user-agent"));
    }

    [Fact]
    public async Task A_path_s_case_does_not_matter_and_a_pool_without_a_domain_has_none()
    {
        var pool = await OAuthPool.Create(server);
        AssertRefused(await pool.Form("/OAuth2/Token", null), "invalid_request");
        await server.Api.Call("DeleteUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = pool.Domain });
        Assert.Equal(HttpStatusCode.NotFound, (await pool.Grant(null, ("grant_type", "refresh_token"))).Status);
    }

    private static ByteArrayContent Body(string text, string type)
    {
        var body = new ByteArrayContent(Encoding.ASCII.GetBytes(text));
        if (type.Length > 0)
            body.Headers.TryAddWithoutValidation("Content-Type", type);
        return body;
    }
}
