using CsCheck;
using Postern.Contract.UserPools;
using Postern.UserPools.Users;

namespace Postern.Tests.UserPools.Users;

public class UserFilterTests
{
    private static readonly Gen<string> Names = OneOf(
        "username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "cognito:user_status", "status", "sub");

    private static readonly Gen<string> Spaces = OneOf("", " ", "  ", "\t");

    private static readonly Gen<string> Values = Gen.OneOf(Gen.String, Gen.String[Gen.Char["\"\\ =^aé"], 0, 12]);

    [Fact]
    public void Every_value_can_be_asked_for_once_it_is_quoted() => Gen.Select(Names, Gen.Bool, Values, Spaces.Array[4]).Sample((name, isPrefix, value, spaces) =>
    {
        var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var filter = $"{spaces[0]}{name}{spaces[1]}{(isPrefix ? "^=" : "=")}{spaces[2]}\"{quoted}\"{spaces[3]}";
        Assert.Equal(new UserFilter(name, value, isPrefix), UserFilter.Parse(filter));
    }, iter: 2000);

    [Fact]
    public void Any_text_is_a_filter_or_refused_with_one_of_two_errors() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["\"\\ =^name"], 0, 16]).Sample(text =>
        {
            try
            {
                if (UserFilter.Parse(text) is null)
                    Assert.True(string.IsNullOrWhiteSpace(text));
            }
            catch (InvalidParameterException refused)
            {
                Assert.True(refused.Message == "Error while parsing filter" || refused.Message.StartsWith("Invalid search attribute: ", StringComparison.Ordinal), refused.Message);
            }
        }, iter: 5000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void No_filter_asks_for_all(string? filter) => Assert.Null(UserFilter.Parse(filter));

    [Theory]
    [InlineData("username = \"DOMAIN\\anna\"", "DOMAIN\\anna")]
    [InlineData("username = \"DOMAIN\\\\anna\"", "DOMAIN\\anna")]
    [InlineData("username=\"a\\\"b\"", "a\"b")]
    [InlineData("username =\"\"", "")]
    [InlineData("username = \"a = \\\"b\\\"\"", "a = \"b\"")]
    public void Escapes_are_undone(string filter, string value) => Assert.Equal(new UserFilter("username", value, false), UserFilter.Parse(filter));

    [Theory]
    [InlineData("username")]
    [InlineData("username =")]
    [InlineData("username = anna")]
    [InlineData("username = 'anna'")]
    [InlineData("username = \"anna")]
    [InlineData("username = anna\"")]
    [InlineData("username = \"")]
    [InlineData("username == \"anna\"")]
    [InlineData("username ^ = \"anna\"")]
    [InlineData("username ^ \"anna\"")]
    [InlineData("username != \"anna\"")]
    [InlineData("username = \"an\"na\"")]
    [InlineData("username = \"anna\\\"")]
    [InlineData("username = \"a\" and email = \"b\"")]
    [InlineData("= \"anna\"")]
    [InlineData("\"anna\"")]
    [InlineData("user name = \"anna\"")]
    public void What_is_no_filter_is_refused(string filter) =>
        Assert.Equal("Error while parsing filter", Assert.Throws<InvalidParameterException>(() => UserFilter.Parse(filter)).Message);

    [Theory]
    [InlineData("custom:team")]
    [InlineData("Email")]
    [InlineData("nickname")]
    [InlineData("email_verified")]
    public void An_attribute_without_an_index_is_refused_by_name(string name) =>
        Assert.Equal($"Invalid search attribute: {name}", Assert.Throws<InvalidParameterException>(() => UserFilter.Parse($"{name} = \"a\"")).Message);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);
}
