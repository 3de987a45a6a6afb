using System.Text.Json;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>Modules of the plan oidcc-basic-certification-test-plan about userInfo and scopes. Cognito's userInfo has every value as a string: with
/// the switch <c>postern:strict-openid</c> claims have OpenID Connect's types.</summary>
public sealed class BasicUserInfoTests(TestServer server)
{
    [Fact(DisplayName = "oidcc-userinfo-get: by GET, with the token in the header")]
    public async Task Get()
    {
        using var party = await Strict();
        RelyingParty.AssertStandardClaims(await party.UserInfo(await party.Tokens()));
    }

    [Fact(DisplayName = "oidcc-userinfo-post-header: by POST, with the token in the header")]
    public async Task Post_header()
    {
        using var party = await Strict();
        var tokens = await party.Tokens();
        var answer = await party.Pool.Send(HttpMethod.Post, "/oauth2/userInfo", null, "Bearer " + tokens.Text("access_token"));
        RelyingParty.AssertUserInfo(answer, tokens);
        RelyingParty.AssertStandardClaims(answer.Body);
    }

    [Fact(DisplayName = "oidcc-userinfo-post-body: by POST, with the token in the form")]
    public async Task Post_body()
    {
        using var party = await Strict();
        var tokens = await party.Tokens();
        var answer = await party.Pool.Form("/oauth2/userInfo", null, ("access_token", tokens.Text("access_token")));
        RelyingParty.AssertUserInfo(answer, tokens);
        RelyingParty.AssertStandardClaims(answer.Body);
    }

    [Fact(DisplayName = "oidcc-scope-profile: every claim of the profile that the user has")]
    public async Task Profile()
    {
        using var party = await Strict();
        var told = await Told(party, "openid profile");
        foreach (var (name, value) in RelyingParty.Profile)
            Assert.Equal(name is "updated_at" ? value : $"\"{value}\"", told[name]!.ToJsonString());
        Assert.False(told.ContainsKey("email"));
    }

    [Fact(DisplayName = "oidcc-scope-email: the address, and whether it is verified")]
    public async Task Email()
    {
        using var party = await Strict();
        var told = await Told(party, "openid email");
        Assert.Equal((party.User + "@example.com", true, false), ((string?)told["email"], (bool)told["email_verified"]!, told.ContainsKey("name")));
    }

    [Fact(DisplayName = "oidcc-scope-phone: the number, and whether it is verified")]
    public async Task Phone()
    {
        using var party = await Strict();
        var told = await Told(party, "openid phone");
        Assert.Equal(("+15550100", true, false), ((string?)told["phone_number"], (bool)told["phone_number_verified"]!, told.ContainsKey("email")));
    }

    [Theory(DisplayName = "A scope that Cognito does not have is not offered, and asking for it is an error: ")]
    [InlineData("oidcc-scope-address", "openid address")]
    [InlineData("oidcc-scope-all", "openid profile email phone address")]
    public async Task A_scope_that_is_not_offered_is_an_error(string module, string scope)
    {
        using var party = await Strict();
        Assert.False(party.Discovered["scopes_supported"]!.AsArray().Any(static offered => (string?)offered is "address"), module);
        var visit = await Visit.Authorize(party.Pool, ("scope", scope));
        Assert.Equal(("invalid_request", "invalid_scope"), (visit.Given("error"), visit.Given("error_description")));
    }

    [Fact(DisplayName = "oidcc-scope-all: all scopes that are offered, at once")]
    public async Task All()
    {
        using var party = await Strict();
        var told = await Told(party, "openid profile email phone");
        foreach (var name in new[] { "name", "email", "email_verified", "phone_number", "phone_number_verified" })
            Assert.True(told.ContainsKey(name), name);
    }

    [Fact(DisplayName = "oidcc-claims-essential: userInfo has the name, since openid alone shows all that the client may read")]
    public async Task Claims_essential()
    {
        using var party = await Strict();
        var told = await party.UserInfo(await party.Tokens(("claims", """{"userinfo":{"name":{"essential":true}}}""")));
        Assert.Equal("Ann Q. Example", (string?)told["name"]);
        Assert.Equal("""{"formatted":"1 Main Street"}""", told["address"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_the_switch_userInfo_is_Cognitos_all_of_strings()
    {
        using var party = await RelyingParty.Create(server);
        var told = await party.UserInfo(await party.Tokens());
        Assert.All(told, static member => Assert.Equal(JsonValueKind.String, member.Value!.GetValueKind()));
        Assert.Equal(("true", "1 Main Street", "1700000000"), ((string?)told["email_verified"], (string?)told["address"], (string?)told["updated_at"]));
    }

    [Fact]
    public async Task A_switch_for_one_client_is_not_for_another()
    {
        using var party = await RelyingParty.Create(server);
        await Visit.Switch(party.Pool, "strict-openid", "another");
        Assert.Equal("true", (string?)(await party.UserInfo(await party.Tokens()))["email_verified"]);
        await Visit.Switch(party.Pool, "strict-openid", "another " + party.Pool.ClientId);
        Assert.True((bool)(await party.UserInfo(await party.Tokens()))["email_verified"]!);
    }

    [Fact]
    public async Task With_the_switch_a_refusal_names_its_scheme()
    {
        using var party = await Strict();
        Assert.Equal(
            "Bearer error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"",
            (await party.Pool.Send(HttpMethod.Get, "/oauth2/userInfo")).Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("token=x")]
    [InlineData("access_token=x&access_token=x")]
    [InlineData("access_token=%zz")]
    public async Task A_form_without_one_token_is_a_bad_request(string body)
    {
        using var party = await RelyingParty.Create(server);
        using var form = new StringContent(body, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        var answer = await party.Pool.Send(HttpMethod.Post, "/oauth2/userInfo", form);
        OAuthCalls.AssertRefused(answer, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
        Assert.StartsWith("error=\"invalid_request\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_header_and_form_at_once_is_a_bad_request()
    {
        using var party = await RelyingParty.Create(server);
        var token = (await party.Tokens()).Text("access_token");
        OAuthCalls.AssertRefused(
            await party.Pool.Form("/oauth2/userInfo", "Bearer " + token, ("access_token", token)), "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
    }

    private async Task<RelyingParty> Strict()
    {
        var party = await RelyingParty.Create(server);
        await Visit.Switch(party.Pool, "strict-openid");
        return party;
    }

    /// <summary>What userInfo tells of a scope: in OpenID Connect's types, as the ID token has it.</summary>
    private static async Task<JsonObject> Told(RelyingParty party, string scope)
    {
        var tokens = await party.Tokens(("scope", scope));
        var told = await party.UserInfo(tokens);
        RelyingParty.AssertStandardClaims(told);
        var claims = Jwt.Read(tokens.Text("id_token")).Claims;
        foreach (var (name, value) in told.Where(static member => member.Key is not "username"))
            Assert.Equal(value!.ToJsonString(), claims[name]!.ToJsonString());
        return told;
    }
}
