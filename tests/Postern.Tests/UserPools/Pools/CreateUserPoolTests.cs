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

    [Theory]
    [InlineData("""{"AliasAttributes":["email"],"UsernameAttributes":["email"]}""", "InvalidParameterException", "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.")]
    [InlineData("""{"MfaConfiguration":"ON"}""", "InvalidParameterException", "SMS configuration and Auto verification for phone_number are required when MFA is required/optional")]
    [InlineData("""{"SmsConfiguration":{}}""", "InvalidParameterException", "1 validation error detected: Value null at 'smsConfiguration.snsCallerArn' failed to satisfy constraint: Member must not be null")]
    [InlineData("""{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"admin_only","Priority":1},{"Name":"verified_email","Priority":2}]}}""", "InvalidParameterException", "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.")]
    [InlineData("""{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_phone_number","Priority":1},{"Name":"verified_email","Priority":1}]}}""", "InvalidParameterException", "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.")]
    [InlineData("""{"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1},{"Name":"verified_email","Priority":2}]}}""", "InvalidParameterException", "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.")]
    [InlineData("""{"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER"}}""", "InvalidParameterException", "Source ARN is required to use DEVELOPER email sending owner")]
    [InlineData("""{"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["EMAIL_OTP"]}}}""", "InvalidParameterException", "Password should be configured as one of the allowed first auth factors.")]
    [InlineData("""{"UserPoolTier":"LITE","Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","EMAIL_OTP"]}}}""", "FeatureUnavailableInTierException", "The following features need to be disabled for the LITE pricing tier configured: Passwordless Sign-In")]
    [InlineData("""{"UserPoolTier":"LITE","LambdaConfig":{"PreTokenGenerationConfig":{"LambdaVersion":"V2_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"}}}""", "FeatureUnavailableInTierException", "The following features need to be disabled for the LITE pricing tier configured: Token Customization with Pre-Token Generation Lambda V2_0")]
    [InlineData("""{"UserPoolAddOns":{"AdvancedSecurityMode":"ENFORCED"}}""", "FeatureUnavailableInTierException", "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection")]
    [InlineData("""{"UserPoolTier":"LITE","Policies":{"PasswordPolicy":{"MinimumLength":8,"PasswordHistorySize":3}}}""", "FeatureUnavailableInTierException", null)]
    [InlineData("""{"LambdaConfig":{"PreTokenGeneration":"arn:aws:lambda:us-east-1:123456789012:function:f","PreTokenGenerationConfig":{"LambdaVersion":"V1_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:g"}}}""", "InvalidParameterException", "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's")]
    [InlineData("""{"LambdaConfig":{"CustomEmailSender":{"LambdaVersion":"V1_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"}}}""", "InvalidParameterException", "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.")]
    [InlineData("""{"LambdaConfig":{"PreSignUp":"not an arn, but long enough"}}""", "InvalidParameterException", null)]
    [InlineData("""{"UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]}}""", "InvalidParameterException", null)]
    [InlineData("""{"AdminCreateUserConfig":{"UnusedAccountValidityDays":5},"Policies":{"PasswordPolicy":{"TemporaryPasswordValidityDays":6}}}""", "InvalidParameterException", "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")]
    [InlineData("""{"EmailVerificationMessage":"one {####}","VerificationMessageTemplate":{"EmailMessage":"two {####}"}}""", "InvalidParameterException", null)]
    [InlineData("""{"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_LINK","EmailMessage":"two {####}","EmailMessageByLink":"{##go##}"}}""", "InvalidParameterException", null)]
    [InlineData("""{"UserPoolTags":{"aws:mine":"1"}}""", "UserPoolTaggingException", null)]
    [InlineData("""{"UserPoolTags":{"postern:unheard-of":"true"}}""", "InvalidParameterException", null)]
    [InlineData("""{"UserPoolTags":{"_custom_id_":"no-underscore"}}""", "InvalidParameterException", null)]
    [InlineData("""{"MfaConfiguration":"ON","SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms"},"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","SMS_OTP"]}}}""", "InvalidParameterException", null)]
    [InlineData("""{"AcrConfiguration":{"Level1":{"AcrValue":"one"},"Level2":{"AcrValue":"one"}}}""", "InvalidParameterException", null)]
    [InlineData("""{"AcrConfiguration":{"Level1":{"AcrValue":"urn:cognito:loa:2"}}}""", "InvalidParameterException", null)]
    [InlineData("""{"AcrConfiguration":{"Level3":{"AcrValue":""}}}""", "InvalidParameterException", null)]
    [InlineData("""{"PoolName":""}""", "InvalidParameterException", null)]
    [InlineData("""{"MfaConfiguration":"SOMETIMES"}""", "InvalidParameterException", null)]
    public async Task A_rule_of_the_service_refuses(string members, string type, string? text)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["PoolName"] ??= "refused";
        var error = await server.Api.Fail("CreateUserPool", request);
        Assert.Equal(type, error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Fact]
    public async Task Optional_MFA_without_any_method_is_accepted_and_kept()
    {
        var pool = await Create(new() { ["PoolName"] = "optional", ["MfaConfiguration"] = "OPTIONAL" });
        Assert.Equal("OPTIONAL", (string?)pool["MfaConfiguration"]);
    }

    [Fact]
    public async Task A_password_policy_has_false_for_what_it_leaves_out_and_the_days_of_a_temporary_password_show_in_both_places()
    {
        var pool = await Create(new()
        {
            ["PoolName"] = "policy",
            ["Policies"] = new JsonObject { ["PasswordPolicy"] = new JsonObject { ["MinimumLength"] = 10, ["RequireNumbers"] = true } },
            ["AdminCreateUserConfig"] = new JsonObject { ["UnusedAccountValidityDays"] = 3 },
        });
        Assert.Equal(
            """{"MinimumLength":10,"RequireUppercase":false,"RequireLowercase":false,"RequireNumbers":true,"RequireSymbols":false,"TemporaryPasswordValidityDays":3}""",
            pool["Policies"]!["PasswordPolicy"]!.ToJsonString());
        Assert.Equal(3, (int)pool["AdminCreateUserConfig"]!["UnusedAccountValidityDays"]!);
    }

    [Theory]
    [InlineData("SmsVerificationMessage", "SmsMessage", "Your code: {####}")]
    [InlineData("EmailVerificationMessage", "EmailMessage", "Your code: {####}")]
    [InlineData("EmailVerificationSubject", "EmailSubject", "Your code")]
    public async Task The_two_forms_of_a_verification_text_mirror_each_other(string older, string name, string text)
    {
        foreach (var request in new[]
        {
            new JsonObject { ["PoolName"] = "older", [older] = text },
            new JsonObject { ["PoolName"] = "template", ["VerificationMessageTemplate"] = new JsonObject { [name] = text } },
            new JsonObject { ["PoolName"] = "both", [older] = text, ["VerificationMessageTemplate"] = new JsonObject { [name] = text } },
        })
        {
            var pool = await Create(request);
            Assert.Equal(text, (string?)pool[older]);
            Assert.Equal(text, (string?)pool["VerificationMessageTemplate"]![name]);
            Assert.Equal("CONFIRM_WITH_CODE", (string?)pool["VerificationMessageTemplate"]!["DefaultEmailOption"]);
        }
    }

    [Theory]
    [InlineData("""{"PreTokenGeneration":"arn:aws:lambda:us-east-1:123456789012:function:f"}""", "V1_0")]
    [InlineData("""{"PreTokenGenerationConfig":{"LambdaVersion":"V3_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"}}""", "V3_0")]
    public async Task Either_form_of_the_token_trigger_shows_both(string config, string version)
    {
        var lambda = (await Create(new() { ["PoolName"] = "trigger", ["LambdaConfig"] = JsonNode.Parse(config) }))["LambdaConfig"]!;
        Assert.Equal("arn:aws:lambda:us-east-1:123456789012:function:f", (string?)lambda["PreTokenGeneration"]);
        Assert.Equal("arn:aws:lambda:us-east-1:123456789012:function:f", (string?)lambda["PreTokenGenerationConfig"]!["LambdaArn"]);
        Assert.Equal(version, (string?)lambda["PreTokenGenerationConfig"]!["LambdaVersion"]);
    }

    [Fact]
    public async Task A_pool_made_of_every_kind_of_setting_shows_them_all()
    {
        var request = JsonNode.Parse("""
            {"PoolName":"full","DeletionProtection":"INACTIVE","UserPoolTier":"PLUS",
             "Policies":{"PasswordPolicy":{"MinimumLength":12,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":false,"PasswordHistorySize":4,"TemporaryPasswordValidityDays":2},
                         "SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD","WEB_AUTHN"]}},
             "LambdaConfig":{"PreSignUp":"arn:aws:lambda:us-east-1:123456789012:function:f","CustomSMSSender":{"LambdaVersion":"V1_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"},
                             "KMSKeyID":"arn:aws:kms:us-east-1:123456789012:key/k","InboundFederation":{"LambdaVersion":"V1_0","LambdaArn":"arn:aws:lambda:us-east-1:123456789012:function:f"}},
             "AutoVerifiedAttributes":["email","phone_number"],"AliasAttributes":["email","preferred_username"],
             "SmsAuthenticationMessage":"Code {####}","MfaConfiguration":"OPTIONAL",
             "UserAttributeUpdateSettings":{"AttributesRequireVerificationBeforeUpdate":["email"]},
             "DeviceConfiguration":{"ChallengeRequiredOnNewDevice":true,"DeviceOnlyRememberedOnUserPrompt":false},
             "EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:us-east-1:123456789012:identity/a@example.com","From":"A <a@example.com>","ReplyToEmailAddress":"b@example.com","ConfigurationSet":"set"},
             "SmsConfiguration":{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms","ExternalId":"x","SnsRegion":"us-east-1"},
             "UserPoolTags":{"a":"1"},
             "AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":2,"InviteMessageTemplate":{"SMSMessage":"{username} {####}","EmailMessage":"{username} {####}","EmailSubject":"Hi"}},
             "UserPoolAddOns":{"AdvancedSecurityMode":"AUDIT"},"UsernameConfiguration":{"CaseSensitive":false},
             "AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"},{"Priority":2,"Name":"verified_phone_number"}]},
             "KeyConfiguration":{"KeyType":"CUSTOMER_MANAGED_KEY","KmsKeyArn":"arn:aws:kms:us-east-1:123456789012:key/k"},"IssuerConfiguration":{"Type":"ORIGINAL"},
             "AcrConfiguration":{"Level1":{"AcrValue":"low"},"Level4":{"AcrValue":"high"}},
             "DcrConfiguration":{"AllowedScopes":["openid"]}}
            """)!.AsObject();
        var pool = await Create(request.DeepClone().AsObject());
        foreach (var (name, value) in request)
        {
            if (name is not ("PoolName" or "DcrConfiguration"))
                Assert.True(JsonNode.DeepEquals(value, pool[name]), $"{name}: {pool[name]?.ToJsonString()}");
        }
        Assert.Equal("""{"EnableStatus":"Enabled","OpenDcrEnabled":false,"AuthenticatedGrantTypes":["code","client_credentials"],"OpenDcrGrantTypes":["code"],"AllowedScopes":["openid"]}""",
            pool["DcrConfiguration"]!.ToJsonString());
    }

    [Fact]
    public async Task A_tag_chooses_the_id_once()
    {
        var id = "us-east-1_Chosen" + Guid.NewGuid().ToString("N")[..10];
        var request = new JsonObject { ["PoolName"] = "chosen", ["UserPoolTags"] = new JsonObject { ["_custom_id_"] = id } };
        Assert.Equal(id, (string?)(await Create(request.DeepClone().AsObject()))["Id"]);
        var error = await server.Api.Fail("CreateUserPool", request);
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Contains(id, error.Text, StringComparison.Ordinal);

        await server.Api.Call("DeleteUserPool", new() { ["UserPoolId"] = id });
        Assert.Equal(id, (string?)(await Create(request.DeepClone().AsObject()))["Id"]);
    }

    private async Task<JsonObject> Create(JsonObject request) => (await server.Api.Call("CreateUserPool", request))["UserPool"]!.AsObject();
}
