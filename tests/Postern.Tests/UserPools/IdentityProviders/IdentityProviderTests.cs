using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.IdentityProviders;

public class IdentityProviderTests(TestServer server)
{
    private const string Oidc = """{"client_id":"c","client_secret":"s","authorize_scopes":"openid email","attributes_request_method":"GET","oidc_issuer":"https://idp.example"}""";
    private const string Social = """{"client_id":"c","client_secret":"s","authorize_scopes":"email"}""";

    [Theory]
    [InlineData("Google", Social, """{"attributes_url":"https://people.googleapis.com/v1/people/me?personFields=","attributes_url_add_attributes":"true","authorize_url":"https://accounts.google.com/o/oauth2/v2/auth","oidc_issuer":"https://accounts.google.com","token_request_method":"POST","token_url":"https://www.googleapis.com/oauth2/v4/token"}""", "sub")]
    [InlineData("Facebook", """{"client_id":"c","client_secret":"s","authorize_scopes":"email","api_version":"v20.0"}""", """{"attributes_url":"https://graph.facebook.com/v20.0/me?fields=","attributes_url_add_attributes":"true","authorize_url":"https://www.facebook.com/v20.0/dialog/oauth","token_request_method":"GET","token_url":"https://graph.facebook.com/v20.0/oauth/access_token"}""", "id")]
    [InlineData("LoginWithAmazon", Social, """{"attributes_url":"https://api.amazon.com/user/profile","attributes_url_add_attributes":"false","authorize_url":"https://www.amazon.com/ap/oa","token_request_method":"POST","token_url":"https://api.amazon.com/auth/o2/token"}""", "user_id")]
    [InlineData("OIDC", Oidc, """{"attributes_url_add_attributes":"false"}""", "sub")]
    public async Task A_provider_shows_what_was_given_and_what_is_derived(string type, string details, string derived, string username)
    {
        var pool = await Pool.Create(server);
        var name = type is "OIDC" ? "Corp" : type;
        var created = (await Create(pool, name, type, details, """{"AttributeMapping":{"email":"mail"},"IdpIdentifiers":["corp.example","two"]}"""))["IdentityProvider"]!.AsObject();
        Assert.Equal(
            ["UserPoolId", "ProviderName", "ProviderType", "ProviderDetails", "AttributeMapping", "IdpIdentifiers", "LastModifiedDate", "CreationDate"],
            created.Select(member => member.Key));
        var expected = JsonNode.Parse(derived)!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(details)!.AsObject())
            expected[key] = value!.DeepClone();
        Assert.True(JsonNode.DeepEquals(expected, created["ProviderDetails"]), created["ProviderDetails"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["email"] = "mail", ["username"] = username }, created["AttributeMapping"]));
        Assert.Equal("""["corp.example","two"]""", created["IdpIdentifiers"]!.ToJsonString());

        Assert.True(JsonNode.DeepEquals(created, (await Call(pool, "DescribeIdentityProvider", name))["IdentityProvider"]));
        var byIdentifier = await server.Api.Call("GetIdentityProviderByIdentifier", new() { ["UserPoolId"] = pool.Id, ["IdpIdentifier"] = "two" });
        Assert.True(JsonNode.DeepEquals(created, byIdentifier["IdentityProvider"]));
    }

    [Fact]
    public async Task Apple_s_private_key_is_never_shown_and_need_not_be_sent_again()
    {
        var pool = await Pool.Create(server);
        const string details = """{"client_id":"c","team_id":"t","key_id":"k","private_key":"p","authorize_scopes":"email name"}""";
        var created = (await Create(pool, "SignInWithApple", "SignInWithApple", details))["IdentityProvider"]!["ProviderDetails"]!;
        Assert.Null(created["private_key"]);
        Assert.Equal("https://appleid.apple.com", (string?)created["oidc_issuer"]);
        var updated = await Call(pool, "UpdateIdentityProvider", "SignInWithApple", """{"ProviderDetails":{"client_id":"d","team_id":"t","key_id":"k","authorize_scopes":"email"}}""");
        Assert.Equal("d", (string?)updated["IdentityProvider"]!["ProviderDetails"]!["client_id"]);
    }

    [Fact]
    public async Task Saml_metadata_names_where_requests_go_by_redirect()
    {
        var pool = await Pool.Create(server);
        var metadata = """
            <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="idp"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
            <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo"/>
            <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/post"/>
            <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>
            </IDPSSODescriptor></EntityDescriptor>
            """;
        var created = (await Create(pool, "Adfs", "SAML", new JsonObject { ["MetadataFile"] = metadata, ["IDPSignout"] = "true" }.ToJsonString()))["IdentityProvider"]!;
        Assert.Equal("https://idp.example/sso", (string?)created["ProviderDetails"]!["SSORedirectBindingURI"]);
        Assert.Equal("https://idp.example/slo", (string?)created["ProviderDetails"]!["SLORedirectBindingURI"]);
        Assert.Equal("{}", created["AttributeMapping"]!.ToJsonString());
        Assert.Equal("[]", created["IdpIdentifiers"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Google", "Facebook", Social, "Provider Google cannot be of type Facebook.")]
    [InlineData("Google", "OIDC", Oidc, "Provider Google cannot be of type OIDC.")]
    [InlineData("MyGoogle", "Google", Social, "Provider MyGoogle cannot be of type Google.")]
    [InlineData("COGNITO", "OIDC", Oidc, "Provider COGNITO cannot be of type OIDC.")]
    [InlineData("Google", "Google", """{"client_id":"c","authorize_scopes":"email"}""", "clientId, clientSecret and authorizeScopes are all required idp details.")]
    [InlineData("SignInWithApple", "SignInWithApple", """{"client_id":"c","team_id":"t","key_id":"k"}""", "clientId, privateKey, teamId, and keyId are all required idp details.")]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET"}""", "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.")]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"PUT","oidc_issuer":"https://idp.example"}""", "1 validation error detected: Value 'PUT' at 'attributesRequestMethod' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]")]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET","oidc_issuer":"ftp://idp.example"}""", "OIDC endpoint must start with https://")]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET","oidc_issuer":"https://idp.example/"}""", null)]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"email","attributes_request_method":"GET","oidc_issuer":"https://idp.example"}""", null)]
    [InlineData("Corp", "OIDC", """{"client_id":"c","authorize_scopes":"openid","attributes_request_method":"GET","oidc_issuer":"https://idp.example","token_url":"nonsense"}""", null)]
    [InlineData("Corp", "SAML", "{}", "At least one of the MetadataURL or MetadataFile should be provided.")]
    [InlineData("Corp", "SAML", """{"MetadataURL":"https://idp.example","MetadataFile":"<x/>"}""", "Only one of the MetadataURL or MetadataFile should be provided.")]
    [InlineData("Corp", "SAML", """{"MetadataFile":"<x/>"}""", null)]
    [InlineData("Corp", "SAML", """{"MetadataFile":"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"}""", null)]
    [InlineData("Corp", "SAML", """{"MetadataFile":"not xml"}""", null)]
    [InlineData("Co rp", "OIDC", Oidc, null)]
    [InlineData("Co", "OIDC", Oidc, null)]
    [InlineData("My_Corp", "OIDC", Oidc, null)]
    [InlineData("Corp", "LDAP", Oidc, null)]
    public async Task A_provider_that_breaks_a_rule_is_refused(string name, string type, string details, string? text)
    {
        var pool = await Pool.Create(server);
        var error = await Assert.ThrowsAsync<ServiceError>(() => Create(pool, name, type, details));
        Assert.Equal("InvalidParameterException", error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Fact]
    public async Task Names_and_identifiers_are_taken_once()
    {
        var pool = await Pool.Create(server);
        await Create(pool, "Corp", "OIDC", Oidc, """{"IdpIdentifiers":["one"]}""");
        Assert.Equal("DuplicateProviderException", (await Assert.ThrowsAsync<ServiceError>(() => Create(pool, "Corp", "OIDC", Oidc))).Type);
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Create(pool, "Other", "OIDC", Oidc, """{"IdpIdentifiers":["one"]}"""))).Type);
        Assert.Equal("ResourceNotFoundException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "DescribeIdentityProvider", "Other"))).Type);
    }

    [Fact]
    public async Task An_update_replaces_what_is_given_and_leaves_the_rest()
    {
        var pool = await Pool.Create(server);
        var created = (await Create(pool, "Corp", "OIDC", Oidc, """{"AttributeMapping":{"email":"mail"},"IdpIdentifiers":["one","two"]}"""))["IdentityProvider"]!;
        var updated = (await Call(pool, "UpdateIdentityProvider", "Corp", """{"IdpIdentifiers":["two","three"]}"""))["IdentityProvider"]!;
        Assert.True(JsonNode.DeepEquals(created["ProviderDetails"], updated["ProviderDetails"]));
        Assert.True(JsonNode.DeepEquals(created["AttributeMapping"], updated["AttributeMapping"]));
        Assert.Equal("""["two","three"]""", updated["IdpIdentifiers"]!.ToJsonString());
        var error = await server.Api.Fail("GetIdentityProviderByIdentifier", new() { ["UserPoolId"] = pool.Id, ["IdpIdentifier"] = "one" });
        Assert.Equal("ResourceNotFoundException", error.Type);
        await Create(pool, "Other", "OIDC", Oidc, """{"IdpIdentifiers":["one"]}""");
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "UpdateIdentityProvider", "Corp", """{"IdpIdentifiers":["one"]}"""))).Type);

        updated = (await Call(pool, "UpdateIdentityProvider", "Corp", """{"AttributeMapping":{"name":"n"},"ProviderDetails":{"client_id":"new","authorize_scopes":"openid","attributes_request_method":"POST","oidc_issuer":"https://idp.example"}}"""))["IdentityProvider"]!;
        Assert.Equal("""{"name":"n","username":"sub"}""", updated["AttributeMapping"]!.ToJsonString());
        Assert.Null(updated["ProviderDetails"]!["client_secret"]);
        Assert.Equal("new", (string?)updated["ProviderDetails"]!["client_id"]);
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Call(pool, "UpdateIdentityProvider", "Corp", """{"AttributeMapping":{"nonsense":"n"}}"""))).Type);
    }

    [Fact]
    public async Task A_client_may_name_a_provider_that_exists_and_a_deleted_one_is_free_again()
    {
        var pool = await Pool.Create(server);
        await Create(pool, "Corp", "OIDC", Oidc, """{"IdpIdentifiers":["one"]}""");
        var request = new JsonObject { ["UserPoolId"] = pool.Id, ["ClientName"] = "c", ["SupportedIdentityProviders"] = new JsonArray("COGNITO", "Corp") };
        await server.Api.Call("CreateUserPoolClient", request.DeepClone().AsObject());
        Assert.Empty(await Call(pool, "DeleteIdentityProvider", "Corp"));
        Assert.Equal($"The provider Corp does not exist for User Pool {pool.Id}.", (await server.Api.Fail("CreateUserPoolClient", request)).Text);
        foreach (var operation in new[] { "DescribeIdentityProvider", "UpdateIdentityProvider", "DeleteIdentityProvider" })
        {
            var error = await Assert.ThrowsAsync<ServiceError>(() => Call(pool, operation, "Corp"));
            Assert.Equal("ResourceNotFoundException", error.Type);
            Assert.Equal("Identity provider Corp does not exist.", error.Text);
        }
        await Create(pool, "Corp", "OIDC", Oidc, """{"IdpIdentifiers":["one"]}""");
    }

    [Fact]
    public async Task Pages_hold_each_provider_once()
    {
        var pool = await Pool.Create(server);
        foreach (var name in new[] { "One1", "Two2", "Three" })
            await Create(pool, name, "OIDC", Oidc);
        var listed = new List<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["UserPoolId"] = pool.Id, ["MaxResults"] = 2 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await server.Api.Call("ListIdentityProviders", request);
            foreach (var provider in page["Providers"]!.AsArray())
            {
                Assert.Equal(["ProviderName", "ProviderType", "LastModifiedDate", "CreationDate"], provider!.AsObject().Select(member => member.Key));
                listed.Add((string)provider["ProviderName"]!);
            }
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(["One1", "Three", "Two2"], listed.Order(StringComparer.Ordinal));
        Assert.Equal(3, (await server.Api.Call("ListIdentityProviders", new() { ["UserPoolId"] = pool.Id, ["MaxResults"] = 0 }))["Providers"]!.AsArray().Count);
    }

    private Task<JsonObject> Create(Pool pool, string name, string type, string details, string members = "{}")
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["ProviderType"] = type;
        request["ProviderDetails"] = JsonNode.Parse(details);
        return Call(pool, "CreateIdentityProvider", name, request.ToJsonString());
    }

    private Task<JsonObject> Call(Pool pool, string operation, string name, string members = "{}")
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        request["ProviderName"] = name;
        return server.Api.Call(operation, request);
    }
}
