using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>What came back at the callback.</summary>
/// <param name="Page">The sign-in page that was shown on the way; null where nobody had to sign in.</param>
internal sealed record Callback(string Code, string? Nonce, string? Page)
{
    public bool WasAsked => Page is not null;
}

/// <summary>A confidential client as the OpenID Foundation's conformance suite is one, with a browser and a user of its own: it makes the suite's
/// checks of each answer, whatever a module is about.</summary>
internal sealed class RelyingParty : IDisposable
{
    /// <summary>Every claim of OpenID Connect Core, section 5.1, that a user pool has.</summary>
    public static readonly (string Name, string Value)[] Profile =
    [
        ("name", "Ann Q. Example"), ("given_name", "Ann"), ("family_name", "Example"), ("middle_name", "Q."), ("nickname", "annie"), ("profile", "https://ann.example/"),
        ("picture", "https://ann.example/me.png"), ("website", "https://ann.example/home"), ("gender", "female"), ("birthdate", "1990-02-28"),
        ("zoneinfo", "Europe/Paris"), ("locale", "fr-FR"), ("updated_at", "1700000000"), ("preferred_username", "ann"),
    ];

    private readonly TestServer server;
    private readonly WebBrowser browser;
    private readonly string secret;
    private TimeSpan ahead;

    private RelyingParty(TestServer server, OAuthPool pool, string secret, string user, JsonObject discovered)
    {
        this.server = server;
        this.secret = secret;
        Pool = pool;
        User = user;
        Discovered = discovered;
        browser = pool.Browser();
    }

    public OAuthPool Pool { get; }

    public string User { get; }

    /// <summary>The provider's configuration.</summary>
    public JsonObject Discovered { get; }

