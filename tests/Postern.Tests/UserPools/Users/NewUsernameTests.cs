using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Pools;
using Postern.UserPools.Users;

namespace Postern.Tests.UserPools.Users;

public class NewUsernameTests
{
    private static readonly Guid Sub = Guid.NewGuid();

    [Fact]
    public void A_plain_pool_takes_any_name_as_it_is()
    {
        var name = NewUsername.From(Pool(new()), Sub, "Anna@example.com", [new("email", "other@example.com")]);
        Assert.Equal("Anna@example.com", name.Username);
        Assert.Equal(Sub, name.Sub);
        Assert.Equal([new("email", "other@example.com")], name.Attributes);
        Assert.Equal("User already exists", name.Taken().Message);
    }

    [Fact]
    public void A_pool_that_compares_names_without_case_keeps_them_in_lower_case() =>
        Assert.Equal("anna", NewUsername.From(Pool(new() { UsernameConfiguration = new() { CaseSensitive = false } }), Sub, "Anna", []).Username);

    [Theory]
    [InlineData("a@example.com", "email", "An account with the given email already exists.")]
    [InlineData("+15555550100", "phone_number", "An account with the given phone_number already exists.")]
    public void A_pool_with_username_attributes_stores_the_sub_and_copies_the_name(string given, string attribute, string taken)
    {
        var name = NewUsername.From(Pool(new() { UsernameAttributes = ["email", "phone_number"] }), Sub, given, [new("name", "A")]);
        Assert.Equal(Sub.ToString(), name.Username);
        Assert.Equal([new("name", "A"), new(attribute, given)], name.Attributes);
        Assert.Equal(taken, name.Taken().Message);
    }

    [Theory]
    [InlineData("a@example.com", "email", "b@example.com")]
    [InlineData("+15555550100", "phone_number", "+15555550101")]
    public void An_attribute_that_contradicts_the_name_is_refused(string given, string attribute, string other)
    {
        var pool = Pool(new() { UsernameAttributes = ["email", "phone_number"] });
        Assert.Equal(
            $"User {attribute} should be empty or same as username, since username attribute is {attribute}",
            Assert.Throws<InvalidParameterException>(() => NewUsername.From(pool, Sub, given, [new(attribute, other)])).Message);
        Assert.Equal([new(attribute, given)], NewUsername.From(pool, Sub, given, [new(attribute, given)]).Attributes);
        Assert.Equal([new(attribute, given)], NewUsername.From(pool, Sub, given, [new(attribute, "")]).Attributes);
    }

    [Theory]
    [InlineData("email", "anna", "Username should be an email.")]
    [InlineData("email", "+15555550100", "Username should be an email.")]
    [InlineData("phone_number", "a@example.com", "Username should be a phone number.")]
    [InlineData("email phone_number", "anna", "Username should be either an email or a phone number.")]
    public void A_pool_with_username_attributes_takes_nothing_else(string attributes, string given, string error) =>
        Assert.Equal(error, Assert.Throws<InvalidParameterException>(() => NewUsername.From(Pool(new() { UsernameAttributes = attributes.Split(' ') }), Sub, given, [])).Message);

    [Theory]
    [InlineData("email", "a@example.com", "Username cannot be of email format, since user pool is configured for email alias.")]
    [InlineData("phone_number", "+15555550100", "Username cannot be of phone number format, since user pool is configured for phone number alias.")]
    public void A_pool_with_aliases_refuses_names_that_look_like_them(string alias, string given, string error)
    {
        Assert.Equal(error, Assert.Throws<InvalidParameterException>(() => NewUsername.From(Pool(new() { AliasAttributes = [alias] }), Sub, given, [])).Message);
        Assert.Equal(given, NewUsername.From(Pool(new() { AliasAttributes = ["preferred_username"] }), Sub, given, []).Username);
    }

    private static UserPool Pool(UserPoolType settings) => new(
        new StoredPool(PoolKind.UserPool, 1, "us-east-1_aaaaaaaaa", "123456789012", "us-east-1", "p", default, default, default, 1), new PoolSettings(settings, new()));
}
