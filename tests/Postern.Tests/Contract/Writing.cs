using System.Text.Json;
using Postern.Contract.IdentityPools;
using Postern.Contract.UserPools;

namespace Postern.Tests.Contract;

public class Writing
{
    [Fact]
    public void Only_set_members_are_written_in_the_models_order()
    {
        Assert.Equal("{}", Bodies.Write(new InitiateAuthResponse()));
        var response = new SignUpResponse
        {
            UserSub = "s",
            UserConfirmed = false,
            CodeDeliveryDetails = new() { Destination = "a***@e***", DeliveryMedium = "EMAIL" },
        };
        Assert.Equal(
            """{"UserConfirmed":false,"CodeDeliveryDetails":{"Destination":"a***@e***","DeliveryMedium":"EMAIL"},"UserSub":"s"}""",
            Bodies.Write(response));
    }

    [Fact]
    public void Empty_lists_and_maps_are_written()
    {
        Assert.Equal("""{"UserPools":[]}""", Bodies.Write(new ListUserPoolsResponse { UserPools = [] }));
        Assert.Equal("""{"ChallengeParameters":{}}""", Bodies.Write(new InitiateAuthResponse { ChallengeParameters = new Dictionary<string, string>() }));
    }

    [Theory]
    [InlineData(1548099495428, "1548099495.428")]
    [InlineData(1548099495000, "1548099495")]
    [InlineData(1548099495100, "1548099495.1")]
    [InlineData(-1, "-0.001")]
    public void Times_are_seconds_with_up_to_three_decimals(long milliseconds, string expected)
    {
        var credentials = new Credentials { Expiration = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) };
        Assert.Equal($$"""{"Expiration":{{expected}}}""", Bodies.Write(credentials.Write));
    }

    [Fact]
    public void Documents_blobs_and_maps_are_written()
    {
        using var settings = JsonDocument.Parse("""{"a":[1,null]}""");
        var asset = new AssetType { Category = "FAVICON_ICO", ColorMode = "LIGHT", Extension = "ICO", Bytes = [1, 2, 3] };
        var branding = new ManagedLoginBrandingType { Settings = settings.RootElement, Assets = [asset] };
        Assert.Equal(
            """{"Settings":{"a":[1,null]},"Assets":[{"Category":"FAVICON_ICO","ColorMode":"LIGHT","Extension":"ICO","Bytes":"AQID"}]}""",
            Bodies.Write(branding.Write));
        var tags = new Postern.Contract.UserPools.ListTagsForResourceResponse { Tags = new Dictionary<string, string> { ["a"] = "\"b\"", ["é"] = "" } };
        Assert.Equal("""{"Tags":{"a":"\"b\"","é":""}}""", Bodies.Write(tags));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        const string Body =
            """{"UserPoolId":"eu-west-1_a","ClientName":"c","GenerateSecret":true,"RefreshTokenValidity":30,"TokenValidityUnits":{"AccessToken":"hours"},"""
            + """ "ExplicitAuthFlows":["ALLOW_USER_AUTH"],"CallbackURLs":["https://a"]}""";
        Assert.Equal(Body.Replace(" ", "", StringComparison.Ordinal), Bodies.Write(Bodies.Read<CreateUserPoolClientRequest>(Body).Write));
    }

    [Fact]
    public void A_record_never_prints_its_members()
    {
        Assert.Equal("SignUpRequest", new SignUpRequest { Username = "u", Password = "secret", ClientId = "c" }.ToString());
        Assert.Equal("AuthenticationResultType", $"{new AuthenticationResultType { AccessToken = "secret" }}");
    }

    [Fact]
    public void An_error_carries_its_name_status_text_and_members()
    {
        var error = new Postern.Contract.UserPools.InvalidParameterException("wrong") { ReasonCode = "r" };
        Assert.Equal(("InvalidParameterException", 400, "wrong"), (error.ErrorType, error.Status, error.Text));
        Assert.Equal("""{"reasonCode":"r"}""", Bodies.Write(writer =>
        {
            writer.WriteStartObject();
            error.WriteMembers(writer);
            writer.WriteEndObject();
        }));
        Assert.Equal(500, new Postern.Contract.UserPools.InternalErrorException().Status);
        Assert.Null(new Postern.Contract.UserPools.InternalErrorException().Text);
    }

    [Fact]
    public void An_error_takes_its_wire_code_where_that_is_not_its_name() =>
        Assert.Equal("IDPRejectedClaim", new Postern.Contract.SecurityTokens.IDPRejectedClaimException().ErrorType);
}
