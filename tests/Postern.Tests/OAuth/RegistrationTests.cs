using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.OAuth;

public sealed class RegistrationTests(TestServer server)
{
    private const string Open = """{"OpenDcrEnabled":true}""";

    [Fact]
    public async Task An_application_registers_without_a_token_where_the_pool_is_open_and_is_told_what_was_registered()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var made = await pool.Register(server, """
            {"client_name":"My app","grant_types":["authorization_code","refresh_token"],"response_types":["code"],"scope":"openid email",
             "post_logout_redirect_uris":["https://app.example/bye"],"logo_uri":"https://app.example/logo.png","software_id":"x","jwks":{"keys":[]}}
            """);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.True(made.Body.Remove("client_id_issued_at", out var issued));
        Assert.True((long)issued! > 1_700_000_000);
        var expected = JsonNode.Parse($$"""
            {"client_id":"{{made.ClientId}}","client_name":"My app","redirect_uris":["{{OAuthPool.Callback}}"],"post_logout_redirect_uris":["https://app.example/bye"],
             "token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"],"response_types":["code"],"scope":"openid email"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, made.Body), made.Body.ToJsonString());
        Assert.Equal("*", made.Answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(made.Answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task The_registered_client_is_an_app_client_of_type_DCR_that_signs_in_users_on_the_pages_alone()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var id = (await pool.Register(server, """{"client_name":"app"}""")).ClientId;
        var client = await pool.Describe(id);
        foreach (var name in new[] { "CreationDate", "LastModifiedDate" })
            Assert.True(client.Remove(name));
        var expected = JsonNode.Parse($$"""
            {"UserPoolId":"{{pool.Pool.Id}}","ClientName":"app","ClientId":"{{id}}","RefreshTokenValidity":30,"TokenValidityUnits":{},"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH"],
             "SupportedIdentityProviders":["COGNITO"],"CallbackURLs":["{{OAuthPool.Callback}}"],"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid","email","phone","profile"],
             "AllowedOAuthFlowsUserPoolClient":true,"PreventUserExistenceErrors":"ENABLED","EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,
             "AuthSessionValidity":3,"ClientType":"DCR"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, client), client.ToJsonString());
        var refused = await server.Api.Fail("InitiateAuth", new()
        {
            ["ClientId"] = id,
            ["AuthFlow"] = "USER_SRP_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = "u", ["SRP_A"] = "aa" },
        }, sign: false);
        Assert.Equal("USER_SRP_AUTH is not enabled for the client.", refused.Text);
    }

    [Fact]
    public async Task A_user_signs_in_to_an_application_that_registered_itself()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var id = (await pool.Register(server)).ClientId;
        var code = await pool.Code(await pool.Pool.AddUser(), ("client_id", id), ("scope", "openid"));
        var (status, tokens) = await pool.Post("/oauth2/token", null,
            ("grant_type", "authorization_code"), ("client_id", id), ("code", code), ("redirect_uri", OAuthPool.Callback));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotNull(tokens["refresh_token"]);
        Assert.NotNull(tokens["id_token"]);
    }

    [Theory]
    [InlineData("null", "client_secret_basic")]
    [InlineData("\"client_secret_post\"", "client_secret_post")]
    public async Task A_confidential_client_gets_a_secret_that_does_not_expire_and_proves_it(string asked, string method)
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var made = await pool.Register(server, $$"""{"token_endpoint_auth_method":{{asked}}}""");
        Assert.Equal(0, (int?)made.Body["client_secret_expires_at"]);
        Assert.Equal(method, (string?)made.Body["token_endpoint_auth_method"]);
        var secret = (string)made.Body["client_secret"]!;
        Assert.Equal(secret, (string?)(await pool.Describe(made.ClientId))["ClientSecret"]);

        var code = await pool.Code(await pool.Pool.AddUser(), ("client_id", made.ClientId));
        (string, string)[] form = [("grant_type", "authorization_code"), ("client_id", made.ClientId), ("code", code), ("redirect_uri", OAuthPool.Callback)];
        Assert.Equal("invalid_client", (string?)(await pool.Post("/oauth2/token", null, form)).Body["error"]);
        Assert.Equal(HttpStatusCode.OK, (await pool.Post("/oauth2/token", null, [.. form, ("client_secret", secret)])).Status);
    }

    [Theory]
    [InlineData("""{"redirect_uris":null}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":[""]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://app.example/a b"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["http://app.example/"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["https://app.example/#here"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":["/relative"]}""", "invalid_redirect_uri")]
    [InlineData("""{"redirect_uris":"https://app.example/"}""", "invalid_client_metadata")]
    [InlineData("""{"redirect_uris":[1]}""", "invalid_client_metadata")]
    [InlineData("""{"post_logout_redirect_uris":["http://app.example/"]}""", "invalid_client_metadata")]
    [InlineData("""{"token_endpoint_auth_method":"private_key_jwt"}""", "invalid_client_metadata")]
    [InlineData("""{"token_endpoint_auth_method":7}""", "invalid_client_metadata")]
    [InlineData("""{"grant_types":[]}""", "invalid_client_metadata")]
    [InlineData("""{"grant_types":["implicit"]}""", "invalid_client_metadata")]
    [InlineData("""{"grant_types":["refresh_token"]}""", "invalid_client_metadata")]
    [InlineData("""{"grant_types":["authorization_code","client_credentials"],"token_endpoint_auth_method":"client_secret_basic"}""", "invalid_client_metadata")]
    [InlineData("""{"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic"}""", "invalid_client_metadata")]
    [InlineData("""{"response_types":["token"]}""", "invalid_client_metadata")]
    [InlineData("""{"response_types":[]}""", "invalid_client_metadata")]
    [InlineData("""{"scope":"openid aws.cognito.signin.user.admin"}""", "invalid_client_metadata")]
    [InlineData("""{"scope":"aws.cognito/dcr/register"}""", "invalid_client_metadata")]
    [InlineData("""{"scope":"email"}""", "invalid_client_metadata")]
    [InlineData("""{"scope":["openid"]}""", "invalid_client_metadata")]
    [InlineData("""{"client_name":{}}""", "invalid_client_metadata")]
    public async Task What_a_client_may_not_be_is_refused_in_the_words_of_the_RFC(string metadata, string error)
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var refused = await pool.Register(server, metadata);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(error, refused.Error);
        Assert.NotEmpty((string)refused.Body["error_description"]!);
        Assert.Equal(["test"], await Names(pool));
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("{", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"redirect_uris":["https://b.example/"]}""", "application/json")]
    [InlineData("""{"\udc00":1}""", "application/json")]
    [InlineData("""{"redirect_uris":["\ud800"]}""", "application/json")]
    [InlineData("""{"redirect_uris":["https://a.example/"],"scope":"\ud800"}""", "application/json")]
    [InlineData("redirect_uris=https://app.example/", "application/x-www-form-urlencoded")]
    public async Task A_body_that_is_no_object_of_JSON_is_refused(string body, string type)
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var refused = await pool.Send(server, body, type: type);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("invalid_client_metadata", refused.Error);
    }

    [Fact]
    public async Task Large_bodies_and_lists_are_refused()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var large = await pool.Send(server, $$"""{"client_name":"{{new string('x', 65_536)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.Status);
        Assert.Equal("invalid_client_metadata", large.Error);
        var many = new JsonArray([.. Enumerable.Range(0, 101).Select(static i => JsonValue.Create($"https://app.example/{i}"))]);
        Assert.Equal("invalid_client_metadata", (await pool.Register(server, new JsonObject { ["redirect_uris"] = many }.ToJsonString())).Error);
        Assert.Equal("invalid_redirect_uri", (await pool.Register(server, $$"""{"redirect_uris":["https://app.example/{{new string('x', 1024)}}"]}""")).Error);
    }

    [Fact]
    public async Task Only_POST_registers_and_scripts_of_any_origin_may()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        using var got = await server.Api.Http.GetAsync(pool.Base + "/oauth2/register");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, pool.Base + "/oauth2/register");
        preflight.Headers.Add("Origin", "https://app.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var allowed = await server.Api.Http.SendAsync(preflight);
        Assert.Equal("*", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("authorization", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Claude Code (plugin:x)", "Claude Code -plugin-x-")]
    [InlineData("äöü", "Registered client")]
    [InlineData("", "Registered client")]
    [InlineData("_custom_id_:mine", "_custom_id_-mine")]
    public async Task A_name_has_the_characters_of_an_app_clients_name_in_the_place_of_others(string asked, string name)
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        var made = await pool.Register(server, new JsonObject { ["client_name"] = asked }.ToJsonString());
        Assert.Equal(name, (string?)made.Body["client_name"]);
        Assert.Equal(name, (string?)(await pool.Describe(made.ClientId))["ClientName"]);
    }

    [Fact]
    public async Task A_long_name_is_cut()
    {
        var pool = await RegistrationCalls.Pool(server, Open);
        Assert.Equal(new string('x', 128), (string?)(await pool.Register(server, $$"""{"client_name":"{{new string('x', 200)}}"}""")).Body["client_name"]);
    }

    [Fact]
    public async Task A_client_may_have_the_scopes_that_the_pool_allows_and_has_all_of_them_where_it_names_none()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true,"AllowedScopes":["api/read","api/gone","aws.cognito.signin.user.admin","aws.cognito/dcr/register"]}""");
        await server.Api.Call("CreateResourceServer", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["Identifier"] = "api",
            ["Name"] = "API",
            ["Scopes"] = JsonNode.Parse("""[{"ScopeName":"read","ScopeDescription":"Reads"},{"ScopeName":"write","ScopeDescription":"Writes"}]"""),
        });
        Assert.Equal("openid email phone profile api/read aws.cognito.signin.user.admin", (string?)(await pool.Register(server)).Body["scope"]);
        Assert.Equal("api/read openid", (string?)(await pool.Register(server, """{"scope":"api/read openid api/read"}""")).Body["scope"]);
        foreach (var scope in new[] { "api/write", "api/gone", "aws.cognito/dcr/register" })
            Assert.Equal("invalid_client_metadata", (await pool.Register(server, $$"""{"scope":"openid {{scope}}"}""")).Error);
    }

    [Fact]
    public async Task A_machine_registers_where_the_pool_permits_client_credentials_and_has_the_custom_scopes()
    {
        var pool = await RegistrationCalls.Pool(server, """{"OpenDcrEnabled":true,"OpenDcrGrantTypes":["client_credentials"],"AllowedScopes":["api/read"]}""");
        const string machine = """{"redirect_uris":null,"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic"}""";
        Assert.Equal("invalid_client_metadata", (await pool.Register(server, machine)).Error);
        await server.Api.Call("CreateResourceServer", new()
        {
            ["UserPoolId"] = pool.Pool.Id,
            ["Identifier"] = "api",
            ["Name"] = "API",
            ["Scopes"] = JsonNode.Parse("""[{"ScopeName":"read","ScopeDescription":"Reads"}]"""),
        });
        var made = await pool.Register(server, machine);
        Assert.Equal("api/read", (string?)made.Body["scope"]);
        Assert.Empty(made.Body["response_types"]!.AsArray());
        Assert.Equal("""["client_credentials"]""", made.Body["grant_types"]!.ToJsonString());
        Assert.Equal("""["client_credentials"]""", (await pool.Describe(made.ClientId))["AllowedOAuthFlows"]!.ToJsonString());

        Assert.Equal("invalid_client_metadata", (await pool.Register(server)).Error);
        Assert.Equal("invalid_client_metadata", (await pool.Register(server, """{"grant_types":["client_credentials"]}""")).Error);
        Assert.Equal("invalid_client_metadata", (await pool.Register(server, """{"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic","response_types":["code"]}""")).Error);
        Assert.Equal("invalid_client_metadata", (await pool.Register(server, """{"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic","scope":"openid"}""")).Error);
    }

    [Fact]
    public async Task Registered_clients_count_among_the_clients_that_a_pool_may_have()
    {
        await using var own = await TestServer.Own(static options => options with { ClientsPerPool = 2 });
        var pool = await RegistrationCalls.Pool(own, Open);
        var id = (await pool.Register(own)).ClientId;
        var refused = await pool.Register(own);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("access_denied", refused.Error);
        var request = new JsonObject { ["UserPoolId"] = pool.Pool.Id, ["ClientName"] = "third" };
        Assert.Equal("LimitExceededException", (await own.Api.Fail("CreateUserPoolClient", request.DeepClone().AsObject())).Type);

        await own.Api.Call("DeleteUserPoolClient", new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = id });
        await own.Api.Call("CreateUserPoolClient", request);
    }

    private async Task<List<string?>> Names(OAuthPool pool) =>
        [.. (await server.Api.Call("ListUserPoolClients", new() { ["UserPoolId"] = pool.Pool.Id }))["UserPoolClients"]!.AsArray().Select(static client => (string?)client!["ClientName"])];
}
