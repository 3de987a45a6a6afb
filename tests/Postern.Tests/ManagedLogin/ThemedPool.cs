using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>Pools whose pages have a look of their own, and what a browser loads of it.</summary>
internal static partial class ThemedPool
{
    /// <summary>The smallest file that is a PNG to who looks at its beginning.</summary>
    public const string Png = "iVBORw0KGgo=";

    /// <summary>A drawing that is harmless.</summary>
    public const string Svg = "PHN2Zy8+";

    /// <summary>Gives a client a style; its id.</summary>
    /// <param name="settings">JSON; null: the provided style.</param>
    /// <param name="clientId">Null: the pool's first.</param>
    public static async Task<string> Style(this OAuthPool pool, string? settings, JsonArray? assets = null, string? clientId = null)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = clientId ?? pool.ClientId, ["Assets"] = assets ?? [] };
        if (settings is null)
            request["UseCognitoProvidedValues"] = true;
        else
            request["Settings"] = JsonNode.Parse(settings);
        return (string)(await pool.Pool.Api.Call("CreateManagedLoginBranding", request))["ManagedLoginBranding"]!["ManagedLoginBrandingId"]!;
    }

    public static Task Restyle(this OAuthPool pool, string id, string settings, JsonArray? assets = null) => pool.Pool.Api.Call("UpdateManagedLoginBranding", new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["ManagedLoginBrandingId"] = id,
        ["Settings"] = JsonNode.Parse(settings),
        ["Assets"] = assets ?? [],
    });

    public static JsonObject Asset(string category, string mode = "DYNAMIC", string extension = "PNG", string bytes = Png, string? resource = null)
    {
        var asset = new JsonObject { ["Category"] = category, ["ColorMode"] = mode, ["Extension"] = extension, ["Bytes"] = bytes };
        if (resource is not null)
            asset["ResourceId"] = resource;
        return asset;
    }

    /// <summary>Sets the CSS and the logo of the classic pages; what is set is answered.</summary>
    /// <param name="clientId">Null: for all.</param>
    public static async Task<JsonObject> Customize(this OAuthPool pool, string? css, byte[]? logo = null, string? clientId = null)
    {
        var request = new JsonObject { ["UserPoolId"] = pool.Pool.Id };
        if (clientId is not null)
            request["ClientId"] = clientId;
        if (css is not null)
            request["CSS"] = css;
        if (logo is not null)
            request["ImageFile"] = Convert.ToBase64String(logo);
        return (await pool.Pool.Api.Call("SetUICustomization", request))["UICustomization"]!.AsObject();
    }

    /// <summary>A second client, which may do what the first may.</summary>
    public static async Task<string> AddClient(this OAuthPool pool) => (string)(await pool.Pool.Api.Call("CreateUserPoolClient", new()
    {
        ["UserPoolId"] = pool.Pool.Id,
        ["ClientName"] = "second",
        ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        ["SupportedIdentityProviders"] = new JsonArray("COGNITO"),
        ["CallbackURLs"] = new JsonArray(OAuthPool.Callback),
        ["AllowedOAuthFlowsUserPoolClient"] = true,
        ["AllowedOAuthFlows"] = new JsonArray("code"),
        ["AllowedOAuthScopes"] = new JsonArray("openid"),
    }))["UserPoolClient"]!["ClientId"]!;

    /// <summary>The addresses of the sheets that a sign-in page links, in order.</summary>
    public static async Task<IReadOnlyList<string>> Sheets(this OAuthPool pool, string? clientId = null)
    {
        var html = await pool.Page(clientId);
        return [.. SheetPattern().Matches(html).Select(static found => WebUtility.HtmlDecode(found.Groups["address"].Value))];
    }

    /// <summary>The sheet that the client's look adds; null where it adds none.</summary>
    public static async Task<string?> ThemeSheet(this OAuthPool pool, string? clientId = null)
    {
        var last = (await pool.Sheets(clientId))[^1];
        return last.Contains("/style.css?", StringComparison.Ordinal) || last.Contains("/customization.css?", StringComparison.Ordinal)
            ? await pool.Pool.Api.Http.GetStringAsync(new Uri(last))
            : null;
    }

    /// <summary>The sign-in page.</summary>
    public static async Task<string> Page(this OAuthPool pool, string? clientId = null, string path = "/login")
    {
        using var browser = pool.Browser();
        await browser.Open(pool.Url(path, ("client_id", clientId ?? pool.ClientId)));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        return browser.Html;
    }

    /// <summary>The address of an image, by a part of the page that stands before it.</summary>
    public static string Source(string html, string before)
    {
        var found = Regex.Match(html[html.IndexOf(before, StringComparison.Ordinal)..], "<img[^>]*\\bsrc=\"(?<address>[^\"]*)\"");
        return WebUtility.HtmlDecode(found.Groups["address"].Value);
    }

    /// <summary>The custom properties of a sheet's first block, by name.</summary>
    public static Dictionary<string, string> Properties(string sheet, string block = ":root {")
    {
        var start = sheet.IndexOf(block, StringComparison.Ordinal) + block.Length;
        return PropertyPattern().Matches(sheet[start..sheet.IndexOf('}', start)])
            .GroupBy(static found => found.Groups["name"].Value).ToDictionary(static group => group.Key, static group => group.Last().Groups["value"].Value);
    }

    [GeneratedRegex("<link rel=\"stylesheet\" href=\"(?<address>[^\"]*)\"")]
    private static partial Regex SheetPattern();

    [GeneratedRegex("--(?<name>[a-z-]+): (?<value>[^;]+);")]
    private static partial Regex PropertyPattern();
}
