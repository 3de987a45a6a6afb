using System.Net;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>CSS and logo of SetUICustomization on the classic pages.</summary>
public sealed class ThemeClassicTests(TestServer server)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

    private HttpClient Http => server.Api.Http;

    [Fact]
    public async Task The_pool_s_CSS_is_linked_after_the_classic_sheet_at_once()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        Assert.Equal(["pages.css", "classic.css"], (await pool.Sheets()).Select(NameOf));
        await pool.Customize(".submitButton-customizable{background-color:#123456}");
        var sheets = await pool.Sheets();
        Assert.Equal(["pages.css", "classic.css", "customization.css"], sheets.Select(NameOf));
        Assert.StartsWith(pool.Base + "/assets/", sheets[^1], StringComparison.Ordinal);
        Assert.Equal("\n.submitButton-customizable {\n  background-color: #123456;\n}\n", await pool.ThemeSheet());

        await pool.Customize(".submitButton-customizable{background-color:#654321}");
        Assert.Contains("#654321", await pool.ThemeSheet(), StringComparison.Ordinal);
        Assert.NotEqual(sheets[^1], (await pool.Sheets())[^1]);
        foreach (var path in new[] { "/signup", "/forgotPassword" })
            Assert.Contains("/customization.css?", await pool.Page(path: path), StringComparison.Ordinal);

        await pool.Customize(null);
        Assert.Equal(["pages.css", "classic.css"], (await pool.Sheets()).Select(NameOf));
    }

    [Fact]
    public async Task A_client_s_own_customization_replaces_the_pool_s_wholly_and_another_client_keeps_that()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        var second = await pool.AddClient();
        await pool.Customize(".label-customizable{color:red}", Png);
        await pool.Customize(".label-customizable{color:blue}", null, pool.ClientId);
        Assert.Contains("blue", await pool.ThemeSheet(), StringComparison.Ordinal);
        Assert.DoesNotContain("<img", await pool.Page(), StringComparison.Ordinal);
        Assert.Contains("red", await pool.ThemeSheet(second), StringComparison.Ordinal);
        Assert.Contains("class=\"logo-customizable\"", await pool.Page(second), StringComparison.Ordinal);

        await pool.Customize(null, null, pool.ClientId);
        Assert.Contains("red", await pool.ThemeSheet(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sheet_is_kept_for_good_under_its_version_and_asked_for_under_any_other()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        await pool.Customize(".label-customizable{color:red}");
        var address = (await pool.Sheets())[^1];
        using var answer = await Http.GetAsync(new Uri(address));
        Assert.Equal(("text/css", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var known = await Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);

        await pool.Customize(".label-customizable{color:green}");
        using var changed = await Http.GetAsync(new Uri(address));
        Assert.Equal("no-cache", changed.Headers.CacheControl!.ToString());
        Assert.Contains("green", await changed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var other = await Http.GetAsync(new Uri(address.Replace("of=ALL", "of=%00nobody", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task The_logo_is_above_the_fields_with_its_own_content_type()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        await pool.Customize(null, Png);
        var html = await pool.Page();
        var logo = ThemedPool.Source(html, "banner-customizable");
        Assert.True(html.IndexOf("logo-customizable", StringComparison.Ordinal) < html.IndexOf("signInFormUsername", StringComparison.Ordinal));
        await AssertImage(logo, "image/png", Png, "public, max-age=31536000, immutable");

        await pool.Customize(null, Jpeg);
        var next = ThemedPool.Source(await pool.Page(), "banner-customizable");
        Assert.NotEqual(logo, next);
        await AssertImage(next, "image/jpeg", Jpeg, "public, max-age=31536000, immutable");
        await AssertImage(logo, "image/jpeg", Jpeg, "no-cache");

        var sheet = await Http.GetStringAsync(new Uri((await pool.Sheets())[1]), TestContext.Current.CancellationToken);
        Assert.Contains(".logo-customizable { max-width: min(350px, 100%); max-height: 178px;", sheet, StringComparison.Ordinal);
        await pool.Customize(null);
        using var gone = await Http.GetAsync(new Uri(next));
        Assert.Equal((HttpStatusCode.NotFound, "no-store"), (gone.StatusCode, gone.Headers.CacheControl!.ToString()));
    }

    [Fact]
    public async Task The_logo_is_where_GetUICustomization_tells_it()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        var shared = (string)(await pool.Customize(null, Png))["ImageUrl"]!;
        var own = (string)(await pool.Customize(null, Jpeg, pool.ClientId))["ImageUrl"]!;
        Assert.Contains("/ALL/", shared, StringComparison.Ordinal);
        Assert.Contains($"/{pool.ClientId}/", own, StringComparison.Ordinal);
        await AssertImage(shared, "image/png", Png, "no-cache");
        await AssertImage(own, "image/jpeg", Jpeg, "no-cache");

        await pool.Customize(null, Jpeg);
        using var replaced = await Http.GetAsync(new Uri(shared));
        Assert.Equal(HttpStatusCode.NotFound, replaced.StatusCode);
        foreach (var path in new[] { "/assets/images/image.jpg", "//assets/images/image.jpg", "/a/b/c/assets/images/image.jpg", $"/{pool.Pool.Id}/a%20b/x/assets/images/image.jpg" })
        {
            using var none = await Http.GetAsync(new Uri(server.Url + path));
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
        using var posted = await Http.PostAsync(new Uri(own), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Fact]
    public async Task The_error_page_has_the_look_of_the_client_that_it_names()
    {
        var pool = await OAuthPool.Create(server, version: 1);
        await pool.Customize(".label-customizable{color:red}", null, pool.ClientId);
        using var browser = pool.Browser();
        await browser.Open($"{pool.Base}/error?error=Oh&client_id={pool.ClientId}");
        Assert.Contains($"/customization.css?of={pool.ClientId}", browser.Html, StringComparison.Ordinal);
        await browser.Open($"{pool.Base}/error?error=Oh&client_id=nobody");
        Assert.DoesNotContain("customization.css", browser.Html, StringComparison.Ordinal);
    }

    private async Task AssertImage(string address, string type, byte[] bytes, string caching)
    {
        using var answer = await Http.GetAsync(new Uri(address));
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox;", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(caching, answer.Headers.CacheControl!.ToString());
    }

    private static string NameOf(string address) => new Uri(address).Segments[^1];
}