    public static async Task<RelyingParty> Create(TestServer server, JsonObject? pool = null)
    {
        var made = await OAuthPool.Create(server, pool, new() { ["GenerateSecret"] = true });
        var user = await made.Pool.AddUser();
        await made.Pool.Admin("AdminUpdateUserAttributes", user, new()
        {
            ["UserAttributes"] = Server.Pool.Attributes([.. Profile, ("phone_number", "+15550100"), ("phone_number_verified", "true"), ("address", "1 Main Street")]),
        });
        var secret = (string)(await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = made.Pool.Id, ["ClientId"] = made.ClientId }))["UserPoolClient"]!["ClientSecret"]!;
        return new(server, made, secret, user, (await server.Api.Get($"/{made.Pool.Id}/.well-known/openid-configuration"))!.AsObject());
    }

    /// <summary>Lets time pass; on a server of the test's own.</summary>
    public async Task Wait(int seconds)
    {
        await server.Advance($"PT{seconds}S");
        ahead += TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Opens an authorization request, and signs in where a page asks for it; the answer must be a code, with the state, in the query.</summary>
    public async Task<Callback> Authorize(params (string Name, string? Value)[] parameters)
    {
        var (state, nonce) = (Convert.ToHexString(RandomNumberGenerator.GetBytes(10)), Convert.ToHexString(RandomNumberGenerator.GetBytes(10)));
        await browser.Open(Pool.Url("/oauth2/authorize", [("scope", "openid"), ("state", state), ("nonce", nonce), .. parameters]));
        return await Finish(state, parameters.Contains(("nonce", null)) ? null : nonce);
    }

    /// <summary>The same by a form that is posted.</summary>
    public async Task<Callback> AuthorizeByPost()
    {
        await browser.Post($"{Pool.Base}/oauth2/authorize",
        [
            ("response_type", "code"), ("client_id", Pool.ClientId), ("redirect_uri", OAuthPool.Callback), ("scope", "openid"), ("state", "a+b c"), ("nonce", "n"),
        ]);
        return await Finish("a+b c", "n");
    }

    /// <summary>Exchanges the code with the client's secret, by Basic or in the form.</summary>
    public Task<OAuthAnswer> TryExchange(Callback callback, bool byPost = false, params (string Name, string Value)[] more) =>
        Grant(byPost, [("grant_type", "authorization_code"), ("code", callback.Code), ("redirect_uri", OAuthPool.Callback), .. more]);

    /// <summary>The same, which must give tokens.</summary>
    public async Task<JsonObject> Exchange(Callback callback, bool byPost = false, params (string Name, string Value)[] more)
    {
        var answer = await TryExchange(callback, byPost, more);
        AssertTokens(answer);
        await Verify(answer.Body, callback.Nonce);
        return answer.Body;
    }

    /// <summary>Signs in and exchanges.</summary>
    public async Task<JsonObject> Tokens(params (string Name, string? Value)[] parameters) => await Exchange(await Authorize(parameters));

    public Task<OAuthAnswer> Refresh(string token) => Grant(false, [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")]);

    /// <summary>What userInfo tells; its subject must be the ID token's.</summary>
    public async Task<JsonObject> UserInfo(JsonObject tokens)
    {
        var answer = await Pool.UserInfo(tokens.Text("access_token"));
        AssertUserInfo(answer, tokens);
        return answer.Body;
    }

    public static void AssertUserInfo(OAuthAnswer answer, JsonObject tokens)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        Assert.Equal((string?)Jwt.Read(tokens.Text("id_token")).Claims["sub"], (string?)answer.Body["sub"]);
    }

    /// <summary>An answer with tokens: RFC 6749, section 5.1.</summary>
    public static void AssertTokens(OAuthAnswer answer)
    {
        Assert.True(answer.Status is HttpStatusCode.OK, answer.Body.ToJsonString());
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
        Assert.Contains("no-store", answer.Header("Cache-Control")!.Split(',', StringSplitOptions.TrimEntries));
        Assert.Equal("no-cache", answer.Header("Pragma"));
        Assert.Equal("bearer", answer.Body.Text("token_type"), ignoreCase: true);
        Assert.InRange((int)answer.Body["expires_in"]!, 1, 86_400);
        Assert.All(answer.Body.Text("access_token"), static c => Assert.InRange(c, '\x20', '\x7e'));
    }

    /// <summary>The ID token: OpenID Connect Core, sections 2, 3.1.3.6 and 3.1.3.7; its claims as section 5.1 has them.</summary>
    /// <param name="nonce">That of the request; null: there must be none.</param>
    public async Task<JsonObject> Verify(JsonObject tokens, string? nonce)
    {
        var claims = (await Jwt.Verify(server.Api, Pool.Pool.Id, tokens.Text("id_token"))).Claims;
        var now = DateTimeOffset.UtcNow + ahead;
        Assert.Equal((string?)Discovered["issuer"], (string?)claims["iss"]);
        Assert.Equal(Pool.ClientId, (string?)claims["aud"]);
        Assert.True(!claims.ContainsKey("azp") || (string?)claims["azp"] == Pool.ClientId);
        Assert.InRange((long)claims["iat"]!, (now - TimeSpan.FromMinutes(5)).ToUnixTimeSeconds(), (now + TimeSpan.FromSeconds(5)).ToUnixTimeSeconds());
        Assert.True((long)claims["exp"]! > now.ToUnixTimeSeconds());
        Assert.True((long)claims["auth_time"]! <= (long)claims["iat"]!);
        Assert.InRange(((string)claims["sub"]!).Length, 1, 255);
        Assert.Equal(nonce, (string?)claims["nonce"]);
        Assert.Equal(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(tokens.Text("access_token"))).AsSpan(0, 16)), (string?)claims["at_hash"]);
        if (claims["acr"] is { } acr)
            Assert.Equal(JsonValueKind.String, acr.GetValueKind());
        AssertStandardClaims(claims);
        return claims;
    }

    /// <summary>OpenID Connect Core, section 5.1: the types of claims.</summary>
    public static void AssertStandardClaims(JsonObject claims)
    {
        foreach (var (name, value) in claims)
        {
            switch (name)
            {
                case "email_verified" or "phone_number_verified":
                    Assert.True(value!.GetValueKind() is JsonValueKind.True or JsonValueKind.False, $"{name}: {value.ToJsonString()}");
                    break;
                case "updated_at":
                    // Milliseconds would be far beyond it.
                    Assert.InRange((long)value!, 1, 100_000_000_000);
                    break;
                case "address":
                    Assert.All(value!.AsObject(), static part => Assert.Equal(JsonValueKind.String, part.Value!.GetValueKind()));
                    break;
                case "email" or "phone_number" or "sub":
                case var _ when Profile.Any(claim => claim.Name == name):
                    Assert.Equal(JsonValueKind.String, value!.GetValueKind());
                    break;
            }
        }
    }

    public void Dispose() => browser.Dispose();

    private async Task<Callback> Finish(string state, string? nonce)
    {
        string? page = null;
        if (browser.Location.AbsolutePath.EndsWith("/login", StringComparison.Ordinal))
        {
            page = browser.Html;
            await browser.Submit(("username", User), ("password", Server.Pool.Password));
        }
        Assert.StartsWith(OAuthPool.Callback + "?", browser.Location.OriginalString, StringComparison.Ordinal);
        Assert.Equal("", browser.Location.Fragment);
        Assert.Null(browser.Given("error"));
        Assert.Equal(state, browser.Given("state"));
        return new(browser.Given("code") ?? throw new Xunit.Sdk.XunitException($"No code: {browser.Location}"), nonce, page);
    }

    private Task<OAuthAnswer> Grant(bool byPost, (string Name, string Value)[] fields) => byPost
        ? Pool.Grant(null, [("client_id", Pool.ClientId), ("client_secret", secret), .. fields])
        : Pool.Grant(OAuthCalls.Basic(Pool.ClientId, secret), fields);
}
