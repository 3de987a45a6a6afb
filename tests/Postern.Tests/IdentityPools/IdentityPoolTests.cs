using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.IdentityPools;

public class IdentityPoolTests(TestServer server)
{
    private const string Provider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1";
    private const string Role = "arn:aws:iam::123456789012:role/app";

    [Fact]
    public async Task A_pool_shows_only_what_was_set()
    {
        var created = await Create("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"CognitoIdentityProviders":[],"SupportedLoginProviders":{}}""");
        var id = (string)created["IdentityPoolId"]!;
        Assert.Matches("^us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", id);
        Assert.Equal($$$"""{"IdentityPoolId":"{{{id}}}","IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"IdentityPoolTags":{}}""", created.ToJsonString());
        Assert.True(JsonNode.DeepEquals(created, await Call("DescribeIdentityPool", id)));
    }

    [Fact]
    public async Task A_pool_made_of_every_kind_of_setting_shows_them_all()
    {
        const string members = $$"""
            "IdentityPoolName":"full","AllowUnauthenticatedIdentities":true,"AllowClassicFlow":false,"SupportedLoginProviders":{"accounts.google.com":"g"},
            "DeveloperProviderName":"login.app","OpenIdConnectProviderARNs":["arn:aws:iam::123456789012:oidc-provider/idp.example"],
            "CognitoIdentityProviders":[{"ProviderName":"{{Provider}}","ClientId":"c1","ServerSideTokenCheck":true},{"ProviderName":"localhost:9229/us-east-1_Example1","ClientId":"c2","ServerSideTokenCheck":false}],
            "SamlProviderARNs":["arn:aws:iam::123456789012:saml-provider/Corp"],"IdentityPoolTags":{"a":"1"}
            """;
        var created = await Create("{" + members + "}");
        var expected = JsonNode.Parse($$"""{"IdentityPoolId":"{{created["IdentityPoolId"]}}",{{members}}}""");
        Assert.True(JsonNode.DeepEquals(expected, created), created.ToJsonString());
    }

    [Fact]
    public async Task The_check_of_the_server_s_side_shows_as_false_where_it_was_left_out()
    {
        var created = await Create($$"""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":false,"CognitoIdentityProviders":[{"ProviderName":"{{Provider}}","ClientId":"c1"}]}""");
        Assert.False((bool)created["CognitoIdentityProviders"]![0]!["ServerSideTokenCheck"]!);
    }

