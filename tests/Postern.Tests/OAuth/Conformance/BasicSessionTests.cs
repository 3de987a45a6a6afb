using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>Modules of the plan oidcc-basic-certification-test-plan about signing in again, and about parameters that may be passed over.</summary>
public sealed class BasicSessionTests(TestServer server)
{
    [Fact(DisplayName = "oidcc-prompt-login: the user signs in again, and the ID token says when")]
    public async Task Prompt_login()
    {
        await using var own = await TestServer.Own();
        using var party = await RelyingParty.Create(own);
        var first = await party.Tokens();
        await party.Wait(1);
        var callback = await party.Authorize(("prompt", "login"));
        Assert.True(callback.WasAsked);
        var second = await party.Exchange(callback);
        Assert.True(Claim(second, "auth_time") > Claim(first, "auth_time"));
        Assert.Equal(Subject(first), Subject(second));
    }

    [Fact(DisplayName = "oidcc-prompt-none-not-logged-in: the fault is login_required")]
    public async Task Prompt_none_not_logged_in()
    {
        using var party = await RelyingParty.Create(server);
        var visit = await Visit.Authorize(party.Pool, ("scope", "openid"), ("prompt", "none"), ("state", "nobody"));
        Assert.StartsWith(OAuthPool.Callback + "?", visit.Location, StringComparison.Ordinal);
        Assert.Equal(("login_required", "nobody", null), (visit.Given("error"), visit.Given("state"), visit.Given("code")));
    }

    [Fact(DisplayName = "oidcc-prompt-none-logged-in: the same user without a page, signed in when she was")]
    public Task Prompt_none_logged_in() => IsTheSameSignIn(static _ => [("prompt", "none")]);

    [Fact(DisplayName = "oidcc-id-token-hint: with prompt=none the signed-in user's own ID token does no harm")]
    public Task Id_token_hint() => IsTheSameSignIn(static first => [("prompt", "none"), ("id_token_hint", first.Text("id_token"))]);

    [Fact(DisplayName = "oidcc-max-age-10000: a sign-in of a moment ago will do")]
    public Task Max_age_10000() => IsTheSameSignIn(static _ => [("max_age", "10000")]);

    [Fact(DisplayName = "oidcc-max-age-1: a sign-in of two seconds ago will not, and the ID token says when the next was")]
    public async Task Max_age_1()
    {
        await using var own = await TestServer.Own();
        using var party = await RelyingParty.Create(own);
        var first = await party.Tokens();
        await party.Wait(2);
        var callback = await party.Authorize(("max_age", "1"));
        Assert.True(callback.WasAsked);
        var second = await party.Exchange(callback);
        Assert.True(Claim(second, "auth_time") >= Claim(first, "auth_time") + 2);
        Assert.InRange(Claim(second, "iat") - Claim(second, "auth_time"), 0, 60);
    }

    [Theory(DisplayName = "Parameters that may be passed over do no harm: ")]
    [InlineData("oidcc-display-page", "display", "page")]
    [InlineData("oidcc-display-popup", "display", "popup")]
    [InlineData("oidcc-ensure-request-with-unknown-parameter-succeeds", "extra", "foobar")]
    [InlineData("oidcc-ui-locales", "ui_locales", "se")]
    [InlineData("oidcc-claims-locales", "claims_locales", "se")]
    [InlineData("oidcc-ensure-request-with-acr-values-succeeds", "acr_values", "1 2")]
    public async Task A_parameter_that_may_be_passed_over_does_no_harm(string module, string name, string value)
    {
        using var party = await RelyingParty.Create(server);
        var callback = await party.Authorize((name, value));
        Assert.True(callback.WasAsked, module);
        await party.Exchange(callback);
    }

    [Fact(DisplayName = "oidcc-ensure-request-with-acr-values-succeeds: a pool may name its levels so that acr is a value that was asked for")]
    public async Task Acr_values()
    {
        using var party = await RelyingParty.Create(server, new() { ["AcrConfiguration"] = new JsonObject { ["Level1"] = new JsonObject { ["AcrValue"] = "1" } } });
        Assert.Equal("1", (string?)Jwt.Read((await party.Tokens(("acr_values", "1 2"))).Text("id_token")).Claims["acr"]);
    }

    [Fact(DisplayName = "oidcc-login-hint: the name stands on the page, and the sign-in succeeds")]
    public async Task Login_hint()
    {
        using var party = await RelyingParty.Create(server);
        var callback = await party.Authorize(("login_hint", "bob@example.com"));
        Assert.Contains("value=\"bob@example.com\"", callback.Page, StringComparison.Ordinal);
        await party.Exchange(callback);
    }

    private async Task IsTheSameSignIn(Func<JsonObject, (string Name, string? Value)[]> second)
    {
        using var party = await RelyingParty.Create(server);
        var before = await party.Tokens();
        var callback = await party.Authorize(second(before));
        Assert.False(callback.WasAsked);
        var after = await party.Exchange(callback);
        Assert.Equal((Subject(before), Claim(before, "auth_time")), (Subject(after), Claim(after, "auth_time")));
    }

    private static long Claim(JsonObject tokens, string name) => (long)Jwt.Read(tokens.Text("id_token")).Claims[name]!;

    private static string? Subject(JsonObject tokens) => (string?)Jwt.Read(tokens.Text("id_token")).Claims["sub"];
}
