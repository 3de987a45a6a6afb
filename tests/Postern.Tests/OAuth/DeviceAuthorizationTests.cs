using System.Net;
using System.Text.Json.Nodes;
using Postern.CommandLine;
using Postern.OAuth.DeviceFlow;
using Postern.Tests.Server;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class DeviceAuthorizationTests(TestServer server)
{
    private const string Path = "/oauth2/device_authorization";

    [Fact]
    public async Task A_pool_that_did_not_switch_it_on_has_no_such_endpoint_page_or_grant_and_does_not_announce_it()
    {
        var pool = await OAuthPool.Create(server);
        Assert.Equal(HttpStatusCode.NotFound, (await pool.AskCodes()).Status);
        foreach (var page in new[] { "/device", "/device/confirm" })
            Assert.Equal(HttpStatusCode.NotFound, (await Visit.To(pool.Base + page)).Status);
        AssertRefused(await pool.Poll("x"), "unsupported_grant_type");
        // A parameter that means nothing here.
        (await Visit.Authorize(pool, ("device_flow", "x"))).AssertAsks(pool);
        Assert.Null((await Discovery(pool))["device_authorization_endpoint"]);
        await Visit.Switch(pool, "strict-openid");
        Assert.DoesNotContain(DeviceCalls.GrantType, (await Discovery(pool))["grant_types_supported"]!.ToJsonString(), StringComparison.Ordinal);

        await Visit.Switch(pool, "device-grant");
        Assert.Equal(HttpStatusCode.OK, (await pool.AskCodes()).Status);
        Assert.EndsWith(Path, (await Discovery(pool)).Text("device_authorization_endpoint"), StringComparison.Ordinal);
        Assert.Contains((await Discovery(pool))["grant_types_supported"]!.AsArray(), static type => (string?)type is DeviceCalls.GrantType);
    }

    [Fact]
    public async Task A_device_gets_two_codes_and_the_address_where_its_user_types_one()
    {
        var pool = await DeviceCalls.Create(server);
        var answer = await pool.AskCodes(("scope", "openid email"));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            ["device_code", "user_code", "verification_uri", "verification_uri_complete", "expires_in", "interval"], answer.Body.Select(static member => member.Key));
        var code = answer.Body.Text("user_code");
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", code);
        Assert.DoesNotContain(code.Replace("-", "", StringComparison.Ordinal), answer.Body.Text("device_code"), StringComparison.Ordinal);
        Assert.Equal((pool.Base + "/device", $"{pool.Base}/device?user_code={code}"), (answer.Body.Text("verification_uri"), answer.Body.Text("verification_uri_complete")));
        Assert.Equal((600, 5), ((int)answer.Body["expires_in"]!, (int)answer.Body["interval"]!));
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        var other = await pool.Codes();
        Assert.NotEqual((code, answer.Body.Text("device_code")), (other.Text("user_code"), other.Text("device_code")));
    }

    [Theory]
    [InlineData("openid nobody/knows", "invalid_scope", null)]
    [InlineData("email", "invalid_scope", null)]
    [InlineData(" ", "invalid_scope", null)]
    public async Task Scopes_are_checked_as_at_authorize(string scope, string error, string? description)
    {
        var pool = await DeviceCalls.Create(server);
        AssertRefused(await pool.AskCodes(("scope", scope)), error, description);
    }

    [Fact]
    public async Task Scopes_whose_attributes_the_client_may_not_read_are_refused_at_once_or_when_tokens_are_given()
    {
        var pool = await DeviceCalls.Create(server);
        var codes = await pool.Allowed(await pool.Pool.AddUser(), ("scope", "openid email"));
        await pool.Change(("ReadAttributes", new JsonArray("name")));
        AssertRefused(await pool.Poll(codes), "invalid_grant");
        AssertRefused(await pool.AskCodes(("scope", "openid email")), "invalid_scope");
        Assert.Equal(HttpStatusCode.OK, (await pool.AskCodes(("scope", "openid profile"))).Status);
    }

    [Fact]
    public async Task A_resource_that_is_no_address_of_an_api_is_refused()
    {
        var pool = await DeviceCalls.Create(server);
        AssertRefused(await pool.AskCodes(("resource", "x")), "invalid_request", "resource must be an absolute URI by https, http://localhost or a custom scheme");
    }

    [Fact]
    public async Task A_client_proves_itself_as_at_the_token_endpoint()
    {
        var pool = await DeviceCalls.Create(server);
        var (id, secret) = await pool.AddUsersClient(withSecret: true);
        Assert.Equal(HttpStatusCode.OK, (await pool.Form(Path, Basic(id, secret!))).Status);
        Assert.Equal(HttpStatusCode.OK, (await pool.Form(Path, null, ("client_id", id), ("client_secret", secret!))).Status);
        foreach (var answer in new[] { await pool.Form(Path, Basic(id, "wrong")), await pool.Form(Path, null, ("client_id", id)), await pool.Form(Path, null, ("client_id", "nobody")) })
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        AssertRefused(await pool.Form(Path, null), "invalid_request");
        AssertRefused(await pool.AskCodes(("scope", "openid"), ("scope", "email")), "invalid_request");
        var get = await pool.Send(HttpMethod.Get, Path);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (get.Status, get.Header("Allow")));
        var preflight = await pool.Send(HttpMethod.Options, Path, null, null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"));
        Assert.Equal("*", preflight.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task It_is_for_the_clients_that_the_switch_names_and_that_sign_users_in()
    {
        var pool = await OAuthPool.Create(server);
        var other = await Visit.AddClient(pool);
        await Visit.Switch(pool, "device-grant", other);
        AssertRefused(await pool.AskCodes(), "unauthorized_client");
        AssertRefused(await pool.Poll("x"), "unauthorized_client");
        var answer = await pool.Form(Path, null, ("client_id", other));
        Assert.Equal(HttpStatusCode.OK, answer.Status);

        var without = await DeviceCalls.Create(server, client: new() { ["AllowedOAuthFlowsUserPoolClient"] = false, ["AllowedOAuthFlows"] = new JsonArray(), ["AllowedOAuthScopes"] = new JsonArray() });
        AssertRefused(await without.AskCodes(), "unauthorized_client");
        var machines = await DeviceCalls.Create(server);
        await machines.AddServer("api", "read");
        var (id, secret) = await machines.AddMachine("api/read");
        AssertRefused(await machines.Form(Path, Basic(id, secret)), "unauthorized_client");
    }

    [Fact]
    public async Task Devices_that_wait_are_bounded_by_address_and_by_client()
    {
        await using var own = await TestServer.Own(static options => options with { TrustedProxies = AddressLists.Networks("trusted-proxies", "127.0.0.1"), DevicesPerClient = 150 });
        var pool = await DeviceCalls.Create(own);
        for (var count = 0; count < DeviceLimits.DevicesOfAddress; count++)
            Assert.Equal(HttpStatusCode.OK, (await From("192.0.2.1")).Status);
        AssertRefused(await From("192.0.2.1"), "temporarily_unavailable", null, HttpStatusCode.TooManyRequests);
        for (var count = DeviceLimits.DevicesOfAddress; count < 150; count++)
            Assert.Equal(HttpStatusCode.OK, (await From("198.51.100.1")).Status);
        AssertRefused(await From("203.0.113.1"), "temporarily_unavailable", null, HttpStatusCode.TooManyRequests);
        var (other, _) = await pool.AddUsersClient();
        Assert.Equal(HttpStatusCode.OK, (await pool.Form(Path, null, ("client_id", other))).Status);
        await own.Advance("PT10M");
        Assert.Equal(HttpStatusCode.OK, (await From("192.0.2.1")).Status);

        Task<OAuthAnswer> From(string address) => pool.Send(
            HttpMethod.Post, Path, new FormUrlEncodedContent([KeyValuePair.Create("client_id", pool.ClientId)]), null, ("X-Forwarded-For", address));
    }

    [Theory]
    [InlineData("BCDF-GHJK", "BCDFGHJK")]
    [InlineData(" bcdfghjk ", "BCDFGHJK")]
    [InlineData("b c d f-g h\u2011j\u2013k", "BCDFGHJK")]
    [InlineData("ＢＣｄｆ－ｇｈＪＫ", "BCDFGHJK")]
    [InlineData("BCDF-GHJ", null)]
    [InlineData("BCDF-GHJKL", null)]
    [InlineData("BCDF-GHJA", null)]
    [InlineData("BCDF_GHJK", null)]
    [InlineData("BCDFGHJ\ud83d\ude00", null)]
    [InlineData("", null)]
    public void A_code_is_read_however_it_is_typed(string typed, string? code) => Assert.Equal(code, UserCode.Read(typed));

    [Fact]
    public void A_code_longer_than_anybody_types_is_none() => Assert.Null(UserCode.Read("BCDFGHJK" + new string(' ', 100)));

    private static async Task<JsonObject> Discovery(OAuthPool pool) => (await pool.Pool.Api.Get($"/{pool.Pool.Id}/.well-known/openid-configuration"))!.AsObject();
}