    [Fact]
    public async Task An_update_takes_the_whole_pool_and_what_it_leaves_out_is_gone()
    {
        var created = await Create("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"AllowClassicFlow":true,"SupportedLoginProviders":{"accounts.google.com":"g"},"DeveloperProviderName":"login.app","IdentityPoolTags":{"a":"1"}}""");
        var id = (string)created["IdentityPoolId"]!;
        var updated = await Call("UpdateIdentityPool", id, """{"IdentityPoolName":"q","AllowUnauthenticatedIdentities":false}""");
        Assert.Equal(
            $$$"""{"IdentityPoolId":"{{{id}}}","IdentityPoolName":"q","AllowUnauthenticatedIdentities":false,"DeveloperProviderName":"login.app","IdentityPoolTags":{"a":"1"}}""",
            updated.ToJsonString());
        Assert.True(JsonNode.DeepEquals(updated, await Call("DescribeIdentityPool", id)));
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call("UpdateIdentityPool", id, """{"IdentityPoolName":"q","AllowUnauthenticatedIdentities":false,"DeveloperProviderName":"other"}"""));
        Assert.Equal("InvalidParameterException", error.Type);
    }

    [Theory]
    [InlineData("DescribeIdentityPool", "{}")]
    [InlineData("UpdateIdentityPool", """{"IdentityPoolName":"q","AllowUnauthenticatedIdentities":false}""")]
    [InlineData("DeleteIdentityPool", "{}")]
    [InlineData("GetIdentityPoolRoles", "{}")]
    [InlineData("SetIdentityPoolRoles", """{"Roles":{}}""")]
    public async Task A_pool_that_is_deleted_or_another_account_s_is_not_found(string operation, string members)
    {
        var id = (string)(await Create("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true}"""))["IdentityPoolId"]!;
        using var stranger = new Api(server.Url, accessKey: "210987654321");
        var request = JsonNode.Parse(members)!.AsObject();
        request["IdentityPoolId"] = id;
        var error = await Assert.ThrowsAsync<ServiceError>(() => stranger.CallIdentity(operation, request.DeepClone().AsObject()));
        Assert.Equal("ResourceNotFoundException", error.Type);

        Assert.Empty(await Call("DeleteIdentityPool", id));
        error = await Assert.ThrowsAsync<ServiceError>(() => server.Api.CallIdentity(operation, request));
        Assert.Equal("ResourceNotFoundException", error.Type);
        Assert.Equal($"IdentityPool '{id}' not found.", error.Text);
    }

    [Theory]
    [InlineData("""{"IdentityPoolName":"p"}""", "ValidationException")]
    [InlineData("""{"AllowUnauthenticatedIdentities":true}""", "ValidationException")]
    [InlineData("""{"IdentityPoolName":"p!","AllowUnauthenticatedIdentities":true}""", "ValidationException")]
    [InlineData("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"CognitoIdentityProviders":[{"ProviderName":"us-east-1_Example1","ClientId":"c"}]}""", "InvalidParameterException")]
    [InlineData("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"CognitoIdentityProviders":[{}]}""", "InvalidParameterException")]
    [InlineData("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"IdentityPoolTags":{"aws:a":"1"}}""", "InvalidParameterException")]
    public async Task A_pool_that_breaks_a_rule_is_refused(string request, string type) =>
        Assert.Equal(type, (await Assert.ThrowsAsync<ServiceError>(() => Create(request))).Type);

    [Fact]
    public async Task Pages_hold_each_pool_of_the_account_and_region_once()
    {
        using var api = new Api(server.Url, accessKey: "310987654321", region: "eu-west-1");
        for (var i = 0; i < 3; i++)
            await api.CallIdentity("CreateIdentityPool", new() { ["IdentityPoolName"] = "listed", ["AllowUnauthenticatedIdentities"] = true });
        var listed = new HashSet<string>();
        string? token = null;
        do
        {
            var request = new JsonObject { ["MaxResults"] = 2 };
            if (token is not null)
                request["NextToken"] = token;
            var page = await api.CallIdentity("ListIdentityPools", request);
            foreach (var pool in page["IdentityPools"]!.AsArray())
            {
                Assert.Equal(["IdentityPoolId", "IdentityPoolName"], pool!.AsObject().Select(member => member.Key));
                Assert.True(listed.Add((string)pool["IdentityPoolId"]!));
            }
            token = (string?)page["NextToken"];
        }
        while (token is not null);
        Assert.Equal(3, listed.Count);
        Assert.All(listed, id => Assert.StartsWith("eu-west-1:", id, StringComparison.Ordinal));
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => api.CallIdentity("ListIdentityPools", new() { ["MaxResults"] = 2, ["NextToken"] = "garbage" }))).Type);
        Assert.Equal("ValidationException", (await Assert.ThrowsAsync<ServiceError>(() => api.CallIdentity("ListIdentityPools", []))).Type);
    }

    [Fact]
    public async Task Roles_are_absent_until_set_and_are_replaced_as_a_whole()
    {
        var id = await CreateWithProviders();
        Assert.Equal($$"""{"IdentityPoolId":"{{id}}"}""", (await Call("GetIdentityPoolRoles", id)).ToJsonString());
        var first = $$$$$"""
            "Roles":{"authenticated":"{{{{{Role}}}}}","unauthenticated":"{{{{{Role}}}}}"},
            "RoleMappings":{"{{{{{Provider}}}}}:c1":{"Type":"Token","AmbiguousRoleResolution":"Deny"},
              "accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"AuthenticatedRole","RulesConfiguration":{"Rules":[{"Claim":"email","MatchType":"Contains","Value":"@corp.example","RoleARN":"{{{{{Role}}}}}"}]}}}
            """;
        Assert.Empty(await Call("SetIdentityPoolRoles", id, "{" + first + "}"));
        var roles = await Call("GetIdentityPoolRoles", id);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$$"""{"IdentityPoolId":"{{{id}}}",{{{first}}}}"""), roles), roles.ToJsonString());

        await Call("SetIdentityPoolRoles", id, $$$"""{"Roles":{"authenticated":"{{{Role}}}"}}""");
        Assert.Equal($$$$"""{"IdentityPoolId":"{{{{id}}}}","Roles":{"authenticated":"{{{{Role}}}}"}}""", (await Call("GetIdentityPoolRoles", id)).ToJsonString());
        await Call("SetIdentityPoolRoles", id, """{"Roles":{},"RoleMappings":{}}""");
        Assert.Equal($$"""{"IdentityPoolId":"{{id}}"}""", (await Call("GetIdentityPoolRoles", id)).ToJsonString());
    }

    [Theory]
    [InlineData("""{"Roles":{"authenticated":"just-a-role-by-its-name"}}""", "NotAuthorizedException", "Access to Role 'just-a-role-by-its-name' is forbidden.")]
    [InlineData("""{"Roles":{"authenticated":"arn:aws:s3:::bucket/role/whatever"}}""", "NotAuthorizedException", "Access to Role 'arn:aws:s3:::bucket/role/whatever' is forbidden.")]
    [InlineData("""{"Roles":{"everybody":"arn:aws:iam::123456789012:role/app"}}""", "ValidationException", null)]
    [InlineData("""{"Roles":{},"RoleMappings":{"KEY":{"Type":"Token","AmbiguousRoleResolution":"Deny"}}}""", "InvalidParameterException", "(KEY) is not a valid RoleMapping ProviderName or is not a configured provider.")]
    [InlineData("""{"Roles":{},"RoleMappings":{"cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1":{"Type":"Token","AmbiguousRoleResolution":"Deny"}}}""", "InvalidParameterException", "(cognito-idp.us-east-1.amazonaws.com/us-east-1_Example1) is not a valid RoleMapping ProviderName or is not a configured provider.")]
    [InlineData("""{"Roles":{},"RoleMappings":{"https://accounts.google.com":{"Type":"Token","AmbiguousRoleResolution":"Deny"}}}""", "InvalidParameterException", "(https://accounts.google.com) is not a valid RoleMapping ProviderName or is not a configured provider.")]
    [InlineData("""{"Roles":{},"RoleMappings":{"accounts.google.com":{"Type":"Token"}}}""", "InvalidParameterException", null)]
    [InlineData("""{"Roles":{},"RoleMappings":{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny"}}}""", "InvalidParameterException", null)]
    [InlineData("""{"Roles":{},"RoleMappings":{"accounts.google.com":{"Type":"Token","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"a","MatchType":"Equals","Value":"b","RoleARN":"arn:aws:iam::123456789012:role/app"}]}}}}""", "InvalidParameterException", null)]
    [InlineData("""{"Roles":{},"RoleMappings":{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{"Claim":"a","MatchType":"Equals","Value":"b","RoleARN":"a role that has just a name"}]}}}}""", "NotAuthorizedException", null)]
    public async Task Roles_that_break_a_rule_are_refused(string members, string type, string? text)
    {
        var id = await CreateWithProviders();
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call("SetIdentityPoolRoles", id, members));
        Assert.Equal(type, error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Fact]
    public async Task A_mapping_has_at_most_twenty_five_rules()
    {
        var id = await CreateWithProviders();
        var rules = string.Join(",", Enumerable.Repeat($$"""{"Claim":"a","MatchType":"Equals","Value":"b","RoleARN":"{{Role}}"}""", 26));
        var error = await Assert.ThrowsAsync<ServiceError>(() => Call("SetIdentityPoolRoles", id,
            $$$$$"""{"Roles":{},"RoleMappings":{"accounts.google.com":{"Type":"Rules","AmbiguousRoleResolution":"Deny","RulesConfiguration":{"Rules":[{{{{{rules}}}}}]}}}}"""));
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal("The number of rules in the request exceeded 25.", error.Text);
    }

    [Fact]
    public async Task Tags_are_merged_listed_and_removed()
    {
        var id = (string)(await Create("""{"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true}"""))["IdentityPoolId"]!;
        var arn = "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/" + id;
        Assert.Empty(await Tag("TagResource", arn, """{"Tags":{"a":"1","b":"2"}}"""));
        await Tag("TagResource", arn, """{"Tags":{"b":"3"}}""");
        Assert.Equal("""{"Tags":{"a":"1","b":"3"}}""", (await Tag("ListTagsForResource", arn)).ToJsonString());
        Assert.Empty(await Tag("UntagResource", arn, """{"TagKeys":["a","never there"]}"""));
        Assert.Equal("""{"b":"3"}""", (await Call("DescribeIdentityPool", id))["IdentityPoolTags"]!.ToJsonString());
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Tag("TagResource", arn, """{"Tags":{"aws:a":"1"}}"""))).Type);
        Assert.Equal("ResourceNotFoundException", (await Assert.ThrowsAsync<ServiceError>(() => Tag("ListTagsForResource", "arn:aws:cognito-identity:us-east-1:123456789012:identitypool/us-east-1:no"))).Type);
        Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Tag("ListTagsForResource", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_No"))).Type);
    }

    private Task<JsonObject> Create(string request) => server.Api.CallIdentity("CreateIdentityPool", JsonNode.Parse(request)!.AsObject());

    private async Task<string> CreateWithProviders() => (string)(await Create($$$"""
        {"IdentityPoolName":"p","AllowUnauthenticatedIdentities":true,"SupportedLoginProviders":{"accounts.google.com":"g"},
         "CognitoIdentityProviders":[{"ProviderName":"{{{Provider}}}","ClientId":"c1"}]}
        """))["IdentityPoolId"]!;

    private Task<JsonObject> Call(string operation, string id, string members = "{}")
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["IdentityPoolId"] = id;
        return server.Api.CallIdentity(operation, request);
    }

    private Task<JsonObject> Tag(string operation, string arn, string members = "{}")
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["ResourceArn"] = arn;
        return server.Api.CallIdentity(operation, request);
    }
}
