using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.Attributes;

public class OwnAttributesTests(TestServer server)
{
    [Fact]
    public async Task Attributes_are_set_changed_and_deleted_by_a_blank()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var token = await pool.AccessToken(await pool.Join());
        Assert.Equal("""{"CodeDeliveryDetailsList":[]}""", (await pool.Holder("UpdateUserAttributes", token, Values(("nickname", "F"), ("name", "Fay")))).ToJsonString());
        await pool.Holder("UpdateUserAttributes", token, Values(("nickname", "Fa"), ("name", "")));
        var own = await pool.OwnAttributes(token);
        Assert.Equal("Fa", own["nickname"]);
        Assert.False(own.ContainsKey("name"));
    }

    [Fact]
    public async Task What_the_schema_or_the_client_forbids_changes_nothing()
    {
        var pool = await Pool.Create(
            server,
            new()
            {
                ["AutoVerifiedAttributes"] = new JsonArray("email"),
                ["Schema"] = new JsonArray(
                    new JsonObject { ["Name"] = "email", ["AttributeDataType"] = "String", ["Required"] = true, ["Mutable"] = true },
                    new JsonObject { ["Name"] = "once", ["AttributeDataType"] = "String", ["Mutable"] = false }),
            },
            new() { ["WriteAttributes"] = new JsonArray("email", "name", "custom:once") });
        var token = await pool.AccessToken(await pool.Join());
        var before = await pool.OwnAttributes(token);

        AssertError(await Update(("name", "F"), ("nickname", "F")), "NotAuthorizedException", "A client attempted to write unauthorized attribute");
        AssertError(await Update(("custom:once", "1")), "InvalidParameterException", "user.custom:once: Attribute cannot be updated. (changing an immutable attribute)");
        AssertError(await Update(("email_verified", "true")), "InvalidParameterException", "Cannot modify the non-mutable attribute email_verified");
        AssertError(await Update(("sub", "x")), "InvalidParameterException", "Cannot modify the non-mutable attribute sub");
        AssertError(await Update(("nosuch", "x")), "InvalidParameterException", "user.nosuch: Attribute does not exist in the schema.");
        AssertError(await Update(("email", "no address")), "InvalidParameterException", "Invalid email address format.");
        Assert.Equal("InvalidParameterException", (await Update(("email", ""))).Type);   // required
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("DeleteUserAttributes", token, Names("email"))).Type);
        Assert.Equal("NotAuthorizedException", (await pool.HolderFails("DeleteUserAttributes", token, Names("nickname"))).Type);
        Assert.Equal("InvalidParameterException", (await pool.HolderFails("DeleteUserAttributes", token, Names("nosuch"))).Type);
        Assert.Equal(before, await pool.OwnAttributes(token));

        Task<ServiceError> Update(params (string, string)[] values) => pool.HolderFails("UpdateUserAttributes", token, Values(values));
    }

    [Fact]
    public async Task A_changed_address_is_unverified_until_its_code_comes_back()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var token = await pool.AccessToken(await pool.Join());
        var address = "g" + Address(NewName());
        var answer = await pool.Holder("UpdateUserAttributes", token, Values(("email", address), ("name", "F")));
        AssertDelivery(answer["CodeDeliveryDetailsList"]!.AsArray().Single(), "email", "EMAIL", "g***@e***");
        Assert.Equal("false", (await pool.OwnAttributes(token))["email_verified"]);
        var code = await pool.Api.Code(address);

        AssertError(await pool.HolderFails("VerifyUserAttribute", token, Verify("email", Wrong(code))), "CodeMismatchException", "Invalid verification code provided, please try again.");
        Assert.Equal("ExpiredCodeException", (await pool.HolderFails("VerifyUserAttribute", token, Verify("phone_number", code))).Type);
        Assert.Equal("{}", (await pool.Holder("VerifyUserAttribute", token, Verify("email", code))).ToJsonString());
        var own = await pool.OwnAttributes(token);
        Assert.Equal((address, "true"), (own["email"], own["email_verified"]));
        AssertError(await pool.HolderFails("VerifyUserAttribute", token, Verify("email", code)), "ExpiredCodeException", "Invalid code provided, please request a code again.");
    }

    [Fact]
    public async Task A_code_for_a_value_that_was_changed_since_verifies_nothing()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        await pool.Holder("GetUserAttributeVerificationCode", token, new() { ["AttributeName"] = "email" });
        var code = await pool.Api.Code(Address(name));
        await pool.Admin("AdminUpdateUserAttributes", name, Values(("email", "other@example.com"), ("email_verified", "false")));
        Assert.Contains((await pool.HolderFails("VerifyUserAttribute", token, Verify("email", code))).Type, (string[])["ExpiredCodeException", "CodeMismatchException"]);
        Assert.Equal("false", (await pool.OwnAttributes(token))["email_verified"]);
    }

    [Fact]
    public async Task An_address_that_stays_the_same_gets_no_code()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        Assert.Equal("""{"CodeDeliveryDetailsList":[]}""", (await pool.Holder("UpdateUserAttributes", token, Values(("email", Address(name))))).ToJsonString());
        Assert.Equal("true", (await pool.OwnAttributes(token))["email_verified"]);
    }

    [Fact]
    public async Task Where_the_pool_wants_proof_first_the_old_address_stands_until_then()
    {
        var pool = await Pool.Create(server, WantsProof("email"));
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        var (first, second) = (Address(NewName()), Address(NewName()));
        await pool.Holder("UpdateUserAttributes", token, Values(("email", first), ("nickname", "F")));
        var own = await pool.OwnAttributes(token);
        Assert.Equal((Address(name), "true", "F"), (own["email"], own["email_verified"], own["nickname"]));

        var old = await pool.Api.Code(first);
        AssertDelivery((await pool.Holder("UpdateUserAttributes", token, Values(("email", second))))["CodeDeliveryDetailsList"]!.AsArray().Single(), "email", "EMAIL", "u***@e***");
        var code = await pool.Api.Code(second);
        if (code != old)
            Assert.Equal("CodeMismatchException", (await pool.HolderFails("VerifyUserAttribute", token, Verify("email", old))).Type);

        // Asked for again, the code goes to the value that waits.
        await pool.Holder("GetUserAttributeVerificationCode", token, new() { ["AttributeName"] = "email" });
        await pool.Holder("VerifyUserAttribute", token, Verify("email", await pool.Api.Code(second)));
        own = await pool.OwnAttributes(token);
        Assert.Equal((second, "true"), (own["email"], own["email_verified"]));
    }

    [Fact]
    public async Task A_pending_address_is_forgotten_with_the_attribute_and_by_setting_the_old_one_again()
    {
        var pool = await Pool.Create(server, WantsProof("email"));
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        var address = Address(NewName());
        await pool.Holder("UpdateUserAttributes", token, Values(("email", address)));
        await pool.Holder("UpdateUserAttributes", token, Values(("email", Address(name))));
        Assert.Equal("ExpiredCodeException", (await pool.HolderFails("VerifyUserAttribute", token, Verify("email", await pool.Api.Code(address)))).Type);

        await pool.Holder("UpdateUserAttributes", token, Values(("email", address)));
        Assert.Equal("{}", (await pool.Holder("DeleteUserAttributes", token, Names("email", "email"))).ToJsonString());
        Assert.Equal("ExpiredCodeException", (await pool.HolderFails("VerifyUserAttribute", token, Verify("email", await pool.Api.Code(address)))).Type);
        var own = await pool.OwnAttributes(token);
        Assert.False(own.ContainsKey("email"));
        Assert.False(own.ContainsKey("email_verified"));
    }

    [Fact]
    public async Task An_alias_that_someone_verified_can_not_be_verified_by_another()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var owner = await pool.Join();
        var other = await pool.Join();
        var token = await pool.AccessToken(other);
        await pool.Holder("UpdateUserAttributes", token, Values(("email", Address(owner))));
        var code = await pool.Api.Code(Address(owner));
        AssertError(await pool.HolderFails("VerifyUserAttribute", token, Verify("email", code)), "AliasExistsException", "An account with the email already exists.");
        Assert.Equal("false", (await pool.OwnAttributes(token))["email_verified"]);
        var byAlias = await pool.Holder("GetUser", await pool.AccessToken(Address(owner)));
        Assert.Equal(owner, (string)byAlias["Username"]!);
    }

    [Fact]
    public async Task A_preferred_username_that_is_an_alias_has_one_owner()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("preferred_username"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var (owner, other) = (await pool.Join(), await pool.Join());
        var alias = NewName("alias");
        await pool.Holder("UpdateUserAttributes", await pool.AccessToken(owner), Values(("preferred_username", alias)));
        Assert.Equal(owner, (string)(await pool.Holder("GetUser", await pool.AccessToken(alias)))["Username"]!);
        AssertError(await pool.HolderFails("UpdateUserAttributes", await pool.AccessToken(other), Values(("preferred_username", alias))),
            "AliasExistsException", "An account with the preferred_username already exists.");
        await pool.Holder("UpdateUserAttributes", await pool.AccessToken(alias), Values(("preferred_username", "")));
        await pool.Holder("UpdateUserAttributes", await pool.AccessToken(other), Values(("preferred_username", alias)));
    }

    [Fact]
    public async Task An_administrator_who_says_that_a_new_address_is_verified_is_believed_at_once()
    {
        var pool = await Pool.Create(server, WantsProof("email"));
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        var (pending, said) = (Address(NewName()), Address(NewName()));
        await pool.Admin("AdminUpdateUserAttributes", name, Values(("email", pending), ("email_verified", "false")));
        var own = await pool.OwnAttributes(token);
        Assert.Equal((Address(name), "true"), (own["email"], own["email_verified"]));
        var code = await pool.Api.Code(pending);
        await pool.Admin("AdminUpdateUserAttributes", name, Values(("email", said), ("email_verified", "true")));
        own = await pool.OwnAttributes(token);
        Assert.Equal((said, "true"), (own["email"], own["email_verified"]));
        Assert.Equal("ExpiredCodeException", (await pool.HolderFails("VerifyUserAttribute", token, Verify("email", code))).Type);
    }

    [Fact]
    public async Task In_a_pool_of_addresses_a_taken_one_is_refused_at_once_and_a_new_one_is_the_name_at_once()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var (first, second) = (Address(NewName()), Address(NewName()));
        foreach (var address in (string[])[first, second])
        {
            await pool.SignUp(address);
            await pool.Confirm(address, await pool.Api.Code(address));
        }
        var token = await pool.AccessToken(first);
        AssertError(await pool.HolderFails("UpdateUserAttributes", token, Values(("email", second))), "AliasExistsException", "An account with the email already exists.");
        var renamed = Address(NewName());
        await pool.Holder("UpdateUserAttributes", token, Values(("email", renamed)));
        await pool.AccessToken(renamed);
        Assert.Equal("NotAuthorizedException", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(second, "Wr0ng-Passw0rd"))).Type);
        Assert.Equal("UserNotFoundException", (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn(first))).Type);
    }

    [Fact]
    public async Task A_code_is_sent_for_an_address_that_is_there_five_times_an_hour()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = await pool.Join();
        var token = await pool.AccessToken(name);
        Assert.Equal("InvalidParameterException", (await Ask("name")).Type);
        Assert.Equal("InvalidParameterException", (await Ask("phone_number")).Type);
        for (var i = 0; i < 5; i++)
        {
            var answer = await pool.Holder("GetUserAttributeVerificationCode", token, new() { ["AttributeName"] = "email" });
            Assert.Equal(["CodeDeliveryDetails"], answer.Select(static member => member.Key));
            AssertDelivery(answer["CodeDeliveryDetails"], "email", "EMAIL", "u***@e***");
        }
        AssertError(await Ask("email"), "LimitExceededException", "Attempt limit exceeded, please try after some time.");

        Task<ServiceError> Ask(string attribute) => pool.HolderFails("GetUserAttributeVerificationCode", token, new() { ["AttributeName"] = attribute });
    }

    [Fact]
    public async Task Of_many_changes_at_once_none_is_lost()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var token = await pool.AccessToken(await pool.Join());
        string[] names = ["name", "nickname", "given_name"];
        await Task.WhenAll(names.Select(name => pool.Holder("UpdateUserAttributes", token, Values((name, "set")))));
        var own = await pool.OwnAttributes(token);
        Assert.All(names, name => Assert.Equal("set", own[name]));
    }

    private static JsonObject WantsProof(string attribute) => new()
    {
        ["AutoVerifiedAttributes"] = new JsonArray(attribute),
        ["UserAttributeUpdateSettings"] = new JsonObject { ["AttributesRequireVerificationBeforeUpdate"] = new JsonArray(attribute) },
    };

    private static JsonObject Verify(string attribute, string code) => new() { ["AttributeName"] = attribute, ["Code"] = code };

    private static JsonObject Names(params string[] names) => new() { ["UserAttributeNames"] = new JsonArray([.. names.Select(static name => JsonValue.Create(name))]) };
}
