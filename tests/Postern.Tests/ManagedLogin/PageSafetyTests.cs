using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;

namespace Postern.Tests.ManagedLogin;

public sealed partial class PageSafetyTests(TestServer server)
{
    private const string Hostile = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&{{0}}";

    /// <summary>Posts a form as a script does that never saw the page.</summary>
    internal static async Task Post(WebBrowser browser, string url, string? cookie, string? field, params (string Name, string Value)[] fields)
    {
        if (cookie is not null)
            browser.Cookies.Add(new Uri(url), new Cookie("XSRF-TOKEN", cookie) { Path = "/" });
        var all = field is null ? fields : [("_csrf", field), .. fields];
        await browser.Post(url, all);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_page_carries_its_security_headers(int version)
    {
        var pool = await OAuthPool.Create(server, version: version, client: new() { ["CallbackURLs"] = new JsonArray(OAuthPool.Callback, "myapp://callback") });
        using var browser = pool.Browser();
        foreach (var path in new[] { "/login", "/signup", "/forgotPassword" })
        {
            await browser.Open(pool.Url(path));
            AssertHeaders(browser, "https://app.example");
        }
        await browser.Open(pool.Url("/login", ("redirect_uri", "myapp://callback")));
        AssertHeaders(browser, "myapp:");
        await browser.Open(pool.Base + "/error?error=x");
        AssertHeaders(browser, null);
    }

    [Theory]
    [InlineData("https://é.example/callback", "https://xn--9ca.example")]
    [InlineData("https://日本.example:8443/コ", "https://xn--wgv71a.example:8443")]
    [InlineData("https://user:secret@app.example/callback", "https://app.example")]
    [InlineData("http://[::1]:3000/", "http://[::1]:3000")]
    public async Task The_policy_names_a_callback_s_origin_in_ASCII_and_without_a_user(string callback, string origin)
    {
        var pool = await OAuthPool.Create(server, client: new() { ["CallbackURLs"] = new JsonArray(callback) });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("redirect_uri", callback)));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        AssertHeaders(browser, origin);
    }

    [Fact]
    public async Task What_users_and_links_say_is_never_markup()
    {
        var pool = await OAuthPool.Create(server, new() { ["PoolName"] = "p", ["Schema"] = AccountPool.Requires("given_name") });
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", ("login_hint", Hostile), ("state", Hostile), ("lang", Hostile), ("nonce", Hostile)));
        AssertNoMarkup(browser);
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(Hostile).Replace("&#39;", "&#x27;", StringComparison.Ordinal)}\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(("username", Hostile), ("password", Hostile));
        AssertNoMarkup(browser);
        await browser.Open(pool.Base + "/error?error=" + Uri.EscapeDataString(Hostile));
        AssertNoMarkup(browser);
        await browser.Open(pool.Url("/login", ("client_id", Hostile)));
        AssertNoMarkup(browser);

        var user = "u" + Guid.NewGuid().ToString("N")[..12];
        await pool.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = Pool.Password });
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("username", user), ("password", Pool.Password));
        await browser.Submit(("new_password", "a"), ("confirm_password", "a"), ("requiredAttributes[given_name]", Hostile));
        AssertNoMarkup(browser);
        await browser.Submit(("state", Hostile));
        AssertNoMarkup(browser);
    }

    [Fact]
    public async Task The_name_of_a_pool_and_of_a_device_is_never_markup()
    {
        var pool = await OAuthPool.Create(server, new() { ["PoolName"] = "a,b+c=d@e. -" });
        await MfaPool.Configure(pool.Pool, "OPTIONAL", "TOTP");
        var user = await pool.Pool.AddUser();
        await pool.Pool.SetUpToken(user, Hostile);
        await pool.Pool.Enable(user, "TOTP");
        using var browser = await pool.SignIn(user);
        AssertNoMarkup(browser);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "a")]
    [InlineData("a", null)]
    [InlineData("a", "b")]
    [InlineData("a", "")]
    public async Task A_form_without_the_cookies_token_is_refused(string? cookie, string? field)
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await Post(browser, pool.Url("/login"), cookie, field, ("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("Cookies may be blocked", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invented_pair_is_taken_in_development_as_scripts_send_it()
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        var pair = Guid.NewGuid().ToString();
        await Post(browser, pool.Url("/login"), pair, pair, ("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        await pool.AssertSignedIn(browser);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nnonsense")]
    [InlineData("multipart/form-data; boundary=x", "a=b")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\na")]
    [InlineData("application/json", "{}")]
    [InlineData("application/x-www-form-urlencoded", "%zz=%&&&===;;\0")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "a=+AGE-")]
    public async Task A_body_that_is_no_form_is_a_fault_of_the_request(string type, string body)
    {
        var pool = await OAuthPool.Create(server);
        using var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await server.Api.Http.PostAsync(pool.Url("/login"), content);
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_form_that_is_too_long_is_refused()
    {
        var pool = await OAuthPool.Create(server);
        using var answer = await server.Api.Http.PostAsync(pool.Url("/login"), new FormUrlEncodedContent([new("username", new string('a', 100_000))]));
        Assert.InRange((int)answer.StatusCode, 400, 499);
        using var many = await server.Api.Http.PostAsync(pool.Url("/login"), new FormUrlEncodedContent(Enumerable.Range(0, 1000).Select(static i => KeyValuePair.Create("a" + i, "b"))));
        Assert.InRange((int)many.StatusCode, 400, 499);
    }

    [Theory]
    [InlineData("client_id", null, "Required String parameter 'client_id' is not present")]
    [InlineData("client_id", "nobody", "Client does not exist.")]
    [InlineData("redirect_uri", "https://evil.example/", "redirect_mismatch")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("scope", "unknown", "invalid_scope")]
    public async Task A_page_with_wrong_parameters_tells_the_fault_and_leads_nowhere(string name, string? value, string text)
    {
        var pool = await OAuthPool.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login", (name, value)));
        Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        Assert.Contains(text, browser.Problem(), StringComparison.Ordinal);
        Assert.DoesNotContain("<form", browser.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        var pool = await OAuthPool.Create(server);
        using var answer = await server.Api.Http.SendAsync(new(new(method), pool.Url("/login")));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_page_with_all_that_it_loads_is_below_60_kB_compressed_and_kept_for_good(int version)
    {
        var pool = await OAuthPool.Create(server, version: version);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        var loaded = browser.Html.Length;
        var assets = AssetPattern().Matches(browser.Html).Select(static found => WebUtility.HtmlDecode(found.Groups[1].Value)).ToList();
        Assert.InRange(assets.Count, 3, 4);
        foreach (var asset in assets)
        {
            foreach (var encoding in new[] { "br", "gzip", "identity" })
            {
                using var answer = await Get(asset, encoding);
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString().Replace("public,max", "public, max", StringComparison.Ordinal));
                Assert.Equal(encoding is "identity" ? null : encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
                Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
                if (encoding is "identity")
                    loaded += bytes.Length;
                else
                    Assert.Equal(await (await Get(asset, "identity")).Content.ReadAsByteArrayAsync(), await Unpack(encoding, bytes));
                using var again = await Get(asset, encoding, answer.Headers.ETag!.ToString());
                Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            }
            using var old = await Get(asset[..asset.IndexOf('?', StringComparison.Ordinal)] + "?v=old", "br");
            Assert.Equal(TimeSpan.FromHours(1), old.Headers.CacheControl!.MaxAge);
        }
        // Even what a client without compression loads.
        Assert.InRange(loaded, 1_000, 60_000);
    }

    [Fact]
    public async Task There_is_no_inline_style_or_script_for_the_policy_to_refuse()
    {
        var pool = await OAuthPool.Create(server);
        await MfaPool.Configure(pool.Pool, "ON", "TOTP");
        using var browser = await pool.SignIn(await pool.Pool.AddUser());
        Assert.DoesNotMatch("<style|\\sstyle=|\\son[a-z]+=|<script(?![^>]*src=)", browser.Html);
    }

    private async Task<HttpResponseMessage> Get(string url, string encoding, string? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await server.Api.Http.SendAsync(request);
    }

    private static async Task<byte[]> Unpack(string encoding, byte[] bytes)
    {
        using var source = new MemoryStream(bytes);
        await using Stream stream = encoding is "br" ? new BrotliStream(source, CompressionMode.Decompress) : new GZipStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        await stream.CopyToAsync(target);
        return target.ToArray();
    }

    private static void AssertHeaders(WebBrowser browser, string? callback)
    {
        var headers = browser.Answer.Headers;
        var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("form-action 'self'" + (callback is null ? "" : " " + callback), policy, StringComparison.Ordinal);
        Assert.Equal("no-store", headers.CacheControl!.ToString());
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
    }

    private static void AssertNoMarkup(WebBrowser browser)
    {
        Assert.NotEqual("", browser.Html);
        Assert.DoesNotContain("<script>", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"'>", browser.Html, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]*/assets/[^\"]*)\"")]
    private static partial Regex AssetPattern();
}
