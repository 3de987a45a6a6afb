using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Domains;

public class PoolDomainTests(TestServer server)
{
    [Fact]
    public async Task A_prefix_is_described_shown_by_the_pool_and_free_again_after_deletion()
    {
        var pool = await Pool.Create(server);
        var domain = Name();
        Assert.Empty(await Create(pool, domain));
        var described = await Describe(domain);
        Assert.Equal(
            ["UserPoolId", "AWSAccountId", "Domain", "S3Bucket", "CloudFrontDistribution", "Version", "Status", "CustomDomainConfig", "ManagedLoginVersion"],
            described.Select(member => member.Key));
        Assert.Equal(pool.Id, (string?)described["UserPoolId"]);
        Assert.Equal("123456789012", (string?)described["AWSAccountId"]);
        Assert.Equal(domain, (string?)described["Domain"]);
        Assert.Equal("ACTIVE", (string?)described["Status"]);
        Assert.Equal("{}", described["CustomDomainConfig"]!.ToJsonString());
        Assert.Equal(1, (int)described["ManagedLoginVersion"]!);
        Assert.Matches("^[0-9]{14}$", (string)described["Version"]!);
        Assert.Equal(domain, (string?)(await DescribePool(pool))["Domain"]);

        var error = await server.Api.Fail("DeleteUserPool", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal("User pool cannot be deleted. It has a domain configured that should be deleted first.", error.Text);

        Assert.Empty(await server.Api.Call("DeleteUserPoolDomain", new() { ["UserPoolId"] = pool.Id, ["Domain"] = domain }));
        Assert.Empty(await Describe(domain));
        Assert.Null((await DescribePool(pool))["Domain"]);
        await Create(await Pool.Create(server), domain);
    }

    [Fact]
    public async Task A_pool_has_one_prefix_and_one_custom_domain()
    {
        var pool = await Pool.Create(server);
        var custom = Name() + ".Example.com";
        Assert.Equal("""{"ManagedLoginVersion":2}""", (await Create(pool, Name(), """{"ManagedLoginVersion":2}""")).ToJsonString());
        const string config = """{"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}}""";
        var created = await Create(pool, custom, config);
        Assert.EndsWith(".cloudfront.net", (string)created["CloudFrontDomain"]!, StringComparison.Ordinal);
        Assert.Equal(custom.ToLowerInvariant(), (string?)(await DescribePool(pool))["CustomDomain"]);
        Assert.Equal("arn:aws:acm:us-east-1:123456789012:certificate/c", (string?)(await Describe(custom))["CustomDomainConfig"]!["CertificateArn"]);

        foreach (var (name, more) in new[] { (Name(), "{}"), (Name() + ".example.com", config) })
        {
            var error = await Assert.ThrowsAsync<ServiceError>(() => Create(pool, name, more));
            Assert.Equal("InvalidParameterException", error.Type);
            Assert.Equal("User pool already has a domain configured.", error.Text);
        }
    }

    [Fact]
    public async Task A_domain_belongs_to_one_pool_of_the_installation()
    {
        var domain = Name();
        await Create(await Pool.Create(server), domain);
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Create(await Pool.Create(server), domain));
        Assert.Equal("InvalidParameterException", error.Type);
        Assert.Equal("Domain already associated with another user pool.", error.Text);

        using var stranger = new Api(server.Url, accessKey: "210987654321");
        Assert.Equal("""{"DomainDescription":{}}""", (await stranger.Call("DescribeUserPoolDomain", new() { ["Domain"] = domain })).ToJsonString());
    }

