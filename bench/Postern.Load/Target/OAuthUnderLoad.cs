using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Postern.Load.Target;

/// <summary>A domain of the pool under load, a client of its pages and one that acts for itself.</summary>
public sealed class OAuthUnderLoad
{
    private const string Callback = "https://app.example/callback";
    private const string Scope = "bench/read";
    private const int CallsAtOnce = 8;
    private const int Browsers = 16;

    private readonly Uri server;
    private readonly string domain;
    private readonly string client;
    private readonly string machine;
    private readonly string secret;

    private OAuthUnderLoad(Uri server, string domain, string client, string machine, string secret)
    {
        this.server = server;
        this.domain = domain;
        this.client = client;
        this.machine = machine;
        this.secret = secret;
    }

    public static async Task<OAuthUnderLoad> Make(Api api, string poolId)
    {
        var domain = "bench" + Guid.NewGuid().ToString("N")[..12];
        await api.Call("CreateUserPoolDomain", new() { ["UserPoolId"] = poolId, ["Domain"] = domain });
        await api.Call("CreateResourceServer", new()
        {
            ["UserPoolId"] = poolId,
            ["Identifier"] = "bench",
            ["Name"] = "bench",
            ["Scopes"] = new JsonArray(new JsonObject { ["ScopeName"] = "read", ["ScopeDescription"] = "read" }),
        });
        var client = await Client(api, poolId, "code", ["openid", "email"], new() { ["SupportedIdentityProviders"] = new JsonArray("COGNITO"), ["CallbackURLs"] = new JsonArray(Callback) });
        var machine = await Client(api, poolId, "client_credentials", [Scope], new() { ["GenerateSecret"] = true });
        return new(api.Url, domain, (string)client["ClientId"]!, (string)machine["ClientId"]!, (string)machine["ClientSecret"]!);
    }

    /// <summary>The request for a token of the machine's own.</summary>
    public byte[] Credentials() => WireRequest.Form(
        server, Path("/oauth2/token"), $"grant_type=client_credentials&scope={Uri.EscapeDataString(Scope)}",
        "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{machine}:{secret}")));

    /// <summary>Requests that exchange a code, each for one use, good for five minutes: some users sign in on the page, then their browsers get
    /// all others without it.</summary>
    /// <exception cref="LoadException">The server gives no code.</exception>
    public async Task<byte[][]> Exchanges(int count, Func<int, string> username)
    {
        var requests = new ConcurrentBag<byte[]>();
        for (var browser = 0; browser < Browsers; browser++)
        {
            var cookies = new CookieContainer();
            using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies });
            await SignIn(http, cookies, username(browser));
            await Parallel.ForAsync(0, count / Browsers, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce }, async (_, stop) =>
            {
                using var answer = await http.GetAsync(new Uri(server, Query("/oauth2/authorize")), stop);
                requests.Add(Exchange(Code(answer)));
            });
        }
        return [.. requests];
    }

    private async Task SignIn(HttpClient http, CookieContainer cookies, string username)
    {
        // Development takes any pair that is equal, as scripts of end-to-end tests make them up.
        var token = Guid.NewGuid().ToString();
        var page = new Uri(server, Query("/login"));
        cookies.Add(page, new Cookie("XSRF-TOKEN", token, Path("")));
        using var form = new FormUrlEncodedContent([new("_csrf", token), new("username", username), new("password", PoolUnderLoad.Password)]);
        using var answer = await http.PostAsync(page, form);
        _ = Code(answer);
    }

    private byte[] Exchange(string code) => WireRequest.Form(
        server, Path("/oauth2/token"), $"grant_type=authorization_code&client_id={client}&redirect_uri={Uri.EscapeDataString(Callback)}&code={Uri.EscapeDataString(code)}");

    private string Query(string path) =>
        $"{Path(path)}?response_type=code&client_id={client}&redirect_uri={Uri.EscapeDataString(Callback)}&scope=openid+email&state=s";

    private string Path(string path) => $"/_domains/{domain}{path}";

    private static string Code(HttpResponseMessage answer)
    {
        const string name = "code=";
        var query = answer.Headers.Location?.OriginalString.Split('?', 2).ElementAtOrDefault(1)?.Split('&') ?? [];
        return Array.Find(query, static pair => pair.StartsWith(name, StringComparison.Ordinal)) is { } pair
            ? Uri.UnescapeDataString(pair[name.Length..])
            : throw new LoadException($"No code was given, but {(int)answer.StatusCode} {answer.Headers.Location}");
    }

    private static async Task<JsonNode> Client(Api api, string poolId, string flow, string[] scopes, JsonObject more)
    {
        more["UserPoolId"] = poolId;
        more["ClientName"] = flow;
        more["AllowedOAuthFlowsUserPoolClient"] = true;
        more["AllowedOAuthFlows"] = new JsonArray(flow);
        more["AllowedOAuthScopes"] = new JsonArray([.. scopes]);
        return (await api.Call("CreateUserPoolClient", more))["UserPoolClient"]!;
    }
}
