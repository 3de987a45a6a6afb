using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>Whose pages have which look, and since when.</summary>
public sealed class ThemeClientTests(TestServer server)
{
    private const string Unavailable = "Login pages unavailable. Please contact an administrator.";
    private const string Red = """{"components":{"pageBackground":{"lightMode":{"color":"ff0000ff"}}}}""";
    private const string Blue = """{"components":{"pageBackground":{"lightMode":{"color":"0000ffff"}}}}""";

    [Fact]
    public async Task Each_client_has_its_own_style_and_the_default_one_without()
    {
        var pool = await OAuthPool.Create(server);
        var second = await pool.AddClient();
        Assert.Null(await pool.ThemeSheet());
        Assert.Contains("dark.css", await pool.Page(), StringComparison.Ordinal);

        var red = await pool.Style(Red);
        Assert.Equal("#ff0000ff", await Background(pool));
        Assert.Null(await pool.ThemeSheet(second));
        await pool.Style(Blue, null, second);
        Assert.Equal(("#ff0000ff", "#0000ffff"), (await Background(pool), await Background(pool, second)));

        await server.Api.Call("DeleteManagedLoginBranding", new() { ["UserPoolId"] = pool.Pool.Id, ["ManagedLoginBrandingId"] = red });
        Assert.Null(await pool.ThemeSheet());
        Assert.Equal("#0000ffff", await Background(pool, second));
    }

    [Fact]
    public async Task The_style_is_on_every_page_and_on_the_page_of_faults()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Red);
        foreach (var path in new[] { "/login", "/signup", "/forgotPassword" })
            Assert.Contains("/assets/style.css?client=", await pool.Page(path: path), StringComparison.Ordinal);
        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(("_csrf", "wrong"));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        Assert.Contains("/assets/style.css?client=", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_switch_says_so_pages_without_a_style_are_unavailable_until_there_is_one()
    {
        var pool = await OAuthPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:require-branding"] = "true" } });
        await AssertUnavailable(pool);
        var style = await pool.Style(null);
        Assert.Contains("signInFormUsername", await pool.Page(), StringComparison.Ordinal);
        Assert.Contains("/assets/style.css?client=", await pool.Page(), StringComparison.Ordinal);
        await server.Api.Call("DeleteManagedLoginBranding", new() { ["UserPoolId"] = pool.Pool.Id, ["ManagedLoginBrandingId"] = style });
        await AssertUnavailable(pool);

        var classic = await OAuthPool.Create(server, new() { ["UserPoolTags"] = new JsonObject { ["postern:require-branding"] = "true" } }, version: 1);
        Assert.Contains("signInFormUsername", await classic.Page(), StringComparison.Ordinal);
        Assert.Contains("signInFormUsername", await (await OAuthPool.Create(server)).Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_switch_may_be_for_some_clients_alone()
    {
        var pool = await OAuthPool.Create(server);
        var second = await pool.AddClient();
        await server.Api.Call("TagResource", new()
        {
            ["ResourceArn"] = (string)(await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Pool.Id }))["UserPool"]!["Arn"]!,
            ["Tags"] = new JsonObject { ["postern:require-branding"] = pool.ClientId },
        });
        await AssertUnavailable(pool);
        Assert.Contains("signInFormUsername", await pool.Page(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_domain_s_version_chooses_between_customization_and_style()
    {
        var pool = await OAuthPool.Create(server);
        await pool.Style(Red);
        await pool.Customize(".label-customizable{color:red}");
        Assert.Equal("#ff0000ff", await Background(pool));
        await SetVersion(pool, 1);
        Assert.Equal("\n.label-customizable {\n  color: red;\n}\n", await pool.ThemeSheet());
        await SetVersion(pool, 2);
        Assert.Equal("#ff0000ff", await Background(pool));
    }

    [Fact]
    public async Task What_another_server_of_the_same_database_set_is_shown_at_once()
    {
        var database = await (await Storage.Postgres.Cluster.Current()).NewDatabase(isMigrated: false);
        var key = Convert.ToBase64String(new byte[32].Select(static (_, at) => (byte)at).ToArray());
        await using var one = await TestServer.Own(options => options with { Data = null, Db = database, MasterKey = key });
        await using var two = await TestServer.Own(options => options with { Data = null, Db = database, MasterKey = key });
        var managed = await OAuthPool.Create(one);
        var classic = await OAuthPool.Create(one, version: 1);
        Assert.DoesNotContain("/style.css", await Page(two, managed), StringComparison.Ordinal);
        Assert.DoesNotContain("/customization.css", await Page(two, classic), StringComparison.Ordinal);

        var id = await managed.Style(Red);
        await classic.Customize(".label-customizable{color:red}");
        Assert.Contains("/style.css", await Page(two, managed), StringComparison.Ordinal);
        Assert.Contains("/customization.css", await Page(two, classic), StringComparison.Ordinal);
        Assert.Equal("#ff0000ff", ThemedPool.Properties(await Sheet(two, managed, "style.css?client=" + managed.ClientId))["page-background"]);

        await managed.Restyle(id, Blue);
        await classic.Customize(".label-customizable{color:blue}");
        Assert.Equal("#0000ffff", ThemedPool.Properties(await Sheet(two, managed, "style.css?client=" + managed.ClientId))["page-background"]);
        Assert.Contains("blue", await Sheet(two, classic, "customization.css?of=ALL"), StringComparison.Ordinal);
    }

    private static Task<string> Page(TestServer at, OAuthPool pool) => Get(at, pool.Url("/login"), pool);

    private static Task<string> Sheet(TestServer at, OAuthPool pool, string name) => Get(at, $"{pool.Base}/assets/{name}", pool);

    private static Task<string> Get(TestServer at, string address, OAuthPool pool)
    {
        var path = address[pool.Base.Length..];
        return at.Api.Http.GetStringAsync(new Uri($"{at.Url}/_domains/{pool.Domain}{path}"), TestContext.Current.CancellationToken);
    }

    private static async Task AssertUnavailable(OAuthPool pool)
    {
        using var browser = pool.Browser();
        foreach (var path in new[] { "/login", "/signup", "/forgotPassword" })
        {
            await browser.Open(pool.Url(path));
            Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
            Assert.Contains(Unavailable, browser.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<form", browser.Html, StringComparison.Ordinal);
        }
    }

    private Task<System.Text.Json.Nodes.JsonObject> SetVersion(OAuthPool pool, int version) =>
        server.Api.Call("UpdateUserPoolDomain", new() { ["UserPoolId"] = pool.Pool.Id, ["Domain"] = pool.Domain, ["ManagedLoginVersion"] = version });

    private static async Task<string?> Background(OAuthPool pool, string? clientId = null) =>
        ThemedPool.Properties((await pool.ThemeSheet(clientId))!)["page-background"];
}
