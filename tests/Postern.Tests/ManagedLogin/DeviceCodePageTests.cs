using System.Net;
using Postern.CommandLine;
using Postern.OAuth.DeviceFlow;
using Postern.Tests.OAuth;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class DeviceCodePageTests(TestServer server)
{
    private const string Wrong = "No device waits with this code. Check it, or get a new one on your device.";

    [Theory]
    [InlineData("BCDF-GHJK")]
    [InlineData("BCDF")]
    [InlineData("")]
    [InlineData("<script>alert(1)</script>")]
    public async Task A_code_that_nobody_waits_with_is_told_and_stays_in_the_field(string typed)
    {
        var pool = await DeviceCalls.Create(server);
        using var browser = pool.Browser();
        await browser.Open(pool.Base + "/device");
        await browser.Submit(("user_code", typed));
        Assert.Equal((HttpStatusCode.OK, Wrong), (browser.Status, browser.Text("id", "loginErrorMessage")));
        Assert.Contains($"value=\"{WebUtility.HtmlEncode(typed)}\"", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_another_pool_or_one_that_is_over_is_a_wrong_one()
    {
        await using var own = await TestServer.Own();
        var (pool, elsewhere) = (await DeviceCalls.Create(own), await DeviceCalls.Create(own));
        var codes = await pool.Codes();
        using var browser = elsewhere.Browser();
        await browser.Open(elsewhere.Base + "/device");
        await browser.Submit(("user_code", codes.Text("user_code")));
        Assert.Contains(Wrong, browser.Html, StringComparison.Ordinal);
        await own.Advance("PT10M");
        using var late = pool.Browser();
        await late.Bring(codes);
        Assert.Contains(Wrong, late.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forms_without_the_browsers_token_are_refused()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Codes();
        using var browser = await pool.Confirming(codes, await pool.Pool.AddUser());
        foreach (var token in new[] { "", "other" })
        {
            using var tab = new WebBrowser(server.Url, browser);
            await tab.Submit(("_csrf", token), ("decision", "allow"));
            Assert.Equal(HttpStatusCode.Forbidden, tab.Status);
        }
        using var first = pool.Browser();
        await first.Open(codes.Text("verification_uri"));
        await first.Submit(("_csrf", "other"), ("user_code", codes.Text("user_code")));
        Assert.Equal(HttpStatusCode.Forbidden, first.Status);
        Assert.Contains("The form could not be checked.", first.Html, StringComparison.Ordinal);
        Assert.Equal("authorization_pending", (await pool.Poll(codes)).Error);
    }

    [Fact]
    public async Task The_page_takes_forms_and_is_not_shown_in_frames()
    {
        var pool = await DeviceCalls.Create(server);
        var put = await Visit.To(pool.Base + "/device", method: HttpMethod.Put);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, put.Status);
        using var json = new HttpRequestMessage(HttpMethod.Post, pool.Base + "/device") { Content = new StringContent("{}") };
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Api.Http.SendAsync(json)).StatusCode);
        var page = await Visit.To(pool.Base + "/device?user_code=" + new string('x', 3000));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("frame-ancestors 'none'", page.Answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Visit.To(pool.Base + "/device", method: HttpMethod.Head)).Status);
    }

    [Fact]
    public async Task An_address_may_type_so_many_codes_an_hour()
    {
        await using var own = await TestServer.Own();
        var pool = await DeviceCalls.Create(own);
        var codes = await pool.Codes();
        using var browser = pool.Browser();
        await browser.Open(pool.Base + "/device");
        // What can be no code is none that is guessed.
        await browser.Submit(("user_code", "BCDF"));
        for (var count = 0; count < DeviceLimits.CodesOfAddress; count++)
        {
            await browser.Submit(("user_code", "BCDF-GHJK"));
            Assert.Contains(Wrong, browser.Html, StringComparison.Ordinal);
        }
        await browser.Submit(("user_code", codes.Text("user_code")));
        Assert.Equal((HttpStatusCode.TooManyRequests, "Attempt limit exceeded, please try after some time."), (browser.Status, browser.Text("id", "loginErrorMessage")));
        await own.Advance("PT1H");
        await browser.Bring(await pool.Codes());
        Assert.StartsWith($"{pool.Base}/login?", browser.Location.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guesses_from_many_addresses_are_bounded_by_the_pool_and_right_codes_are_no_guesses()
    {
        await using var own = await TestServer.Own(static options => options with { TrustedProxies = AddressLists.Networks("trusted-proxies", "127.0.0.1") });
        var pool = await DeviceCalls.Create(own);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var codes = await pool.Codes();
        Assert.Equal(HttpStatusCode.Redirect, await Type(codes.Text("user_code"), "2001:db8::1"));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, DeviceLimits.WrongCodesOfPool), async (count, _) => Assert.Equal(HttpStatusCode.OK, await Type("BCDF-GHJK", $"198.51.{count / 50}.1")));
        foreach (var address in new[] { "203.0.113.1", "2001:db8::1" })
            Assert.Equal(HttpStatusCode.TooManyRequests, await Type(codes.Text("user_code"), address));
        await own.Advance("PT1H");
        Assert.Equal(HttpStatusCode.Redirect, await Type((await pool.Codes()).Text("user_code"), "203.0.113.1"));

        // One customer has 64 bits of addresses.
        for (var count = 0; count < DeviceLimits.CodesOfAddress; count++)
            Assert.Equal(HttpStatusCode.OK, await Type("BCDF-GHJK", $"2001:db8:1:1::{count:x}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await Type("BCDF-GHJK", "2001:db8:1:1:ffff::1"));
        Assert.Equal(HttpStatusCode.OK, await Type("BCDF-GHJK", "2001:db8:1:2::1"));

        async Task<HttpStatusCode> Type(string code, string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, pool.Base + "/device")
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("_csrf", "invented"), KeyValuePair.Create("user_code", code)]),
            };
            request.Headers.Add("Cookie", "XSRF-TOKEN=invented");
            request.Headers.Add("X-Forwarded-For", address);
            return (await http.SendAsync(request)).StatusCode;
        }
    }
}
