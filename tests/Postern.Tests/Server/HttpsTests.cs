using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Postern.CommandLine;

namespace Postern.Tests.Server;

/// <summary>Real handshakes with a server of its own authority, by a client that trusts that one alone.</summary>
public sealed class HttpsTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("postern-https-").FullName;
    private PosternServer server = null!;

    private ServerOptions Options => new()
    {
        Urls = "http://127.0.0.1:0", HttpsUrls = "https://127.0.0.1:0", HttpsAuthority = folder, Data = ":memory:", Quiet = true, KeyStock = 0,
    };

    public async ValueTask InitializeAsync() => server = await PosternServer.Start(Options);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("demo.auth.localhost")]
    [InlineData("a.b.c.auth.localhost")]
    [InlineData("DEMO.Auth.LocalHost")]
    public async Task Localhost_and_all_names_below_it_are_served_to_who_trusts_the_authority(string name)
    {
        using var client = Client(server);
        using var response = await client.GetAsync($"https://{name}:{Port(server)}/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_client_that_does_not_trust_the_authority_is_not_served()
    {
        using var client = new HttpClient();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://127.0.0.1:{Port(server)}/health"));
        Assert.IsType<AuthenticationException>(refused.InnerException);
    }

    [Theory]
    [InlineData("login.example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("notlocalhost")]
    [InlineData("192.0.2.1")]
    public async Task Another_name_gets_a_certificate_that_is_not_its_own(string name)
    {
        var errors = SslPolicyErrors.None;
        using var client = Client(server, seen: found => errors = found);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://{name}:{Port(server)}/health"));
        Assert.Equal(SslPolicyErrors.RemoteCertificateNameMismatch, errors);
    }

    [Fact]
    public async Task Names_that_are_asked_for_are_served_with_all_below_them_and_addresses_too()
    {
        await using var named = await PosternServer.Start(Options with { HttpsNames = ["example.com", "10.0.2.2", "xn--bcher-kva.example"] });
        using var client = Client(named);
        foreach (var name in new[] { "example.com", "login.example.com", "10.0.2.2", "bücher.example", "localhost", "127.0.0.1", "demo.auth.localhost" })
        {
            using var response = await client.GetAsync($"https://{name}:{Port(named)}/health");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://example.org:{Port(named)}/health"));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"https://10.0.2.3:{Port(named)}/health"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Both_versions_of_http_are_spoken(int version)
    {
        using var client = Client(server);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://demo.auth.localhost:{Port(server)}/health")
        {
            Version = new(version, version == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version.Major));
    }

    [Fact]
    public async Task Calls_come_in_by_https_and_the_issuer_stays_the_http_address()
    {
        Assert.StartsWith("http://localhost:", server.Url, StringComparison.Ordinal);
        Assert.StartsWith("https://localhost:", server.HttpsUrl, StringComparison.Ordinal);
        using var client = Client(server);
        var pool = (await Call(client, "CreateUserPool", new() { ["PoolName"] = "tls" }))["UserPool"]!;
        var configuration = JsonNode.Parse(await client.GetStringAsync($"https://localhost:{Port(server)}/{pool["Id"]}/.well-known/openid-configuration"))!;
        Assert.Equal($"{server.Url}/{pool["Id"]}", (string?)configuration["issuer"]);
    }

    [Fact]
    public async Task A_pool_s_pages_stay_on_https_and_keep_their_cookies_there()
    {
        using var client = Client(server);
        var pool = (string)(await Call(client, "CreateUserPool", new() { ["PoolName"] = "tls" }))["UserPool"]!["Id"]!;
        var app = (string)(await Call(client, "CreateUserPoolClient", new()
        {
            ["UserPoolId"] = pool,
            ["ClientName"] = "app",
            ["SupportedIdentityProviders"] = new JsonArray("COGNITO"),
            ["CallbackURLs"] = new JsonArray("https://app.example/callback"),
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"),
            ["AllowedOAuthScopes"] = new JsonArray("openid"),
        }))["UserPoolClient"]!["ClientId"]!;
        var domain = "d" + Guid.NewGuid().ToString("N")[..12];
        await Call(client, "CreateUserPoolDomain", new() { ["UserPoolId"] = pool, ["Domain"] = domain, ["ManagedLoginVersion"] = 2 });

        var origin = $"https://{domain}.auth.localhost:{Port(server)}";
        using var response = await client.GetAsync($"{origin}/oauth2/authorize?response_type=code&client_id={app}&redirect_uri=https://app.example/callback");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith($"{origin}/login?", response.RequestMessage!.RequestUri!.ToString(), StringComparison.Ordinal);
        Assert.All(response.Headers.GetValues("Set-Cookie"), static cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_public_address_is_the_issuer_s_base_with_https_as_well()
    {
        await using var named = await PosternServer.Start(Options with { PublicUrl = "https://id.example.com" });
        using var client = Client(named);
        var pool = (await Call(client, "CreateUserPool", new() { ["PoolName"] = "tls" }, named))["UserPool"]!;
        var configuration = JsonNode.Parse(await client.GetStringAsync($"https://localhost:{Port(named)}/{pool["Id"]}/.well-known/openid-configuration"))!;
        Assert.Equal($"https://id.example.com/{pool["Id"]}", (string?)configuration["issuer"]);
    }

    [Fact]
    public async Task Https_may_be_all_that_is_served()
    {
        await using var alone = await PosternServer.Start(Options with { Urls = "" });
        Assert.Equal(alone.HttpsUrl, alone.Url);
        using var client = Client(alone);
        using var response = await client.GetAsync($"{alone.Url}/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var refused = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(Options with { Urls = "", HttpsUrls = null }));
        Assert.Contains("--urls", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_handshake_ends_its_own_connection_alone()
    {
        using (var plain = new TcpClient())
        {
            await plain.ConnectAsync(IPAddress.Loopback, Port(server));
            await plain.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            using var reader = new StreamReader(plain.GetStream());
            Assert.DoesNotContain("200", await ReadOrNothing(reader), StringComparison.Ordinal);
        }
        using var client = Client(server);
        using var response = await client.GetAsync($"https://localhost:{Port(server)}/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "--https-urls takes addresses such as https://localhost:9230")]
    [InlineData("https://login.example.com:0", "--https-urls takes localhost or an IP address")]
    [InlineData("https://0.0.0.0:0", "--allow-remote-dev")]
    public async Task An_address_of_no_use_is_refused_at_start(string urls, string says)
    {
        var refused = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(Options with { HttpsUrls = urls }));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_makes_no_certificates_and_serves_the_one_it_is_given()
    {
        var production = Options with { Mode = ServerMode.Production, MasterKey = Convert.ToBase64String(new byte[32]) };
        var refused = await Assert.ThrowsAsync<OptionException>(() => PosternServer.Start(production));
        Assert.Contains("--https-certificate", refused.Message, StringComparison.Ordinal);

        await Assert.ThrowsAnyAsync<IOException>(() => PosternServer.Start(production with { HttpsCertificate = Path.Combine(folder, "missing.pem") }));

        using var authority = Postern.Cryptography.Certificates.LocalAuthority.Create(["id.example.com"], DateTimeOffset.UtcNow);
        using var leaf = authority.Issue(["id.example.com"], DateTimeOffset.UtcNow);
        var (chain, key) = (Path.Combine(folder, "fullchain.pem"), Path.Combine(folder, "privkey.pem"));
        await File.WriteAllTextAsync(chain, leaf.ExportCertificatePem() + "\n" + authority.CertificatePem);
        await File.WriteAllTextAsync(key, leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var given = await PosternServer.Start(production with { HttpsCertificate = chain, HttpsKey = key });
        Assert.Null(given.HttpsAuthority);
        using var client = Client(given, trust: authority.CertificatePem);
        using var response = await client.GetAsync($"https://id.example.com:{Port(given)}/health");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_server_without_https_makes_no_authority()
    {
        var other = Directory.CreateTempSubdirectory("postern-https-").FullName;
        await using (await PosternServer.Start(Options with { HttpsUrls = null, HttpsAuthority = other }))
            Assert.Empty(Directory.EnumerateFiles(other));
        Directory.Delete(other);
    }

    /// <summary>A client that goes to the server whatever the name, and trusts its authority alone.</summary>
    private static HttpClient Client(PosternServer server, Action<SslPolicyErrors>? seen = null, string? trust = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(trust ?? File.ReadAllText(server.HttpsAuthority!));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new() { CertificateChainPolicy = policy },
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        if (seen is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                seen(errors);
                return errors is SslPolicyErrors.None;
            };
        }
        return new(handler) { Timeout = TimeSpan.FromSeconds(60) };
    }

    private async Task<JsonObject> Call(HttpClient client, string operation, JsonObject body, PosternServer? to = null)
    {
        using var api = new Api((to ?? server).Url);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:{Port(to ?? server)}/") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8) };
        message.Content.Headers.ContentType = new("application/x-amz-json-1.1");
        message.Headers.Add("X-Amz-Target", "AWSCognitoIdentityProviderService." + operation);
        message.Headers.TryAddWithoutValidation("Authorization", api.Authorization("cognito-idp"));
        using var response = await client.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private static async Task<string> ReadOrNothing(StreamReader reader)
    {
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";   // reset
        }
    }

    private static int Port(PosternServer server) => new Uri(server.HttpsUrl!).Port;
}
