using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.ManagedLogin;

public sealed class ProviderLinkTests(TestServer server)
{
    private const string Metadata = """
        <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
        <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>
        """;

    [Theory]
    [InlineData(1, "Contoso")]
    [InlineData(2, "Continue with Contoso")]
    public async Task External_providers_are_links_to_authorize_with_the_same_request(int version, string corporate)
    {
        var (_, browser) = await Open(["COGNITO", "Google", "Contoso"], version, ("state", "a b+c"), ("identity_provider", "COGNITO"));
        Assert.Equal("Continue with Google", browser.Text("name", "googleSignUpButton"));
        Assert.Equal(corporate, browser.Text("name", "Contoso"));
        var link = LinkOf(browser, "Contoso");
        Assert.Contains("/oauth2/authorize?response_type=code&client_id=", link, StringComparison.Ordinal);
        Assert.Contains("&state=a%20b%2Bc", link, StringComparison.Ordinal);
        Assert.EndsWith("&identity_provider=Contoso", link, StringComparison.Ordinal);
        Assert.Single(link.Split("identity_provider")[1..]);
        Assert.Contains("signInFormUsername", browser.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_COGNITO_there_is_no_form_and_nobody_signs_in_by_password()
    {
        var (pool, browser) = await Open(["Google", "Contoso"], 2);
        Assert.DoesNotContain("<form", browser.Html, StringComparison.Ordinal);
        Assert.NotNull(LinkOf(browser, "googleSignUpButton"));
        using var other = new WebBrowser(server.Url);
        await PageSafetyTests.Post(other, pool.Url("/login"), "pair", "pair", ("username", await pool.Pool.AddUser()), ("password", Pool.Password));
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Contains("Login option is not available. Please try another one", other.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_external_provider_alone_needs_no_page()
    {
        var pool = await Create(["Contoso"], 2);
        using var request = new HttpRequestMessage(HttpMethod.Get, pool.Url("/login"));
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("identity_provider=Contoso", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_SAML_providers_with_identifiers_are_found_by_the_domain_of_an_address()
    {
        var (pool, browser) = await Open(["COGNITO", "SamlA", "SamlB"], 1);
        Assert.DoesNotContain("name=\"SamlA\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(0, ("corporate_email", "jane@Nowhere.example"));
        Assert.Equal("No sign-in is known for this email address.", browser.Problem());
        Assert.Contains("value=\"jane@Nowhere.example\"", browser.Html, StringComparison.Ordinal);
        await browser.Submit(0, ("corporate_email", "jane@B.example"));
        var refresh = Assert.Single(browser.Answer.Headers.GetValues("Refresh"));
        Assert.StartsWith($"0; url={pool.Base}/oauth2/authorize?", refresh, StringComparison.Ordinal);
        Assert.EndsWith("&idp_identifier=b.example", refresh, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_SAML_provider_alone_or_one_without_identifier_stays_a_link()
    {
        var (_, browser) = await Open(["COGNITO", "SamlA"], 2);
        Assert.NotNull(LinkOf(browser, "SamlA"));
        (_, browser) = await Open(["COGNITO", "SamlA", "SamlPlain"], 2);
        Assert.NotNull(LinkOf(browser, "SamlA"));
        Assert.NotNull(LinkOf(browser, "SamlPlain"));
        Assert.DoesNotContain("corporate_email", browser.Html, StringComparison.Ordinal);
    }

    private async Task<(OAuthPool Pool, WebBrowser Browser)> Open(string[] providers, int version, params (string Name, string? Value)[] parameters)
    {
        var pool = await Create(providers, version);
        var browser = pool.Browser();
        await browser.Open(pool.Url("/login", parameters));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        return (pool, browser);
    }

    private async Task<OAuthPool> Create(string[] providers, int version)
    {
        var pool = await OAuthPool.Create(server, version: version);
        foreach (var name in providers.Where(static name => name != "COGNITO"))
            await server.Api.Call("CreateIdentityProvider", Provider(pool.Pool.Id, name));
        await server.Api.Call("UpdateUserPoolClient", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["ClientId"] = pool.ClientId,
            ["SupportedIdentityProviders"] = new JsonArray([.. providers]),
            ["CallbackURLs"] = new JsonArray(OAuthPool.Callback),
            ["AllowedOAuthFlowsUserPoolClient"] = true,
            ["AllowedOAuthFlows"] = new JsonArray("code"),
            ["AllowedOAuthScopes"] = new JsonArray("openid"),
        });
        return pool;
    }

    private static JsonObject Provider(string pool, string name)
    {
        var request = new JsonObject { ["UserPoolId"] = pool, ["ProviderName"] = name };
        if (name.StartsWith("Saml", StringComparison.Ordinal))
        {
            request["ProviderType"] = "SAML";
            request["ProviderDetails"] = new JsonObject { ["MetadataFile"] = Metadata };
            if (name is not "SamlPlain")
                request["IdpIdentifiers"] = new JsonArray($"{char.ToLowerInvariant(name[^1])}.example");
            return request;
        }
        request["ProviderType"] = name is "Google" ? "Google" : "OIDC";
        request["ProviderDetails"] = new JsonObject { ["client_id"] = "a", ["client_secret"] = "b", ["authorize_scopes"] = "openid" };
        if (name is not "Google")
        {
            foreach (var (key, value) in new[]
            {
                ("oidc_issuer", "https://idp.example"), ("attributes_request_method", "GET"), ("authorize_url", "https://idp.example/a"),
                ("token_url", "https://idp.example/t"), ("attributes_url", "https://idp.example/u"), ("jwks_uri", "https://idp.example/j"),
            })
                request["ProviderDetails"]![key] = value;
        }
        return request;
    }

    private static string LinkOf(WebBrowser browser, string name)
    {
        var found = System.Text.RegularExpressions.Regex.Match(browser.Html, $"<a [^>]*name=\"{name}\" href=\"(?<link>[^\"]*)\"");
        return found.Success ? WebUtility.HtmlDecode(found.Groups["link"].Value) : throw new Xunit.Sdk.XunitException($"No link {name}");
    }
}
