using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth.Conformance;

/// <summary>Modules of the plan oidcc-basic-certification-test-plan about requests that are posted, and about request objects, which Cognito takes for
/// parameters that it does not know: with the switch <c>postern:strict-openid</c> OpenID Connect's rules hold.</summary>
public sealed class BasicRequestTests(TestServer server)
{
    [Fact(DisplayName = "oidcc-ensure-post-request-succeeds: with the switch a request may be posted")]
    public async Task Post()
    {
        using var party = await Strict();
        var callback = await party.AuthorizeByPost();
        Assert.True(callback.WasAsked);
        await party.Exchange(callback);
        Assert.False((await party.AuthorizeByPost()).WasAsked);
    }

    [Fact]
    public async Task Without_the_switch_a_posted_request_is_refused_as_at_Cognito()
    {
        using var party = await RelyingParty.Create(server);
        var visit = await Visit.To($"{party.Pool.Base}/oauth2/authorize", form: [("client_id", party.Pool.ClientId), ("response_type", "code")]);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, null), (visit.Status, visit.Location));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await party.Pool.Send(HttpMethod.Post, "/oauth2/authorize", new StringContent("{}", Encoding.ASCII, "application/json"))).Status);

        // On for another client alone.
        await Visit.Switch(party.Pool, "strict-openid", "another");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await party.Pool.Form("/oauth2/authorize", null, ("client_id", party.Pool.ClientId), ("response_type", "code"))).Status);
    }

    [Theory]
    [InlineData("application/json", 10, HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", 70_000, HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", 7000, HttpStatusCode.BadRequest)]
    public async Task A_posted_request_that_is_no_form_or_too_long_is_told_on_a_page(string type, int length, HttpStatusCode status)
    {
        using var party = await Strict();
        var answer = await party.Pool.Send(HttpMethod.Post, "/oauth2/authorize", new StringContent(new string('a', length), Encoding.ASCII, type));
        Assert.Equal((status, null), (answer.Status, answer.Header("Location")));
        Assert.StartsWith("text/html", answer.ContentType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_posted_form_can_add_no_line_to_the_answers_headers()
    {
        using var party = await Strict();
        using var body = new ByteArrayContent(Encoding.Latin1.GetBytes($"client_id={party.Pool.ClientId}&state=a b\r\nX-Evil: 1é"));
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        var answer = await party.Pool.Send(HttpMethod.Post, "/oauth2/authorize", body);
        Assert.Null(answer.Header("X-Evil"));
        Assert.Equal((HttpStatusCode.BadRequest, null), (answer.Status, answer.Header("Location")));
    }

    [Fact(DisplayName = "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: with the switch it is request_not_supported")]
    public async Task Request_object()
    {
        using var party = await Strict();
        var visit = await Visit.Authorize(party.Pool, ("scope", "openid"), ("state", null), ("request", Object(party)));
        Assert.StartsWith(OAuthPool.Callback + "?", visit.Location, StringComparison.Ordinal);
        Assert.Equal(("request_not_supported", null), (visit.Given("error"), visit.Given("code")));
        Assert.False((bool)(await Discover(party))["request_parameter_supported"]!);
    }

    [Fact(DisplayName = "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: with the switch it is request_uri_not_supported")]
    public async Task Request_uri()
    {
        using var party = await Strict();
        var visit = await Visit.Authorize(party.Pool, ("scope", "openid"), ("state", "s"), ("request_uri", "https://client.example/request.jwt"));
        Assert.Equal(("request_uri_not_supported", "s", null), (visit.Given("error"), visit.Given("state"), visit.Given("code")));
        Assert.False((bool)(await Discover(party))["request_uri_parameter_supported"]!);
    }

    [Fact(DisplayName = "oidcc-ensure-request-object-with-redirect-uri: a bad redirect_uri beside the object is told on a page")]
    public async Task Request_object_with_redirect_uri()
    {
        using var party = await Strict();
        var visit = await Visit.Authorize(party.Pool, ("scope", "openid"), ("redirect_uri", OAuthPool.Callback + "/bad"), ("request", Object(party)));
        visit.AssertErrorPage(party.Pool, "redirect_mismatch");
    }

    [Fact]
    public async Task Without_the_switch_a_request_object_is_a_parameter_like_any_other()
    {
        using var party = await RelyingParty.Create(server);
        await party.Exchange(await party.Authorize(("request", Object(party))));
    }

    private static string Object(RelyingParty party)
    {
        var claims = new JsonObject
        {
            ["response_type"] = "code", ["client_id"] = party.Pool.ClientId, ["redirect_uri"] = OAuthPool.Callback, ["scope"] = "openid", ["state"] = "inner", ["nonce"] = "inner",
        };
        return $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.";
    }

    private async Task<JsonObject> Discover(RelyingParty party) => (await server.Api.Get($"/{party.Pool.Pool.Id}/.well-known/openid-configuration"))!.AsObject();

    private async Task<RelyingParty> Strict()
    {
        var party = await RelyingParty.Create(server);
        await Visit.Switch(party.Pool, "strict-openid");
        return party;
    }
}
