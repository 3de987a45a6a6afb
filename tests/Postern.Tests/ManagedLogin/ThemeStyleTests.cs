using System.Text.RegularExpressions;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>The settings of a client's style on the pages of managed login.</summary>
public sealed class ThemeStyleTests(TestServer server)
{
    private const string Colors = """
        {"components":{"pageBackground":{"lightMode":{"color":"A1B2C3FF"},"darkMode":{"color":"010203ff"}},
                       "primaryButton":{"lightMode":{"defaults":{"backgroundColor":"ff000080","textColor":"00ff00ff"}}}}
        """;

    [Fact]
    public async Task A_style_of_light_pages_sets_the_light_colours_and_links_no_dark_sheet()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Colors + "}");
        var sheet = (await pool.ThemeSheet())!;
        var set = ThemedPool.Properties(sheet);
        Assert.Equal(("#a1b2c3ff", "#ff000080", "#00ff00ff"), (set["page-background"], set["primary"], set["primary-text"]));
        Assert.Equal(("#033160ff", "#c6c6cdff"), (set["primary-hover"], set["form-border"]));
        Assert.DoesNotContain("@media", sheet, StringComparison.Ordinal);
        var html = await pool.Page();
        Assert.DoesNotContain("dark.css", html, StringComparison.Ordinal);
        Assert.Contains("<meta name=\"color-scheme\" content=\"light\">", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DARK", "#010203ff", null, "dark")]
    [InlineData("DYNAMIC", "#a1b2c3ff", "#010203ff", "light dark")]
    public async Task The_color_scheme_mode_says_which_colours_are_seen(string mode, string first, string? dark, string schemes)
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Colors + ",\"categories\":{\"global\":{\"colorSchemeMode\":\"" + mode + "\"}}}");
        var sheet = (await pool.ThemeSheet())!;
        Assert.Equal(first, ThemedPool.Properties(sheet)["page-background"]);
        Assert.Equal(dark is not null, sheet.Contains("@media (prefers-color-scheme: dark)", StringComparison.Ordinal));
        if (dark is not null)
            Assert.Equal(dark, ThemedPool.Properties(sheet, "@media (prefers-color-scheme: dark) {\n:root {")["page-background"]);
        var html = await pool.Page();
        Assert.Contains("dark.css", html, StringComparison.Ordinal);
        Assert.Contains($"content=\"{schemes}\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Radii_places_and_density_are_set_and_the_stock_decoration_can_be_left_out()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("{}");
        var set = ThemedPool.Properties((await pool.ThemeSheet())!);
        Assert.Equal(("8px", "12px", "center", "center"), (set["form-radius"], set["alert-radius"], set["form-inline"], set["form-block"]));
        Assert.Equal(("1", "var(--page-graphics)"), (set["space"], set["page-image"]));

        pool = await OAuthPool.Create(server);
        await pool.Style("""
            {"categories":{"form":{"displayGraphics":false,"location":{"horizontal":"START","vertical":"END"}},"global":{"spacingDensity":"COMPACT"}},
             "componentClasses":{"buttons":{"borderRadius":2.5},"input":{"borderRadius":0}},
             "components":{"form":{"borderRadius":30,"logo":{"location":"END"}},"pageHeader":{"logo":{"location":"CENTER"}}}}
            """);
        set = ThemedPool.Properties((await pool.ThemeSheet())!);
        Assert.Equal(("start", "end", "end", "center"), (set["form-inline"], set["form-block"], set["logo-place"], set["header-logo"]));
        Assert.Equal(("30px", "2.5px", "0px", ".7", "none"), (set["form-radius"], set["button-radius"], set["input-radius"], set["space"], set["page-image"]));
    }

    [Fact]
    public async Task Every_property_of_the_sheet_is_one_that_the_pages_use()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("""{"categories":{"global":{"colorSchemeMode":"DYNAMIC"}}}""");
        var stock = await server.Api.Http.GetStringAsync(new Uri((await pool.Sheets())[0]), TestContext.Current.CancellationToken);
        var unused = ThemedPool.Properties((await pool.ThemeSheet())!).Keys.Where(name => !Regex.IsMatch(stock, $"var\\(--{name}[,)]"));
        Assert.Empty(unused);
    }

    [Fact]
    public async Task Header_and_footer_are_there_where_they_are_enabled()
    {
        var pool = await OAuthPool.Create(server);
        var id = await pool.Style("{}");
        Assert.DoesNotContain("page-header", await pool.Page(), StringComparison.Ordinal);
        await pool.Restyle(id, """{"categories":{"global":{"pageHeader":{"enabled":true},"pageFooter":{"enabled":true}}},"components":{"pageFooter":{"lightMode":{"background":{"color":"112233ff"}}}}}""");
        var html = await pool.Page();
        Assert.Contains("<header class=\"page-header\">", html, StringComparison.Ordinal);
        Assert.Contains("<footer class=\"page-footer\">", html, StringComparison.Ordinal);
        Assert.Equal("#112233ff", ThemedPool.Properties((await pool.ThemeSheet())!)["footer-background"]);
    }

    [Theory]
    [InlineData("112233ff", "#ffffffff")]
    [InlineData("ffffffff", "#000716ff")]
    [InlineData("e0e0e0ff", "#000716ff")]
    public async Task Texts_that_the_document_has_no_colour_for_can_be_read_on_what_it_has_one_for(string background, string text)
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("{\"componentClasses\":{\"input\":{\"lightMode\":{\"defaults\":{\"backgroundColor\":\"" + background + "\"}}}}}");
        Assert.Equal(text, ThemedPool.Properties((await pool.ThemeSheet())!)["input-text"]);
    }

    [Theory]
    [InlineData("""{"components":{"pageBackground":{"lightMode":{"color":"ff0000ff}body{display:none"}}}}""")]
    [InlineData("""{"components":{"form":{"borderRadius":"1px}body{display:none"}}}""")]
    [InlineData("""{"categories":{"form":{"location":{"horizontal":"START;}body{display:none"}}}}""")]
    public async Task Values_that_would_be_more_than_values_are_refused(string settings)
    {
        var pool = await OAuthPool.Create(server);
        var refused = await Assert.ThrowsAsync<ServiceError>(() => pool.Style(settings));
        Assert.Equal("InvalidParameterException", refused.Type);
    }

    [Fact]
    public async Task Nothing_of_the_document_is_copied_into_the_sheet()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("""
            {"later}body{display:none":{"x":"}body{display:none"},
             "categories":{"global":{"colorSchemeMode":"DYNAMIC","spacingDensity":"}body{display:none"},
                           "auth":{"authMethodOrder":[[{"display":"}body{","type":"</style><script>"}]],"federation":{"interfaceStyle":"}body{display:none","order":["</script>"]}}},
             "components":{"pageBackground":{"lightMode":{"later":"}body{display:none"}},"favicon":{"enabledTypes":["}body{display:none",7,null]}}}
            """);
        var sheet = (await pool.ThemeSheet())!;
        Assert.DoesNotContain("body", sheet, StringComparison.Ordinal);
        Assert.All(
            sheet.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Matches(@"^(:root \{|@media \(prefers-color-scheme: dark\) \{|\}|  --[a-z-]+: (#[0-9a-f]{8}|[0-9.]+(px)?|start|end|center|none|var\(--page-graphics\));)$", line));
        var html = await pool.Page();
        Assert.DoesNotContain("display:none", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", html, StringComparison.Ordinal);
        Assert.False(Regex.IsMatch(html, "\\sstyle="), html);
    }

    [Fact]
    public async Task The_pages_policy_allows_no_style_but_that_of_sheets_of_the_domain()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Colors + "}", [ThemedPool.Asset("PAGE_BACKGROUND")]);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        var policy = browser.Answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("img-src 'self' data:;", policy, StringComparison.Ordinal);
        Assert.All(await pool.Sheets(), address => Assert.StartsWith(pool.Base + "/", address, StringComparison.Ordinal));
        Assert.Contains("image?style=", await pool.ThemeSheet(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sheet_s_address_changes_with_what_it_says_and_may_be_kept_for_good()
    {
        var pool = await OAuthPool.Create(server);
        var id = await pool.Style(Colors + "}");
        var before = (await pool.Sheets())[^1];
        using var answer = await server.Api.Http.GetAsync(new Uri(before), TestContext.Current.CancellationToken);
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        Assert.Equal(("text/css", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal(before, (await pool.Sheets())[^1]);

        await pool.Restyle(id, """{"components":{"form":{"borderRadius":3}}}""");
        Assert.NotEqual(before, (await pool.Sheets())[^1]);
        using var older = await server.Api.Http.GetAsync(new Uri(before), TestContext.Current.CancellationToken);
        Assert.Equal("no-cache", older.Headers.CacheControl!.ToString());
        Assert.Contains("--form-radius: 3px;", await older.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client=%23x")]
    [InlineData("client=")]
    [InlineData("client=nobody")]
    [InlineData("client=a%00b")]
    public async Task There_is_no_sheet_of_nobody(string query)
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style("{}");
        using var answer = await server.Api.Http.GetAsync(new Uri($"{pool.Base}/assets/style.css?{query}"), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }
}
