using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Mfa;

public class PoolMfaTests(TestServer server)
{
    private const string Sms = """{"SnsCallerArn":"arn:aws:iam::123456789012:role/sms","ExternalId":"x"}""";

    [Fact]
    public async Task A_new_pool_shows_only_that_MFA_is_off()
    {
        var pool = await Pool.Create(server);
        Assert.Equal("""{"MfaConfiguration":"OFF"}""", (await Get(pool)).ToJsonString());
    }

    [Fact]
    public async Task Set_echoes_what_get_shows_and_leaves_the_rest_as_it_is()
    {
        var pool = await Pool.Create(server);
        const string first = """{"SoftwareTokenMfaConfiguration":{"Enabled":true},"MfaConfiguration":"OPTIONAL"}""";
        Assert.Equal(first, (await Set(pool, first)).ToJsonString());
        Assert.Equal("OPTIONAL", (string?)(await Describe(pool))["MfaConfiguration"]);

        var answer = await Set(pool, """{"WebAuthnConfiguration":{"RelyingPartyId":"localhost","UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}""");
        const string second = """{"SoftwareTokenMfaConfiguration":{"Enabled":true},"MfaConfiguration":"OPTIONAL","WebAuthnConfiguration":{"RelyingPartyId":"localhost","UserVerification":"required","FactorConfiguration":"SINGLE_FACTOR"}}""";
        Assert.Equal(second, answer.ToJsonString());
        Assert.Equal(second, (await Get(pool)).ToJsonString());

        var off = await Set(pool, """{"MfaConfiguration":"OFF","SoftwareTokenMfaConfiguration":{"Enabled":false}}""");
        Assert.Equal("OFF", (string?)off["MfaConfiguration"]);
        Assert.False((bool)off["SoftwareTokenMfaConfiguration"]!["Enabled"]!);
    }

    [Fact]
    public async Task Text_messages_are_a_method_in_both_places()
    {
        var pool = await Pool.Create(server);
        await Set(pool, $$$"""{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsAuthenticationMessage":"Code {####}","SmsConfiguration":{{{Sms}}}}}""");
        var described = await Describe(pool);
        Assert.Equal(Sms, described["SmsConfiguration"]!.ToJsonString());
        Assert.Equal("Code {####}", (string?)described["SmsAuthenticationMessage"]);
        Assert.Equal("ON", (string?)described["MfaConfiguration"]);

        var other = await Pool.Create(server, new() { ["SmsConfiguration"] = JsonNode.Parse(Sms), ["MfaConfiguration"] = "ON" });
        Assert.Equal($$$"""{"SmsMfaConfiguration":{"SmsConfiguration":{{{Sms}}}},"MfaConfiguration":"ON"}""", (await Get(other)).ToJsonString());
    }

    [Theory]
    [InlineData("""{"MfaConfiguration":"OFF","SoftwareTokenMfaConfiguration":{"Enabled":true}}""", "InvalidParameterException", "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")]
    [InlineData("""{"MfaConfiguration":"OFF","EmailMfaConfiguration":{}}""", "InvalidParameterException", "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")]
    [InlineData("""{"MfaConfiguration":"ON"}""", "InvalidParameterException", "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.")]
    [InlineData("""{"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":false}}""", "InvalidParameterException", "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.")]
    [InlineData("""{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsAuthenticationMessage":"Code {####}"}}""", "InvalidParameterException", "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].")]
    [InlineData("""{"MfaConfiguration":"ALWAYS"}""", "InvalidParameterException", null)]
    [InlineData("""{"MfaConfiguration":"ON","SmsMfaConfiguration":{"SmsConfiguration":{}}}""", "InvalidParameterException", null)]
    public async Task A_configuration_that_breaks_a_rule_is_refused(string request, string type, string? text)
    {
        var pool = await Pool.Create(server);
        var error = await Assert.ThrowsAsync<ServiceError>(() => Set(pool, request));
        Assert.Equal(type, error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
        Assert.Equal("""{"MfaConfiguration":"OFF"}""", (await Get(pool)).ToJsonString());
    }

    [Fact]
    public async Task A_pool_that_requires_a_second_factor_keeps_a_method()
    {
        var pool = await Pool.Create(server);
        await Set(pool, """{"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":true}}""");
        var error = await Assert.ThrowsAsync<ServiceError>(() => Set(pool, """{"SoftwareTokenMfaConfiguration":{"Enabled":false}}"""));
        Assert.Equal(
            ("InvalidParameterException", "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided."), (error.Type, error.Text));
        Assert.True((bool)(await Get(pool))["SoftwareTokenMfaConfiguration"]!["Enabled"]!);
    }

    [Fact]
    public async Task LITE_has_no_e_mail_MFA_and_ESSENTIALS_has()
    {
        var lite = await Pool.Create(server, new() { ["UserPoolTier"] = "LITE" });
        var request = """{"MfaConfiguration":"OPTIONAL","EmailMfaConfiguration":{"Message":"Code {####}","Subject":"Hi"}}""";
        Assert.Equal("FeatureUnavailableInTierException", (await Assert.ThrowsAsync<ServiceError>(() => Set(lite, request))).Type);
        Assert.Equal("Hi", (string?)(await Set(await Pool.Create(server), request))["EmailMfaConfiguration"]!["Subject"]);
    }

    [Theory]
    [InlineData("EMAIL_OTP", "SINGLE_FACTOR", false)]
    [InlineData("WEB_AUTHN", "SINGLE_FACTOR", false)]
    [InlineData("WEB_AUTHN", "MULTI_FACTOR_WITH_USER_VERIFICATION", true)]
    public async Task Required_MFA_allows_as_other_first_factor_only_a_passkey_that_counts_as_two(string factor, string configuration, bool isAllowed)
    {
        var pool = await Pool.Create(server, new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD", factor) });
        var request = $$$"""{"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":true},"WebAuthnConfiguration":{"FactorConfiguration":"{{{configuration}}}"}}""";
        if (isAllowed)
            await Set(pool, request);
        else
            Assert.Equal("InvalidParameterException", (await Assert.ThrowsAsync<ServiceError>(() => Set(pool, request))).Type);
    }

    private Task<JsonObject> Get(Pool pool) => server.Api.Call("GetUserPoolMfaConfig", new() { ["UserPoolId"] = pool.Id });

    private Task<JsonObject> Set(Pool pool, string members)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        return server.Api.Call("SetUserPoolMfaConfig", request);
    }

    private async Task<JsonObject> Describe(Pool pool) => (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!.AsObject();
}
