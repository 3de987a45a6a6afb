using System.Text;
using System.Xml.Linq;
using Postern.Tests.Server;

namespace Postern.Tests.SecurityTokens;

public class GetCallerIdentityTests(TestServer server)
{
    private static readonly XNamespace Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    [Theory]
    [InlineData("210987654321", "210987654321")]
    [InlineData("AKIATESTTESTTESTTEST", "123456789012")]
    public async Task A_caller_is_the_root_of_the_account_that_the_access_key_names(string accessKey, string account)
    {
        using var api = new Api(server.Url, accessKey);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent("Action=GetCallerIdentity&Version=2011-06-15", Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", api.Authorization("sts"));
        using var response = await api.Http.SendAsync(request);
        Assert.Equal("text/xml", response.Content.Headers.ContentType!.MediaType);
        var result = XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!.Element(Namespace + "GetCallerIdentityResult")!;
        Assert.Equal($"arn:aws:iam::{account}:root", result.Element(Namespace + "Arn")!.Value);
        Assert.Equal(account, result.Element(Namespace + "UserId")!.Value);
        Assert.Equal(account, result.Element(Namespace + "Account")!.Value);
    }

    [Fact]
    public async Task A_form_whose_parts_end_before_their_boundary_is_malformed()
    {
        using var content = new StringContent("Action=GetCallerIdentity");
        content.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        using var response = await server.Api.Http.PostAsync("/", content);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("<Code>MalformedQueryString</Code>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
