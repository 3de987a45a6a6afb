using System.Net;
using System.Text.RegularExpressions;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>The images of a style on the pages of managed login.</summary>
public sealed class ThemeImageTests(TestServer server)
{
    private const string Everything = """
        {"categories":{"global":{"colorSchemeMode":"MODE","pageHeader":{"enabled":true},"pageFooter":{"enabled":true}}},
         "components":{"form":{"logo":{"enabled":true},"backgroundImage":{"enabled":true}},
                       "pageHeader":{"logo":{"enabled":true},"backgroundImage":{"enabled":true}},"pageFooter":{"logo":{"enabled":true},"backgroundImage":{"enabled":true}}}}
        """;

    private static readonly string Light = Everything.Replace("MODE", "LIGHT", StringComparison.Ordinal);
    private static readonly string Dynamic = Everything.Replace("MODE", "DYNAMIC", StringComparison.Ordinal);

    [Fact]
    public async Task Logos_stand_in_header_form_and_footer_where_they_are_enabled()
    {
        var pool = await OAuthPool.Create(server);
        var id = await pool.Style("{}", [ThemedPool.Asset("FORM_LOGO"), ThemedPool.Asset("PAGE_HEADER_LOGO"), ThemedPool.Asset("PAGE_FOOTER_LOGO")]);
        Assert.DoesNotContain("<img", await pool.Page(), StringComparison.Ordinal);
        await pool.Restyle(id, Light);
        var html = await pool.Page();
        var sources = new[] { "<header", "<main", "<footer" }.Select(place => ThemedPool.Source(html, place)).ToList();
        Assert.Equal(3, sources.Distinct().Count());
        foreach (var source in sources)
            await AssertImage(source, "image/png");
        Assert.True(html.IndexOf("class=\"logo\"", StringComparison.Ordinal) < html.IndexOf("signInFormUsername", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("IN", "TOP", new[] { "<main", "logo", "<form", "</main" })]
    [InlineData("IN", "BOTTOM", new[] { "<main", "<form", "logo", "</main" })]
    [InlineData("OUT", "TOP", new[] { "logo", "<main", "<form", "</main" })]
    [InlineData("OUT", "BOTTOM", new[] { "<main", "<form", "</main", "logo" })]
    public async Task The_form_s_logo_has_the_place_that_the_style_says(string inclusion, string position, string[] order)
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style($$$$$"""{"components":{"form":{"logo":{"enabled":true,"formInclusion":"{{{{{inclusion}}}}}","position":"{{{{{position}}}}}"}}}}""", [ThemedPool.Asset("FORM_LOGO")]);
        var html = await pool.Page();
        var places = order.Select(part => html.IndexOf(part is "logo" ? "class=\"logo\"" : part, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Pages_that_follow_the_browser_offer_both_modes_images()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Dynamic, [ThemedPool.Asset("FORM_LOGO", "LIGHT"), ThemedPool.Asset("FORM_LOGO", "DARK"), ThemedPool.Asset("PAGE_HEADER_LOGO"), ThemedPool.Asset("PAGE_BACKGROUND", "DARK")]);
        var html = await pool.Page();
        var form = html[html.IndexOf("<main", StringComparison.Ordinal)..];
        Assert.Contains("<source media=\"(prefers-color-scheme: dark)\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain("<source", html[..html.IndexOf("<main", StringComparison.Ordinal)], StringComparison.Ordinal);
        var sheet = (await pool.ThemeSheet())!;
        Assert.Equal("var(--page-graphics)", ThemedPool.Properties(sheet)["page-image"]);
        Assert.StartsWith("url(", ThemedPool.Properties(sheet, "@media (prefers-color-scheme: dark) {\n:root {")["page-image"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backgrounds_are_images_of_the_sheet_beside_it()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Light, [
            ThemedPool.Asset("PAGE_BACKGROUND", extension: "SVG", bytes: ThemedPool.Svg), ThemedPool.Asset("FORM_BACKGROUND"),
            ThemedPool.Asset("PAGE_HEADER_BACKGROUND"), ThemedPool.Asset("PAGE_FOOTER_BACKGROUND")]);
        var address = (await pool.Sheets())[^1];
        var set = ThemedPool.Properties((await pool.ThemeSheet())!);
        foreach (var (name, type) in new[] { ("page", "image/svg+xml"), ("form", "image/png"), ("header", "image/png"), ("footer", "image/png") })
        {
            var image = set[name + "-image"];
            Assert.StartsWith("url(\"image?", image, StringComparison.Ordinal);
            await AssertImage(new Uri(new Uri(address), image["url(\"".Length..^2]).ToString(), type);
        }
    }

    [Fact]
    public async Task Favicons_are_linked_by_their_types_for_the_modes_they_are_for()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Contains("<link rel=\"icon\" href=\"data:,\">", await pool.Page(), StringComparison.Ordinal);
        var id = await pool.Style(Dynamic, [
            ThemedPool.Asset("FAVICON_SVG", "LIGHT", "SVG", ThemedPool.Svg), ThemedPool.Asset("FAVICON_SVG", "DARK", "SVG", ThemedPool.Svg),
            ThemedPool.Asset("FAVICON_ICO", extension: "ICO", bytes: "AAABAA==")]);
        var html = await pool.Page();
        Assert.DoesNotContain("data:,", html, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(html, "type=\"image/svg"));
        Assert.Equal(1, Regex.Count(html, "<link rel=\"icon\" [^>]*media=\"\\(prefers-color-scheme: dark\\)\""));
        Assert.Contains("type=\"image/x-icon\"", html, StringComparison.Ordinal);
        await pool.Restyle(id, """{"components":{"favicon":{"enabledTypes":["ICO"]}}}""");
        Assert.DoesNotContain("image/svg", await pool.Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_of_what_a_page_asks_for_are_above_its_form()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("{}", [ThemedPool.Asset("PASSWORD_GRAPHIC")]);
        Assert.DoesNotContain("class=\"graphic\"", await pool.Page(), StringComparison.Ordinal);
        var html = await pool.Page(path: "/forgotPassword");
        await AssertImage(ThemedPool.Source(html, "class=\"graphic\""), "image/png");
    }

    [Fact]
    public async Task An_image_that_was_replaced_is_gone_and_names_that_are_none_lead_nowhere()
    {
        var pool = await OAuthPool.Create(server);
        var id = await pool.Style("""{"components":{"form":{"logo":{"enabled":true}}}}""", [ThemedPool.Asset("FORM_LOGO")]);
        var old = ThemedPool.Source(await pool.Page(), "<main");
        await pool.Restyle(id, "{}", [ThemedPool.Asset("FORM_LOGO", extension: "SVG", bytes: ThemedPool.Svg)]);
        await AssertImage(ThemedPool.Source(await pool.Page(), "<main"), "image/svg+xml");
        foreach (var address in new[] { old, $"{pool.Base}/assets/image", $"{pool.Base}/assets/image?style={id}&file=a%00", $"{pool.Base}/assets/image?style={id}&file=", $"{pool.Base}/assets/image?style=logo&file=ALL%2Fx" })
        {
            using var none = await server.Api.Http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
        using var posted = await server.Api.Http.PostAsync(new Uri(old), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    // A drawing is a document of the sign-in's origin to who opens it by itself.
    private async Task AssertImage(string address, string type)
    {
        using var answer = await server.Api.Http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'; style-src 'unsafe-inline'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var known = await server.Api.Http.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
    }
}
