using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Pools;

public class CreateUserPoolTests(TestServer server)
{
    [Fact]
    public async Task A_pool_with_only_a_name_has_every_default_of_the_service()
    {
        var pool = await Create(new() { ["PoolName"] = "p" });
        var id = (string)pool["Id"]!;
        Assert.Matches("^us-east-1_[0-9A-Za-z]{9}$", id);
        pool.Remove("Id");
        Assert.InRange((double)pool["CreationDate"]!, 1.7e9, 1e11);
        Assert.Equal((double)pool["CreationDate"]!, (double)pool["LastModifiedDate"]!);
        pool.Remove("CreationDate");
        pool.Remove("LastModifiedDate");
        Assert.Equal(20, pool["SchemaAttributes"]!.AsArray().Count);
        pool.Remove("SchemaAttributes");
        var expected = JsonNode.Parse($$$"""
            {"Name":"p","Arn":"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{{{id}}}",
             "Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7},
                         "SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},
             "DeletionProtection":"INACTIVE","LambdaConfig":{},
             "VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"},
             "UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":[]},
             "MfaConfiguration":"OFF","EstimatedNumberOfUsers":0,"EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},
             "AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":7},
             "UserPoolTags":{},"UserPoolTier":"ESSENTIALS"}
            """);
        Assert.True(JsonNode.DeepEquals(expected, pool), pool.ToJsonString());
    }

    [Fact]
    public async Task Describe_shows_what_create_answered()
    {
        var created = await Create(new()
        {
            ["PoolName"] = "described",
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["UsernameAttributes"] = new JsonArray("email"),
            ["UserPoolTags"] = new JsonObject { ["team"] = "blue" },
            ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "company", ["AttributeDataType"] = "String" }),
        });
        var described = (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = (string)created["Id"]! }))["UserPool"]!;
        Assert.True(JsonNode.DeepEquals(created, described), described.ToJsonString());
    }

    private async Task<JsonObject> Create(JsonObject request) => (await server.Api.Call("CreateUserPool", request))["UserPool"]!.AsObject();
}
