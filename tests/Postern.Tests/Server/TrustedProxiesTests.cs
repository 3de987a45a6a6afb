using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Postern.CommandLine;
using Postern.Tests.UserPools.Sessions;
using Postern.Wire;

namespace Postern.Tests.Server;

/// <summary>Whose word on clients counts, over real connections: tests connect from loopback, and are the proxy or are not.</summary>
public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("198.51.100.1, 192.0.2.7", "192.0.2.7")]                     // what is left of the client is what it says itself
    [InlineData("198.51.100.1, 192.0.2.7, 10.1.2.3, 10.9.9.9", "192.0.2.7")]  // through two more proxies of ours
    [InlineData("10.1.2.3, 10.9.9.9", "10.1.2.3")]                           // a client in the proxies' own network
    [InlineData("192.0.2.7:51234", "192.0.2.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]", "2001:db8::7")]
    [InlineData("[2001:db8::7]:443", "2001:db8::7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData(" \t192.0.2.7 ", "192.0.2.7")]
    [InlineData("192.0.2.7, 127.0.0.1", "192.0.2.7")]
    public async Task The_client_is_the_first_from_the_right_that_is_no_trusted_proxy(string chain, string client)
    {
        await using var echo = await Echo.Start("127.0.0.1,10.0.0.0/8");
        Assert.Equal((client, "http", echo.Host), await echo.Ask(("X-Forwarded-For", chain)));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("_hidden")]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("192.0.2.7,")]
    [InlineData("192.0.2")]
    [InlineData("0192.0.2.7")]
    [InlineData("192.0.2.7:")]
    [InlineData("192.0.2.7:99999")]
    [InlineData("[192.0.2.7]")]
    [InlineData("[2001:db8::7")]
    [InlineData("[2001:db8::7]x")]
    [InlineData("fe80::1%eth0")]
    [InlineData("192.0.2.7 192.0.2.8")]
    [InlineData("192.0.2.7, unknown")]
    public async Task What_is_no_address_ends_the_chain_where_it_stands(string chain)
    {
        await using var echo = await Echo.Start("127.0.0.1");
        Assert.Equal("127.0.0.1", (await echo.Ask(("X-Forwarded-For", chain))).Client);
    }

    [Fact]
    public async Task Several_headers_are_one_chain()
    {
        await using var echo = await Echo.Start("127.0.0.1,10.0.0.0/8");
        Assert.Equal("192.0.2.7", (await echo.Ask(("X-Forwarded-For", "198.51.100.1, 192.0.2.7"), ("X-Forwarded-For", "10.1.2.3"))).Client);
    }

    [Fact]
    public async Task A_chain_counts_for_as_many_hops_as_proxies_may_be_and_no_more()
    {
        await using var echo = await Echo.Start("127.0.0.1,10.0.0.0/8");
        var chain = string.Join(',', Enumerable.Range(0, 5000).Select(static i => $"10.0.{i / 250}.{i % 250}"));
        var last = 5000 - TrustedProxies.MostHops;
        Assert.Equal($"10.0.{last / 250}.{last % 250}", (await echo.Ask(("X-Forwarded-For", chain))).Client);
        Assert.Equal("127.0.0.1", (await echo.Ask(("X-Forwarded-For", new string('1', 30_000)))).Client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("10.0.0.0/8")]
    [InlineData("127.0.0.2,::1")]
    public async Task Nobody_else_is_believed(string? trusted)
    {
        await using var echo = await Echo.Start(trusted);
        Assert.Equal(("127.0.0.1", "http", echo.Host),
            await echo.Ask(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "id.example.com")));
    }

    [Theory]
    [InlineData("https", "id.example.com", "https", "id.example.com")]
    [InlineData("HTTPS", "ID.example.com:8443", "https", "ID.example.com:8443")]
    [InlineData("https", "id.example.com:443", "https", "id.example.com")]
    [InlineData("http", "id.example.com:80", "http", "id.example.com")]
    [InlineData("https", "[2001:db8::7]:8443", "https", "[2001:db8::7]:8443")]
    [InlineData("http, https", "evil.example, id.example.com", "https", "id.example.com")]   // left of what the proxy wrote
    [InlineData("ftp", "id.example.com", "http", "id.example.com")]
    [InlineData("https://", "id.example.com", "http", "id.example.com")]
    public async Task Scheme_and_host_are_those_that_the_proxy_was_asked_for(string scheme, string host, string seenScheme, string seenHost)
    {
        await using var echo = await Echo.Start("127.0.0.1");
        Assert.Equal(("192.0.2.7", seenScheme, seenHost),
            await echo.Ask(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host)));
    }

    [Theory]
    [InlineData("id.example.com/path")]
    [InlineData("user@id.example.com")]
    [InlineData("id.example.com:0")]
    [InlineData("id.example.com:https")]
    [InlineData("id example.com")]
    [InlineData("id.example.com?x")]
    [InlineData("\"id.example.com\"")]
    [InlineData(":443")]
    [InlineData("[::1")]
    [InlineData("")]
    public async Task What_is_no_host_is_passed_over(string host)
    {
        await using var echo = await Echo.Start("127.0.0.1");
        Assert.Equal(echo.Host, (await echo.Ask(("X-Forwarded-Host", host))).Host);
        Assert.Equal(echo.Host, (await echo.Ask(("X-Forwarded-Host", new string('a', 254)))).Host);
    }

    [Fact]
    public async Task Through_two_proxies_the_outer_one_tells_what_was_asked_for()
    {
        await using var echo = await Echo.Start("127.0.0.1,10.0.0.0/8");
        (string, string) chain = ("X-Forwarded-For", "192.0.2.7, 10.1.2.3");
        Assert.Equal(("192.0.2.7", "https", "id.example.com"),
            await echo.Ask(chain, ("X-Forwarded-Proto", "ftp, https, http"), ("X-Forwarded-Host", "evil.example, id.example.com, inner.example")));
        Assert.Equal(("192.0.2.7", "https", "id.example.com"), await echo.Ask(chain, ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "id.example.com")));
    }

    [Fact]
    public async Task One_request_s_client_is_not_the_next_one_s_on_the_same_connection()
    {
        await using var echo = await Echo.Start("127.0.0.1");
        Assert.Equal("192.0.2.7", (await echo.Ask(("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Proto", "https"))).Client);
        Assert.Equal(("127.0.0.1", "http", echo.Host), await echo.Ask());
        Assert.Equal(1, echo.Connections);
    }

    [Fact]
    public async Task The_header_of_rfc_7239_is_not_read()
    {
        await using var echo = await Echo.Start("127.0.0.1");
        Assert.Equal(("127.0.0.1", "http", echo.Host), await echo.Ask(("Forwarded", "for=192.0.2.7;proto=https;host=id.example.com")));
    }

    [Theory]
    [InlineData("127.0.0.0/8,::1", "192.0.2.7")]
    [InlineData("10.0.0.0/8", "127.0.0.1")]
    public async Task A_session_shows_the_client_s_address(string trusted, string shown)
    {
        await using var server = await TestServer.Own(options => options with { TrustedProxies = AddressLists.Networks("trusted-proxies", trusted) });
        var pool = await Tracked.Create(server);
        var name = await pool.AddUser();
        server.Api.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9, 192.0.2.7");
        await pool.SignIn(name);
        Assert.Equal(shown, (string?)Assert.Single(await pool.Sessions(name))["LastIPAddress"]);
    }

    [Theory]
    [InlineData("https", "auth.example.com", "max-age=31536000 ; includeSubDomains")]
    [InlineData("http", "auth.example.com", null)]
    [InlineData("https", "auth.localhost", null)]   // other programs of this machine may be there by http
    public async Task Pages_redirects_and_tokens_of_a_domain_by_https_tell_browsers_to_stay_with_it(string scheme, string host, string? told)
    {
        await using var server = await TestServer.Own(static options => options with { TrustedProxies = AddressLists.Networks("trusted-proxies", "127.0.0.1") });
        var pool = await OAuthPool.Create(server);
        await server.Api.Call("CreateUserPoolDomain", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["Domain"] = host,
            ["CustomDomainConfig"] = new JsonObject { ["CertificateArn"] = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012" },
        });
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new(server.Url) };
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", host);
        foreach (var path in new[] { "/login", "/oauth2/authorize", "/logout", "/error", "/signup", "/oauth2/token", "/oauth2/userInfo", "/nowhere" })
        {
            using var answer = await client.GetAsync(pool.Url(path)[pool.Base.Length..]);
            if (path is "/nowhere")
            {
                Assert.False(answer.Headers.Contains("Strict-Transport-Security"));   // no path of a domain: the server's own answer
                continue;
            }
            Assert.Equal(told, answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? Assert.Single(values) : null);
            Assert.True(Guid.TryParse(Assert.Single(answer.Headers.GetValues("x-amz-cognito-request-id")), out _));
        }
    }

    [Fact]
    public async Task A_pool_s_pages_are_those_of_the_host_that_the_proxy_was_asked_for()
    {
        await using var server = await TestServer.Own(static options => options with { TrustedProxies = AddressLists.Networks("trusted-proxies", "127.0.0.1") });
        var pool = await OAuthPool.Create(server);
        var path = pool.Url("/oauth2/authorize")[pool.Base.Length..];
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new(server.Url) };
        using var direct = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, direct.StatusCode);

        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", $"{pool.Domain}.auth.localhost:443");
        using var authorize = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.Redirect, authorize.StatusCode);
        var login = new Uri(new Uri($"https://{pool.Domain}.auth.localhost"), authorize.Headers.Location!);
        Assert.Equal($"https://{pool.Domain}.auth.localhost/login", login.GetLeftPart(UriPartial.Path));
        using var page = await client.GetAsync(login.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.All(page.Headers.GetValues("Set-Cookie"), static cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("proxy.example.com")]
    [InlineData("10.0.0.0/33")]
    [InlineData("127.1")]
    [InlineData("010.0.0.0/8")]
    [InlineData("fe80::1%eth0")]
    [InlineData(",")]
    public void A_proxy_is_an_address_or_a_range(string value)
    {
        var refused = Assert.Throws<OptionException>(() => Options.Read(["--trusted-proxies", value], static _ => null));
        Assert.Contains("--trusted-proxies", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Proxies_come_from_the_environment_and_an_ipv4_range_within_ipv6_is_an_ipv4_range()
    {
        var options = Options.Read([], name => name == "POSTERN_TRUSTED_PROXIES" ? "10.0.0.1/8, ::ffff:192.0.2.0/120 ; [::1]" : null);
        Assert.Equal(["10.0.0.0/8", "192.0.2.0/24", "::1/128"], options.TrustedProxies.Select(static range => range.ToString()));
        Assert.Throws<OptionException>(() => Options.Read(["--trusted-proxies", string.Join(',', Enumerable.Repeat("::1", AddressLists.Most + 1))], static _ => null));
    }

    /// <summary>A server that answers what it takes a request's client, scheme and host for.</summary>
    private sealed class Echo : IAsyncDisposable
    {
        private readonly HttpClient client = new();
        private readonly WebApplication web;
        private readonly HashSet<string> connections = [];

        private Echo(WebApplication web) => this.web = web;

        public string Host { get; private set; } = "";

        public int Connections => connections.Count;

        public static async Task<Echo> Start(string? trusted)
        {
            var proxies = new TrustedProxies(trusted is null ? [] : AddressLists.Networks("trusted-proxies", trusted));
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
            {
                kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
                kestrel.Listen(IPAddress.Loopback, 0);
            });
            var echo = new Echo(builder.Build());
            echo.web.Run(context =>
            {
                echo.connections.Add(context.Connection.Id);
                proxies.Apply(context);
                return context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host}");
            });
            await echo.web.StartAsync();
            var bound = echo.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            echo.Host = new Uri(bound).Authority;
            echo.client.BaseAddress = new(bound);
            return echo;
        }

        /// <summary>What a request with these headers, as they are, is taken for.</summary>
        public async Task<(string Client, string Scheme, string Host)> Ask(params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            var parts = (await response.Content.ReadAsStringAsync()).Split(' ');
            return (parts[0], parts[1], parts[2]);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await web.DisposeAsync();
        }
    }
}
