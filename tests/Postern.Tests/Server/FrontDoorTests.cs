using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Postern.Tests.Server;

public class FrontDoorTests(TestServer server)
{
    [Fact]
    public async Task An_error_has_the_service_s_headers_and_body()
    {
        using var response = await server.Api.Raw("AWSCognitoIdentityProviderService.InitiateAuth", "cognito-idp",
            """{"ClientId":"nosuchclient","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{}}""", sign: false);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/x-amz-json-1.1", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("ResourceNotFoundException:", response.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Equal("User pool client nosuchclient does not exist.", response.Headers.GetValues("x-amzn-ErrorMessage").Single());
        Assert.True(Guid.TryParse(response.Headers.GetValues("x-amzn-RequestId").Single(), out _));
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("""{"__type":"ResourceNotFoundException","message":"User pool client nosuchclient does not exist."}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("AWSCognitoIdentityProviderService.NoSuchOperation")]
    [InlineData("SomethingElse")]
    [InlineData("")]
    public async Task An_unknown_target_is_an_unknown_operation_without_a_message(string target)
    {
        using var response = await server.Api.Raw(target, "cognito-idp", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("""{"__type":"UnknownOperationException"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_signed_operation_without_a_signature_is_refused()
    {
        var error = await server.Api.Fail("ListUserPools", new() { ["MaxResults"] = 1 }, sign: false);
        Assert.Equal("MissingAuthenticationTokenException", error.Type);
        Assert.Equal("Missing Authentication Token", error.Text);
    }

    [Theory]
    [InlineData("DynamoDB_20120810.ListTables", "dynamodb")]
    [InlineData("AWSCognitoIdentityProviderService.Nothing", "kms")]
    public async Task A_call_for_another_service_names_that_service(string target, string service)
    {
        using var response = await server.Api.Raw(target, service, "{}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"this call is for {service}.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_for_s3_gets_an_xml_error_that_names_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/bucket?list-type=2");
        request.Headers.TryAddWithoutValidation("Authorization", server.Api.Authorization("s3"));
        using var response = await server.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.StartsWith("<?xml", text, StringComparison.Ordinal);
        Assert.Contains("this call is for s3.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_for_a_service_of_REST_and_JSON_gets_a_JSON_error_that_names_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/2015-03-31/functions/");
        request.Headers.TryAddWithoutValidation("Authorization", server.Api.Authorization("lambda"));
        using var response = await server.Api.Http.SendAsync(request);
        Assert.Equal("UnknownOperationException:", response.Headers.GetValues("x-amzn-ErrorType").Single());
        Assert.Contains("this call is for lambda.", (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "Expected map or null")]
    [InlineData("\"text\"", "Expected map or null")]
    public async Task A_body_of_another_type_is_a_serialization_error_with_a_capital_message(string body, string message)
    {
        using var response = await server.Api.Raw("AWSCognitoIdentityProviderService.InitiateAuth", "cognito-idp", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(new JsonObject { ["__type"] = "SerializationException", ["Message"] = message }.ToJsonString(), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("nonsense")]
    [InlineData("{\"a\":\"\\ud800\",\"ClientId\":\"\\ud800\"}")]
    public async Task A_body_that_is_no_JSON_is_a_serialization_error(string body)
    {
        using var response = await server.Api.Raw("AWSCognitoIdentityProviderService.InitiateAuth", "cognito-idp", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("SerializationException", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_over_one_mebibyte_is_refused()
    {
        using var response = await server.Api.Raw("AWSCognitoIdentityProviderService.InitiateAuth", "cognito-idp",
            $$"""{"ClientId":"{{new string('a', 1024 * 1024)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_browser_s_preflight_is_allowed_every_header_of_an_SDK()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/");
        request.Headers.Add("Origin", "http://localhost:3000");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await server.Api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var allowed = response.Headers.GetValues("Access-Control-Allow-Headers").Single();
        foreach (var header in new[] { "x-amz-target", "x-amz-user-agent", "content-type", "cache-control", "authorization", "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-date", "x-amz-security-token" })
            Assert.Contains(header, allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/_localstack/health")]
    [InlineData("/_postern/health/live")]
    [InlineData("/_postern/health/ready")]
    public async Task Health_paths_answer(string path)
    {
        using var response = await server.Api.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task Development_endpoints_refuse_pages_of_other_sites(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_postern/dev/inbox");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await server.Api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Development_endpoints_answer_to_the_host_of_the_public_address()
    {
        await using var own = await TestServer.Own(static options => options with { PublicUrl = "http://id.dev.example:9229" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/_postern/dev/inbox");
        request.Headers.Host = "id.dev.example:9229";
        using var response = await own.Api.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_operation_that_is_missing_says_so_and_where_to_look()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent("Action=AssumeRoot&Version=2011-06-15&TargetPrincipal=123456789012&TaskPolicyArn.arn=x", Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", server.Api.Authorization("sts"));
        using var response = await server.Api.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("AssumeRoot", text, StringComparison.Ordinal);
        Assert.Contains("docs/coverage.md", text, StringComparison.Ordinal);
    }
}
