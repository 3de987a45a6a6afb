using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Clients;

public class CreateUserPoolClientTests(TestServer server)
{
    [Fact]
    public async Task A_client_with_only_a_name_has_every_default_of_the_service()
    {
        var poolId = await CreatePool();
        var client = await Create(poolId, new() { ["ClientName"] = "c", ["GenerateSecret"] = true });
        Assert.Matches("^[0-9][0-9a-z]{25}$", (string)client["ClientId"]!);
        Assert.Matches("^[0-9a-z]{51}$", (string)client["ClientSecret"]!);
        foreach (var name in new[] { "ClientId", "ClientSecret", "CreationDate", "LastModifiedDate" })
            Assert.True(client.Remove(name));
        var expected = JsonNode.Parse($$"""
            {"UserPoolId":"{{poolId}}","ClientName":"c","RefreshTokenValidity":30,"TokenValidityUnits":{},
             "AllowedOAuthFlowsUserPoolClient":false,"EnableTokenRevocation":true,"EnablePropagateAdditionalUserContextData":false,"AuthSessionValidity":3,"ClientType":"REGULAR"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, client), client.ToJsonString());
    }

    [Fact]
    public async Task Describe_shows_what_create_answered()
    {
        var poolId = await CreatePool();
        var created = await Create(poolId, new()
        {
            ["ClientName"] = "described",
            ["ClientSecret"] = "a_secret_of_the_users_own_choice",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_SRP_AUTH"),
            ["CallbackURLs"] = new JsonArray("https://app.example/callback", "http://localhost:3000/", "myapp://callback"),
        });
        var described = (await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = poolId, ["ClientId"] = (string)created["ClientId"]! }))["UserPoolClient"]!;
        Assert.True(JsonNode.DeepEquals(created, described), described.ToJsonString());
        Assert.Equal("a_secret_of_the_users_own_choice", (string?)described["ClientSecret"]);
    }

    [Theory]
    [InlineData("""{"GenerateSecret":true,"ClientSecret":"a_secret_of_the_users_own_choice"}""", "InvalidParameterException", null)]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ADMIN_NO_SRP_AUTH"]}""", "InvalidParameterException", "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.")]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH"]}""", "InvalidParameterException", null)]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_CLIENT_TOKEN_AUTH","ALLOW_USER_SRP_AUTH"],"GenerateSecret":true}""", "InvalidParameterException", null)]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_REFRESH_TOKEN_AUTH"],"RefreshTokenRotation":{"Feature":"ENABLED"}}""", "InvalidParameterException", "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.")]
    [InlineData("""{"AccessTokenValidity":1,"TokenValidityUnits":{"AccessToken":"minutes"}}""", "InvalidParameterException", "Invalid range for token validity.")]
    [InlineData("""{"IdTokenValidity":25}""", "InvalidParameterException", "Invalid range for token validity.")]
    [InlineData("""{"IdTokenValidity":299,"TokenValidityUnits":{"IdToken":"seconds"}}""", "InvalidParameterException", "Invalid range for token validity.")]
    [InlineData("""{"RefreshTokenValidity":59,"TokenValidityUnits":{"RefreshToken":"minutes"}}""", "InvalidParameterException", "Invalid range for token validity.")]
    [InlineData("""{"RefreshTokenValidity":315360000}""", "InvalidParameterException", "Invalid range for token validity.")]
    [InlineData("""{"AccessTokenValidity":2,"RefreshTokenValidity":1,"TokenValidityUnits":{"RefreshToken":"hours"}}""", "InvalidParameterException", "Access and Id Token expiration times must be less than or equal to refresh token expiration times.")]
    [InlineData("""{"EnablePropagateAdditionalUserContextData":true}""", "InvalidParameterException", "Client Secret is required to set EnablePropagateAdditionalUserContextData as true")]
    [InlineData("""{"SupportedIdentityProviders":["COGNITO","Google"]}""", "InvalidParameterException", "The provider Google does not exist for User Pool {pool}.")]
    [InlineData("""{"ReadAttributes":["email","nonsense"]}""", "InvalidParameterException", "Invalid read attributes specified while creating a client")]
    [InlineData("""{"WriteAttributes":["email","email_verified"]}""", "InvalidParameterException", "Invalid write attributes specified while creating a client")]
    [InlineData("""{"WriteAttributes":["name"]}""", "InvalidParameterException", "Invalid write attributes specified while creating a client")]
    [InlineData("""{"WriteAttributes":["email","dev:custom:hidden"]}""", "InvalidParameterException", "Invalid write attributes specified while creating a client")]
    [InlineData("""{"AllowedOAuthFlowsUserPoolClient":true}""", "InvalidParameterException", "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")]
    [InlineData("""{"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["openid"],"AllowedOAuthFlowsUserPoolClient":true}""", "InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected")]
    [InlineData("""{"AllowedOAuthFlows":["code","client_credentials"],"AllowedOAuthScopes":["openid"],"GenerateSecret":true,"CallbackURLs":["https://a.example"]}""", "InvalidOAuthFlowException", "client_credentials flow can not be selected along with code flow or implicit flow.")]
    [InlineData("""{"AllowedOAuthFlows":["client_credentials"],"AllowedOAuthScopes":["rs/read"]}""", "InvalidOAuthFlowException", "client_credentials flow can not be selected if client does not have a client secret.")]
    [InlineData("""{"AllowedOAuthFlows":["client_credentials"],"AllowedOAuthScopes":["openid"],"GenerateSecret":true}""", "InvalidOAuthFlowException", "openid is not supported with client_credentials flow")]
    [InlineData("""{"AllowedOAuthScopes":["openid","rs/read"]}""", "ScopeDoesNotExistException", "Invalid scope requested: rs/read")]
    [InlineData("""{"AllowedOAuthScopes":["Cognito"]}""", "ScopeDoesNotExistException", "Invalid scope requested: Cognito")]
    [InlineData("""{"AllowedOAuthScopes":["email"]}""", "InvalidParameterException", null)]
    [InlineData("""{"CallbackURLs":["http://app.example/callback"]}""", "InvalidParameterException", "http://app.example/callback cannot use the HTTP protocol.")]
    [InlineData("""{"LogoutURLs":["http://192.168.1.1/"]}""", "InvalidParameterException", "http://192.168.1.1/ cannot use the HTTP protocol.")]
    [InlineData("""{"CallbackURLs":["https://app.example/#there"]}""", "InvalidParameterException", "https://app.example/#there cannot use fragment")]
    [InlineData("""{"CallbackURLs":["/relative"]}""", "InvalidParameterException", null)]
    [InlineData("""{"CallbackURLs":["https:/app.example"]}""", "InvalidParameterException", null)]
    [InlineData("""{"CallbackURLs":["javascript:alert(1)"]}""", "InvalidParameterException", null)]
    [InlineData("""{"CallbackURLs":["https://a.example"],"DefaultRedirectURI":"https://b.example"}""", "InvalidParameterException", "The default redirect URI https://b.example is not in the callback URIs list.")]
    [InlineData("""{"ClientName":"no/slash"}""", "InvalidParameterException", "1 validation error detected: Value 'no/slash' at 'clientName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+")]
    [InlineData("""{"AuthSessionValidity":2}""", "InvalidParameterException", null)]
    [InlineData("""{"ExplicitAuthFlows":["SOMEHOW"]}""", "InvalidParameterException", null)]
    public async Task A_rule_of_the_service_refuses(string members, string type, string? text)
    {
        var poolId = await CreatePool(new()
        {
            ["Schema"] = new JsonArray(
                new JsonObject { ["Name"] = "email", ["Required"] = true },
                new JsonObject { ["Name"] = "hidden", ["AttributeDataType"] = "String", ["DeveloperOnlyAttribute"] = true }),
        });
        var request = JsonNode.Parse(members)!.AsObject();
        request["ClientName"] ??= "refused";
        var error = await Assert.ThrowsAsync<ServiceError>(() => Create(poolId, request));
        Assert.Equal(type, error.Type);
        if (text is not null)
            Assert.Equal(text.Replace("{pool}", poolId, StringComparison.Ordinal), error.Text);
    }

    [Theory]
    [InlineData("""{"ExplicitAuthFlows":["ALLOW_USER_AUTH"]}""")]
    [InlineData("""{"RefreshTokenRotation":{"Feature":"ENABLED"}}""")]
    public async Task LITE_lacks_choice_based_sign_in_and_rotation(string members)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["ClientName"] = "lite";
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Create(await CreatePool(new() { ["UserPoolTier"] = "LITE" }), request));
        Assert.Equal("FeatureUnavailableInTierException", error.Type);
    }

    [Theory]
    [InlineData("http://localhost:3000/callback")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://[::1]:8080/x")]
    [InlineData("myapp://callback")]
    [InlineData("com.example.app:/oauth")]
    [InlineData("https://app.example:8443/a?b=c")]
    public async Task A_callback_may_be_secure_local_or_an_app_s_own(string url)
    {
        var client = await Create(await CreatePool(), new() { ["ClientName"] = "urls", ["CallbackURLs"] = new JsonArray(url), ["DefaultRedirectURI"] = url });
        Assert.Equal(url, (string?)client["CallbackURLs"]![0]);
    }

    [Fact]
    public async Task OAuth_members_are_kept_where_they_are_not_switched_on()
    {
        var client = await Create(await CreatePool(), new()
        {
            ["ClientName"] = "dormant",
            ["AllowedOAuthFlows"] = new JsonArray("code"),
            ["AllowedOAuthScopes"] = new JsonArray("openid", "email"),
            ["CallbackURLs"] = new JsonArray("https://app.example"),
        });
        Assert.False((bool)client["AllowedOAuthFlowsUserPoolClient"]!);
        Assert.Equal("""["code"]""", client["AllowedOAuthFlows"]!.ToJsonString());
    }

    [Fact]
    public async Task A_refresh_token_without_a_lifetime_lives_thirty_days_in_the_unit_given()
    {
        var client = await Create(await CreatePool(), new() { ["ClientName"] = "units", ["RefreshTokenValidity"] = 0, ["TokenValidityUnits"] = new JsonObject { ["RefreshToken"] = "minutes" } });
        Assert.Equal(43200, (int)client["RefreshTokenValidity"]!);
    }

    [Fact]
    public async Task A_name_chooses_the_id_once_in_the_installation()
    {
        var id = "chosen" + Guid.NewGuid().ToString("N");
        var request = new JsonObject { ["ClientName"] = "_custom_id_:" + id };
        Assert.Equal(id, (string?)(await Create(await CreatePool(), request.DeepClone().AsObject()))["ClientId"]);
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Create(await CreatePool(), request));
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Contains(id, error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pool_s_tag_chooses_the_id_and_secret_of_its_first_client_alone()
    {
        var id = "tagged" + Guid.NewGuid().ToString("N");
        var poolId = await CreatePool(new()
        {
            ["UserPoolTags"] = new JsonObject { ["floci:override-cognito-client-id"] = id, ["floci:override-cognito-client-secret"] = "a_secret_that_tests_have_chosen" },
        });
        var first = await Create(poolId, new() { ["ClientName"] = "first", ["GenerateSecret"] = true });
        Assert.Equal(id, (string?)first["ClientId"]);
        Assert.Equal("a_secret_that_tests_have_chosen", (string?)first["ClientSecret"]);
        var second = await Create(poolId, new() { ["ClientName"] = "second" });
        Assert.NotEqual(id, (string?)second["ClientId"]);
    }

    private async Task<string> CreatePool(JsonObject? more = null)
    {
        more ??= [];
        more["PoolName"] = "clients";
        return (string)(await server.Api.Call("CreateUserPool", more))["UserPool"]!["Id"]!;
    }

    private async Task<JsonObject> Create(string poolId, JsonObject request)
    {
        request["UserPoolId"] = poolId;
        return (await server.Api.Call("CreateUserPoolClient", request))["UserPoolClient"]!.AsObject();
    }
}
