using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Users;

namespace Postern.Tests.UserPools.Attributes;

public class AdminAttributesTests(TestServer server)
{
    [Fact]
    public async Task Attributes_are_set_changed_and_deleted_by_a_blank()
    {
        var pool = await Pool.Create(server, client: new() { ["WriteAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("name", "Anna"), ("nickname", "A"));
        Assert.Empty(await Update(pool, "anna", ("name", "Anna Lee"), ("nickname", ""), ("locale", "en")));
        var user = await pool.Get("anna");
        Assert.Equal(["sub", "name", "locale"], user.AttributeNames());
        Assert.Equal("Anna Lee", user.Attribute("name"));
    }

    [Fact]
    public async Task A_changed_contact_is_unverified_and_gets_a_code_where_the_pool_verifies_it()
    {
        var pool = await Pool.Create(server, new() { ["AutoVerifiedAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("email", "old@example.com"), ("email_verified", "true"), ("phone_number", "+15555550100"), ("phone_number_verified", "true"));
        await Update(pool, "anna", ("email", "new@example.com"), ("phone_number", "+15555550199"));
        var user = await pool.Get("anna");
        Assert.Equal(("new@example.com", "false"), (user.Attribute("email"), user.Attribute("email_verified")));
        Assert.Equal(("+15555550199", "false"), (user.Attribute("phone_number"), user.Attribute("phone_number_verified")));
        var mail = Assert.Single(await pool.Inbox("new@example.com"))!;
        Assert.Equal("CustomMessage_UpdateUserAttribute", (string?)mail["trigger"]);
        Assert.Matches("^[0-9]{6}$", (string)mail["code"]!);
        Assert.Empty(await pool.Inbox("+15555550199"));
    }

    [Fact]
    public async Task No_code_is_sent_for_the_same_value_or_where_the_call_says_that_it_is_verified()
    {
        var pool = await Pool.Create(server, new() { ["AutoVerifiedAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("email", "old@example.com"), ("email_verified", "true"));
        await Update(pool, "anna", ("email", "old@example.com"));
        Assert.Equal("true", (await pool.Get("anna")).Attribute("email_verified"));
        await Update(pool, "anna", ("email", "new@example.com"), ("email_verified", "true"));
        var user = await pool.Get("anna");
        Assert.Equal(("new@example.com", "true"), (user.Attribute("email"), user.Attribute("email_verified")));
        Assert.Empty(await pool.Inbox("old@example.com"));
        Assert.Empty(await pool.Inbox("new@example.com"));
    }

    [Fact]
    public async Task Where_proof_comes_first_the_old_value_stands_until_the_code()
    {
        var pool = await Pool.Create(server, new()
        {
            ["AutoVerifiedAttributes"] = new JsonArray("email"),
            ["UserAttributeUpdateSettings"] = new JsonObject { ["AttributesRequireVerificationBeforeUpdate"] = new JsonArray("email") },
        });
        var name = await pool.AddUser("anna", "old@example.com");
        var token = (string)(await pool.SignIn(name))["AccessToken"]!;
        await Update(pool, name, ("email", "first@example.com"));
        await Update(pool, name, ("email", "second@example.com"), ("nickname", "A"));
        var user = await pool.Get(name);
        Assert.Equal(("old@example.com", "true", "A"), (user.Attribute("email"), user.Attribute("email_verified"), user.Attribute("nickname")));

        var first = (string)Assert.Single(await pool.Inbox("first@example.com"))!["code"]!;
        var second = (string)Assert.Single(await pool.Inbox("second@example.com"))!["code"]!;
        if (first != second)
            Assert.Equal("CodeMismatchException", (await Verify(first)).Type);
        await server.Api.Call("VerifyUserAttribute", new() { ["AccessToken"] = token, ["AttributeName"] = "email", ["Code"] = second }, sign: false);
        user = await pool.Get(name);
        Assert.Equal(("second@example.com", "true"), (user.Attribute("email"), user.Attribute("email_verified")));

        await Update(pool, name, ("email", "third@example.com"));
        await Update(pool, name, ("email", "fourth@example.com"), ("email_verified", "true"));
        Assert.Equal("fourth@example.com", (await pool.Get(name)).Attribute("email"));
        Assert.Equal("ExpiredCodeException", (await Verify((string)Assert.Single(await pool.Inbox("third@example.com"))!["code"]!)).Type);

        Task<ServiceError> Verify(string code) =>
            server.Api.Fail("VerifyUserAttribute", new() { ["AccessToken"] = token, ["AttributeName"] = "email", ["Code"] = code }, sign: false);
    }

    [Fact]
    public async Task A_verified_alias_that_someone_has_is_refused_and_a_free_one_signs_in()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        await pool.AddUser("anna", "anna@example.com");
        await pool.AddUser("bert", "bert@example.com");
        Assert.Equal(
            ("AliasExistsException", "An account with the email already exists."),
            await Refuse(pool, "bert", ("email", "anna@example.com"), ("email_verified", "true")));
        await Update(pool, "bert", ("email", "anna@example.com"));
        Assert.Equal("AliasExistsException", (await Refuse(pool, "bert", ("email_verified", "true"))).Type);
        Assert.Equal("UserNotFoundException", (await pool.Refuse("AdminGetUser", "bert@example.com")).Type);

        await Update(pool, "anna", ("email", "free@example.com"), ("email_verified", "true"));
        await Update(pool, "bert", ("email_verified", "true"));
        Assert.Equal("bert", (string?)(await pool.Get("anna@example.com"))["Username"]);
        Assert.NotNull((await pool.SignIn("free@example.com"))["AccessToken"]);
    }

    [Fact]
    public async Task In_a_pool_that_signs_in_with_mail_a_new_mail_is_the_name_at_once()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") });
        await pool.AddUser("anna@example.com");
        await pool.AddUser("bert@example.com");
        Assert.Equal(("AliasExistsException", "An account with the email already exists."), await Refuse(pool, "anna@example.com", ("email", "bert@example.com")));
        await Update(pool, "anna@example.com", ("email", "new@example.com"));
        Assert.NotNull((await pool.SignIn("new@example.com"))["AccessToken"]);
        Assert.Equal("UserNotFoundException", (await pool.Refuse("AdminGetUser", "anna@example.com")).Type);
    }

    [Theory]
    [InlineData("sub", "x", "Cannot modify the non-mutable attribute sub")]
    [InlineData("custom:team", "red", "user.custom:team: Attribute cannot be updated. (changing an immutable attribute)")]
    [InlineData("unknown", "x", "user.unknown: Attribute does not exist in the schema.")]
    [InlineData("custom:none", "x", "Type for attribute {custom:none} could not be determined")]
    [InlineData("email", "nomail", "Invalid email address format.")]
    [InlineData("given_name", "", "user.given_name: The attribute given_name is required")]
    public async Task Changes_must_conform_to_the_schema(string name, string value, string error)
    {
        var pool = await Strict();
        await pool.Create("anna", ("given_name", "Anna"), ("custom:team", "blue"));
        Assert.Equal(("InvalidParameterException", error), await Refuse(pool, "anna", (name, value)));
        Assert.Equal("blue", (await pool.Get("anna")).Attribute("custom:team"));
    }

    [Fact]
    public async Task Attributes_are_deleted_with_their_flags_and_missing_ones_are_passed_over()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        await pool.AddUser("anna", "anna@example.com");
        Assert.Empty(await Delete(pool, "anna", "email", "nickname"));
        Assert.Equal(["sub"], (await pool.Get("anna")).AttributeNames());
        await pool.AddUser("bert", "anna@example.com");
        Assert.Empty(await Delete(pool, "anna", "nickname"));
    }

    [Theory]
    [InlineData("sub", "Cannot modify the non-mutable attribute sub")]
    [InlineData("custom:team", "user.custom:team: Attribute cannot be updated. (changing an immutable attribute)")]
    [InlineData("unknown", "user.unknown: Attribute does not exist in the schema.")]
    [InlineData("given_name", "user.given_name: The attribute given_name is required")]
    public async Task What_can_t_be_changed_can_t_be_deleted(string name, string error)
    {
        var pool = await Strict();
        await pool.Create("anna", ("given_name", "Anna"), ("custom:team", "blue"));
        Assert.Equal(("InvalidParameterException", error), await pool.Refuse("AdminDeleteUserAttributes", "anna", new() { ["UserAttributeNames"] = new JsonArray(name) }));
    }

    [Fact]
    public async Task An_unknown_user_is_told_and_what_is_required_must_be_there()
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("UserNotFoundException", "User does not exist."), await Refuse(pool, "nobody", ("name", "N")));
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminDeleteUserAttributes", "nobody", new() { ["UserAttributeNames"] = new JsonArray("name") }));
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminUpdateUserAttributes", "nobody")).Type);
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminDeleteUserAttributes", "nobody")).Type);
    }

    private Task<Pool> Strict() => Pool.Create(server, new()
    {
        ["Schema"] = new JsonArray(
            new JsonObject { ["Name"] = "given_name", ["Required"] = true },
            new JsonObject { ["Name"] = "team", ["AttributeDataType"] = "String", ["Mutable"] = false }),
    });

    private static Task<JsonObject> Update(Pool pool, string name, params (string Name, string Value)[] attributes) =>
        pool.Admin("AdminUpdateUserAttributes", name, new() { ["UserAttributes"] = Pool.Attributes(attributes) });

    private static Task<(string Type, string? Text)> Refuse(Pool pool, string name, params (string Name, string Value)[] attributes) =>
        pool.Refuse("AdminUpdateUserAttributes", name, new() { ["UserAttributes"] = Pool.Attributes(attributes) });

    private static Task<JsonObject> Delete(Pool pool, string name, params string[] attributes) =>
        pool.Admin("AdminDeleteUserAttributes", name, new() { ["UserAttributeNames"] = new JsonArray([.. attributes.Select(attribute => (JsonNode)attribute)]) });
}
