using System.Text;
using System.Text.Json;
using Postern.Contract;
using Postern.Contract.IdentityPools;
using Postern.Contract.UserPools;

namespace Postern.Tests.Contract;

public class Reading
{
    [Fact]
    public void Members_of_every_kind_are_read()
    {
        var request = Bodies.Read<CreateUserPoolRequest>("""
            {"PoolName":"p","AutoVerifiedAttributes":["email","phone_number"],"MfaConfiguration":"OFF",
             "Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireNumbers":true}},
             "Schema":[{"Name":"n","Mutable":false,"NumberAttributeConstraints":{"MinValue":"1"}}],
             "UserPoolTags":{"a":"b","ü":""}}
            """);
        Assert.Equal("p", request.PoolName);
        Assert.Equal(["email", "phone_number"], request.AutoVerifiedAttributes);
        Assert.Equal(UserPoolMfaType.OFF, request.MfaConfiguration);
        Assert.Equal(8, request.Policies!.PasswordPolicy!.MinimumLength);
        Assert.True(request.Policies.PasswordPolicy.RequireNumbers);
        Assert.Null(request.Policies.PasswordPolicy.RequireSymbols);
        Assert.False(Assert.Single(request.Schema!).Mutable);
        Assert.Equal("1", request.Schema![0].NumberAttributeConstraints!.MinValue);
        Assert.Equal("", request.UserPoolTags!["ü"]);
    }

    [Fact]
    public void Absent_and_empty_are_told_apart()
    {
        var absent = Bodies.Read<UpdateUserPoolClientRequest>("""{"UserPoolId":"a_b","ClientId":"c"}""");
        Assert.Null(absent.CallbackURLs);
        Assert.Null(absent.ClientName);
        var empty = Bodies.Read<UpdateUserPoolClientRequest>("""{"CallbackURLs":[],"ClientName":""}""");
        Assert.Empty(empty.CallbackURLs!);
        Assert.Equal("", empty.ClientName);
    }

    [Fact]
    public void Null_is_absent_and_unknown_members_are_skipped()
    {
        var request = Bodies.Read<SignUpRequest>("""
            {"ClientId":null,"Username":"u","Nested":{"a":[{"Username":"no"}]},"UserAttributes":[{"Name":"a","Value":null},null],
             "ClientMetadata":{"k":null,"l":"v"}}
            """);
        Assert.Null(request.ClientId);
        Assert.Equal("u", request.Username);
        Assert.Null(Assert.Single(request.UserAttributes!).Value);
        Assert.Equal([new("l", "v")], request.ClientMetadata!);
    }

    [Fact]
    public void A_null_body_is_an_empty_one() => Assert.Null(Bodies.Read<SignUpRequest>("null").Username);

    [Fact]
    public void Names_are_compared_exactly_and_after_their_escapes()
    {
        var request = Bodies.Read<SignUpRequest>("""{"username":"no","User\u006eame":"yes"}""");
        Assert.Equal("yes", request.Username);
    }

    [Theory]
    [InlineData("[]", "Expected map or null")]
    [InlineData("3", "Expected map or null")]
    [InlineData("""{"Username":3}""", "Expected string or null")]
    [InlineData("""{"Username":true}""", "Expected string or null")]
    [InlineData("""{"UserAttributes":{}}""", "Expected list or null")]
    [InlineData("""{"UserAttributes":["x"]}""", "Expected map or null")]
    [InlineData("""{"UserAttributes":[{"Name":"a","Value":true}]}""", "Expected string or null")]
    [InlineData("""{"ClientMetadata":[]}""", "Expected map or null")]
    [InlineData("""{"ClientMetadata":{"a":1}}""", "Expected string or null")]
    public void Another_type_than_the_model_says_is_refused(string json, string text) =>
        Assert.Equal(text, Assert.Throws<SerializationException>(() => Bodies.Read<SignUpRequest>(json)).Message);

    [Theory]
    [InlineData("60", 60)]
    [InlineData("6e1", 60)]
    [InlineData("60.0", 60)]
    public void Whole_numbers_are_read_in_any_notation(string number, int expected) =>
        Assert.Equal(expected, Bodies.Read<ListUserPoolsRequest>($$"""{"MaxResults":{{number}}}""").MaxResults);

    [Theory]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    [InlineData("1e400")]
    [InlineData("\"60\"")]
    [InlineData("true")]
    public void What_is_no_integer_is_refused(string number) =>
        Assert.Throws<SerializationException>(() => Bodies.Read<ListUserPoolsRequest>($$"""{"MaxResults":{{number}}}"""));

    [Theory]
    [InlineData("1548099495.428", 1548099495428)]
    [InlineData("1.548099495428E9", 1548099495428)]
    [InlineData("1548099495", 1548099495000)]
    [InlineData("-0.001", -1)]
    public void Timestamps_are_read_to_the_millisecond(string number, long expected) =>
        Assert.Equal(expected, Credentials($$"""{"Expiration":{{number}}}""").Expiration!.Value.ToUnixTimeMilliseconds());

    [Theory]
    [InlineData("1e30")]
    [InlineData("\"2024-01-01T00:00:00Z\"")]
    public void What_is_no_time_is_refused(string number) => Assert.Throws<SerializationException>(() => Credentials($$"""{"Expiration":{{number}}}"""));

    [Fact]
    public void Documents_and_blobs_are_read()
    {
        var request = Bodies.Read<CreateManagedLoginBrandingRequest>("""
            {"Settings":{"components":[1,{"a":null}]},"UserPoolId":"a_b","Assets":[{"Bytes":"AQID","Extension":"PNG"}]}
            """);
        Assert.Equal("""{"components":[1,{"a":null}]}""", request.Settings!.Value.GetRawText());
        Assert.Equal("a_b", request.UserPoolId);
        Assert.Equal([1, 2, 3], Assert.Single(request.Assets!).Bytes!);
        Assert.Throws<SerializationException>(() => Bodies.Read<CreateManagedLoginBrandingRequest>("""{"Assets":[{"Bytes":"*"}]}"""));
    }

    [Theory]
    [InlineData("{\"Username\":\"")]
    [InlineData("{\"Username\":\"a\"")]
    [InlineData("{\"UserAttributes\":[")]
    [InlineData("")]
    [InlineData("{a}")]
    public void What_is_not_JSON_is_left_to_the_wire_as_a_JsonException(string json) =>
        Assert.ThrowsAny<JsonException>(() => Bodies.Read<SignUpRequest>(json));

    [Fact]
    public void A_lone_surrogate_or_broken_UTF8_is_refused()
    {
        Assert.Throws<SerializationException>(() => Bodies.Read<SignUpRequest>("""{"Username":"\ud800"}"""));
        Assert.Throws<SerializationException>(() =>
        {
            var reader = new Utf8JsonReader([.. "{\"Username\":\""u8, 0xFF, .. "\"}"u8]);
            SignUpRequest.Read(ref reader);
        });
    }

    private static Credentials Credentials(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        return Postern.Contract.IdentityPools.Credentials.Read(ref reader);
    }
}
