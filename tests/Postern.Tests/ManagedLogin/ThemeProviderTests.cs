using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

/// <summary>How a style has the sign-in page offer providers.</summary>
public sealed class ThemeProviderTests(TestServer server)
{
    [Fact]
    public async Task The_method_that_the_style_names_first_stands_first()
    {
        var pool = await Create();
        var id = await pool.Style("{}");
        Assert.True(await IsAboveForm(pool, "name=\"Alpha\""));
        await pool.Restyle(id, """{"categories":{"auth":{"authMethodOrder":[[{"display":"INPUT","type":"USERNAME_PASSWORD"},{"display":"BUTTON","type":"FEDERATED"}]]}}}""");
        Assert.False(await IsAboveForm(pool, "name=\"Alpha\""));
        await pool.Restyle(id, """{"categories":{"auth":{"authMethodOrder":["x",[7,{"type":null},{}]]}}}""");
        Assert.True(await IsAboveForm(pool, "name=\"Alpha\""));
    }

    [Fact]
    public async Task Buttons_come_in_the_order_of_the_style_then_social_ones_then_by_name()
    {
        var pool = await Create();
        var id = await pool.Style("{}");
        Assert.Equal(["googleSignUpButton", "Alpha", "Beta"], await Buttons(pool));
        await pool.Restyle(id, """{"categories":{"auth":{"federation":{"order":["Beta","nobody"]}}}}""");
        Assert.Equal(["Beta", "googleSignUpButton", "Alpha"], await Buttons(pool));
    }

    [Fact]
    public async Task Providers_with_identifiers_are_found_by_an_address_where_the_style_does_not_list_buttons()
    {
        var pool = await Create();
        var id = await pool.Style("{}");
        Assert.DoesNotContain("corporate_email", await pool.Page(), StringComparison.Ordinal);
        await pool.Restyle(id, """{"categories":{"auth":{"federation":{"interfaceStyle":"DOMAIN_SEARCH"}}}}""");
        Assert.Contains("corporate_email", await pool.Page(), StringComparison.Ordinal);
        Assert.Equal(["googleSignUpButton", "Alpha"], await Buttons(pool));

        using var browser = pool.Browser();
        await browser.Open(pool.Url("/login"));
        await browser.Submit(0, ("corporate_email", "jane@beta.example"));
        Assert.EndsWith("&idp_identifier=beta.example", browser.Answer.Headers.GetValues("Refresh").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_s_button_has_its_icon_unless_icons_are_off()
    {
        var pool = await Create();
        var id = await pool.Style("{}", [ThemedPool.Asset("IDP_BUTTON_ICON", resource: "Alpha"), ThemedPool.Asset("IDP_BUTTON_ICON", resource: "Google", extension: "SVG", bytes: ThemedPool.Svg)]);
        var html = await pool.Page();
        Assert.Equal(2, Regex.Count(html, "<img class=\"provider-icon\""));
        Assert.NotEqual(ThemedPool.Source(html, "name=\"googleSignUpButton\""), ThemedPool.Source(html, "name=\"Alpha\""));
        await pool.Restyle(id, """{"componentClasses":{"idpButtons":{"icons":{"enabled":false}}}}""");
        Assert.DoesNotContain("provider-icon", await pool.Page(), StringComparison.Ordinal);
    }

    private static async Task<bool> IsAboveForm(OAuthPool pool, string part)
    {
        var html = await pool.Page();
        Assert.Contains("signInFormUsername", html, StringComparison.Ordinal);
        return html.IndexOf(part, StringComparison.Ordinal) < html.IndexOf("signInFormUsername", StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> Buttons(OAuthPool pool) =>
        Regex.Matches(await pool.Page(), "<a class=\"btn [^>]*name=\"(?<name>[^\"]*)\"").Select(static found => found.Groups["name"].Value);

    /// <summary>A pool with Google, Alpha, and Beta, which has an identifier.</summary>
    private async Task<OAuthPool> Create()
    {
        var pool = await OAuthPool.Create(server);
        foreach (var name in new[] { "Google", "Alpha", "Beta" })
        {
            var details = new JsonObject { ["client_id"] = "a", ["client_secret"] = "b", ["authorize_scopes"] = "openid" };
            if (name is not "Google")
            {
                foreach (var (key, value) in new[]
                {
                    ("oidc_issuer", "https://idp.example"), ("attributes_request_method", "GET"), ("authorize_url", "https://idp.example/a"),
                    ("token_url", "https://idp.example/t"), ("attributes_url", "https://idp.example/u"), ("jwks_uri", "https://idp.example/j"),
                })
                    details[key] = value;
            }
            var provider = new JsonObject { ["UserPoolId"] = pool.Pool.Id, ["ProviderName"] = name, ["ProviderType"] = name is "Google" ? "Google" : "OIDC", ["ProviderDetails"] = details };
            if (name is "Beta")
                provider["IdpIdentifiers"] = new JsonArray("beta.example");
            await server.Api.Call("CreateIdentityProvider", provider);
        }
        await server.Api.Call("UpdateUserPoolClient", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["ClientId"] = pool.ClientId,
            ["SupportedIdentityProviders"] = new JsonArray("COGNITO", "Google", "Alpha", "Beta"),
            ["CallbackURLs"] = new JsonArray(OAuthPool.Callback),
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"),
            ["AllowedOAuthScopes"] = new JsonArray("openid"),
        });
        return pool;
    }
}