    [Fact]
    public async Task Of_two_domains_at_once_a_pool_gets_one()
    {
        var pool = await Pool.Create(server);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                await Create(pool, Name());
                return "";
            }
            catch (ServiceError error)
            {
                return error.Type;
            }
        }));
        Assert.Single(outcomes, "");
    }

    [Theory]
    [InlineData("Upper", "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.")]
    [InlineData("under_score", "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.")]
    [InlineData("-hyphen", "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.")]
    [InlineData("hyphen-", "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.")]
    [InlineData("dotted.example", "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens.")]
    [InlineData("my-aws-login", "Domain cannot contain reserved word: aws")]
    [InlineData("amazon-login", "Domain cannot contain reserved word: amazon")]
    [InlineData("login-cognito", "Domain cannot contain reserved word: cognito")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcd", "1 validation error detected: Value 'a23456789012345678901234567890123456789012345678901234567890abcd' at 'domain' failed to satisfy constraint: Member must have length less than or equal to 63")]
    [InlineData("", null)]
    public async Task What_can_not_be_a_prefix_is_refused(string domain, string? text)
    {
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Create(await Pool.Create(server), domain));
        Assert.Equal("InvalidParameterException", error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Theory]
    [InlineData("""{"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}}""", "InvalidParameterException", "Custom domain is not a valid subdomain")]
    [InlineData("""{"CustomDomainConfig":{}}""", "InvalidParameterException", null)]
    [InlineData("""{"ManagedLoginVersion":3}""", "InvalidParameterException", null)]
    public async Task What_does_not_fit_a_domain_is_refused(string members, string type, string? text)
    {
        var error = await Assert.ThrowsAsync<ServiceError>(async () => await Create(await Pool.Create(server), Name(), members));
        Assert.Equal(type, error.Type);
        if (text is not null)
            Assert.Equal(text, error.Text);
    }

    [Fact]
    public async Task LITE_has_the_classic_pages_alone()
    {
        var pool = await Pool.Create(server, new() { ["UserPoolTier"] = "LITE" });
        var error = await Assert.ThrowsAsync<ServiceError>(() => Create(pool, Name(), """{"ManagedLoginVersion":2}"""));
        Assert.Equal("FeatureUnavailableInTierException", error.Type);
        Assert.Equal("The following feature is not available for the LITE pricing tier configured: Managed Login Version 2", error.Text);

        var essentials = await Pool.Create(server);
        await Create(essentials, Name(), """{"ManagedLoginVersion":2}""");
        Assert.Equal("FeatureUnavailableInTierException", (await server.Api.Fail("UpdateUserPool", new() { ["UserPoolId"] = essentials.Id, ["UserPoolTier"] = "LITE" })).Type);
    }

    [Fact]
    public async Task An_update_changes_version_and_certificate_of_the_pool_s_own_domain()
    {
        var pool = await Pool.Create(server);
        var prefix = Name();
        var custom = Name() + ".example.com";
        await Create(pool, prefix);
        await Create(pool, custom, """{"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/c"}}""");
        Assert.Equal(2, (int)(await Update(pool, prefix, """{"ManagedLoginVersion":2}"""))["ManagedLoginVersion"]!);
        Assert.Equal(2, (int)(await Describe(prefix))["ManagedLoginVersion"]!);
        await Update(pool, custom, """{"CustomDomainConfig":{"CertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate/d"}}""");
        Assert.Equal("arn:aws:acm:us-east-1:123456789012:certificate/d", (string?)(await Describe(custom))["CustomDomainConfig"]!["CertificateArn"]);

        var other = await Pool.Create(server);
        foreach (var operation in new[] { "UpdateUserPoolDomain", "DeleteUserPoolDomain" })
        {
            var error = await server.Api.Fail(operation, new() { ["UserPoolId"] = other.Id, ["Domain"] = prefix });
            Assert.Equal("InvalidParameterException", error.Type);
            Assert.Equal("No such domain or user pool exists.", error.Text);
        }
    }

    private static string Name() => "d" + Guid.NewGuid().ToString("N");

    private Task<JsonObject> Create(Pool pool, string domain, string members = "{}") => Call("CreateUserPoolDomain", pool, domain, members);

    private Task<JsonObject> Update(Pool pool, string domain, string members) => Call("UpdateUserPoolDomain", pool, domain, members);

    private Task<JsonObject> Call(string operation, Pool pool, string domain, string members)
    {
        var request = JsonNode.Parse(members)!.AsObject();
        request["UserPoolId"] = pool.Id;
        request["Domain"] = domain;
        return server.Api.Call(operation, request);
    }

    private async Task<JsonObject> Describe(string domain) =>
        (await server.Api.Call("DescribeUserPoolDomain", new() { ["Domain"] = domain }))["DomainDescription"]!.AsObject();

    private async Task<JsonObject> DescribePool(Pool pool) => (await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!.AsObject();
}
