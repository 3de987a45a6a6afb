using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignUp;

public class SignUpTests(TestServer server)
{
    [Fact]
    public async Task A_sign_up_answers_the_sub_and_where_the_code_went()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName("fay");
        var answer = await pool.SignUp(name, ("email", Address(name)), ("nickname", "Fay"));
        Assert.Equal(["UserConfirmed", "CodeDeliveryDetails", "UserSub"], answer.Select(static member => member.Key));
        Assert.False((bool)answer["UserConfirmed"]!);
        Assert.True(Guid.TryParseExact((string)answer["UserSub"]!, "D", out _));
        AssertDelivery(answer["CodeDeliveryDetails"], "email", "EMAIL", "f***@e***");

        var message = (await pool.Api.Get("/_postern/dev/inbox?to=" + Address(name)))!.AsArray().Single()!;
        Assert.Matches("^[0-9]{6}$", (string)message["code"]!);
        Assert.Equal("Your verification code", (string)message["subject"]!);
        Assert.Equal($"Your confirmation code is {(string)message["code"]!}", (string)message["body"]!);
        Assert.Equal(pool.Id, (string)message["userPoolId"]!);
        Assert.Equal(name, (string)message["username"]!);
    }

    [Fact]
    public async Task No_message_is_told_of_where_none_is_sent()
    {
        var verifiesNothing = await Pool.Create(server);
        Assert.Equal(["UserConfirmed", "UserSub"], (await verifiesNothing.SignUp(NewName(), ("email", "nobody@example.com"))).Select(static member => member.Key));
        var verifiesEmail = await Pool.Create(server, VerifiesEmail);
        Assert.False((await verifiesEmail.SignUp(NewName(), ("phone_number", "+15555550100"))).ContainsKey("CodeDeliveryDetails"));
        Assert.False((await verifiesEmail.SignUp(NewName())).ContainsKey("CodeDeliveryDetails"));
    }

    [Fact]
    public async Task Where_both_contacts_are_verified_the_phone_number_gets_the_code()
    {
        var pool = await Pool.Create(server, new() { ["AutoVerifiedAttributes"] = new JsonArray("email", "phone_number") });
        var answer = await pool.SignUp(NewName(), ("email", "both@example.com"), ("phone_number", "+15555551234"));
        AssertDelivery(answer["CodeDeliveryDetails"], "phone_number", "SMS", "+*******1234");
    }

    [Fact]
    public async Task A_name_is_taken_also_by_a_user_who_is_not_confirmed()
    {
        var pool = await Pool.Create(server);
        var name = NewName();
        await pool.SignUp(name);
        AssertError(await pool.SignUpFails(name), "UsernameExistsException", "User already exists");
        await pool.SignUp(name.ToUpperInvariant());   // names have case unless the pool says otherwise
    }

    [Fact]
    public async Task A_pool_without_case_takes_names_that_differ_by_case_for_the_same()
    {
        var pool = await Pool.Create(server, new() { ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } });
        var name = NewName("Case");
        await pool.SignUp(name);
        AssertError(await pool.SignUpFails(name.ToUpperInvariant()), "UsernameExistsException", "User already exists");
    }

    [Fact]
    public async Task Of_many_sign_ups_at_once_with_one_name_one_succeeds()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await pool.SignUp(name, ("email", Address(name)));
                return null;
            }
            catch (ServiceError error)
            {
                return error.Type;
            }
        }));
        Assert.Single(outcomes, static type => type is null);
        Assert.All(outcomes.Where(static type => type is not null), static type => Assert.Equal("UsernameExistsException", type));
        Assert.Single((await pool.Api.Get("/_postern/dev/inbox?to=" + Address(name)))!.AsArray());
    }

    [Fact]
    public async Task In_a_pool_of_addresses_the_stored_name_is_the_sub_and_the_address_is_taken_at_once()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email", "phone_number"), ["AutoVerifiedAttributes"] = new JsonArray("email") });
        var address = Address(NewName());
        var phone = "+1" + RandomNumberGenerator.GetString("0123456789", 10);
        var answer = await pool.SignUp(address, ("phone_number", phone));
        await pool.Confirm(address, await pool.Api.Code(address));
        var user = await pool.Holder("GetUser", await pool.AccessToken(address));
        Assert.Equal((string)answer["UserSub"]!, (string)user["Username"]!);
        Assert.Contains(user["UserAttributes"]!.AsArray(), pair => (string)pair!["Name"]! == "email" && (string)pair["Value"]! == address);

        AssertError(await pool.SignUpFails(address), "UsernameExistsException", "An account with the given email already exists.");
        AssertError(await pool.SignUpFails(phone), "UsernameExistsException", "An account with the given phone_number already exists.");
        AssertError(await pool.SignUpFails(Address(NewName()), ("phone_number", phone)), "UsernameExistsException", "An account with the given phone_number already exists.");
        AssertError(await pool.SignUpFails("no-address"), "InvalidParameterException", "Username should be either an email or a phone number.");
    }

    [Fact]
    public async Task An_address_that_is_the_name_needs_no_permission_to_be_written()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") }, new() { ["WriteAttributes"] = new JsonArray("name") });
        await pool.SignUp(Address(NewName()), ("name", "Fay"));
    }

    [Fact]
    public async Task A_pool_for_which_administrators_create_users_refuses()
    {
        var pool = await Pool.Create(server, new() { ["AdminCreateUserConfig"] = new JsonObject { ["AllowAdminCreateUserOnly"] = true } });
        AssertError(await pool.SignUpFails(NewName()), "NotAuthorizedException", "SignUp is not permitted for this user pool");
    }

    [Theory]
    [InlineData("Sh0rt!", "Password not long enough")]
    [InlineData("UPPER-CASE-1", "Password must have lowercase characters")]
    [InlineData("lower-case-1", "Password must have uppercase characters")]
    [InlineData("No-numbers", "Password must have numeric characters")]
    [InlineData("N0symbols", "Password must have symbol characters")]
    public async Task A_password_that_breaks_the_policy_is_refused_with_the_rule(string password, string rule)
    {
        var pool = await Pool.Create(server);
        var error = await pool.AnyoneFails("SignUp", NewName(), new() { ["Password"] = password });
        AssertError(error, "InvalidPasswordException", "Password did not conform with policy: " + rule);
    }

    [Fact]
    public async Task A_password_is_needed()
    {
        var pool = await Pool.Create(server);
        var error = await pool.AnyoneFails("SignUp", NewName());
        AssertError(error, "InvalidParameterException", "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null");
    }

    [Fact]
    public async Task Attributes_must_fit_the_schema_and_the_client()
    {
        var pool = await Pool.Create(
            server,
            new()
            {
                ["Schema"] = new JsonArray(
                    new JsonObject { ["Name"] = "given_name", ["AttributeDataType"] = "String", ["Required"] = true, ["Mutable"] = true },
                    new JsonObject { ["Name"] = "code", ["AttributeDataType"] = "String", ["Mutable"] = false, ["StringAttributeConstraints"] = new JsonObject { ["MaxLength"] = "4" } }),
            },
            new() { ["WriteAttributes"] = new JsonArray("given_name", "email", "custom:code") });
        await pool.SignUp(NewName(), ("given_name", "Fay"), ("custom:code", "1234"));   // an immutable one is set at creation

        AssertError(await pool.SignUpFails(NewName()), "InvalidParameterException", "Attributes did not conform to the schema: given_name: The attribute given_name is required\n");
        var unauthorized = "A client attempted to write unauthorized attribute";
        AssertError(await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("nickname", "F")), "NotAuthorizedException", unauthorized);
        AssertError(await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("email_verified", "true")), "NotAuthorizedException", unauthorized);
        AssertError(await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("sub", Guid.NewGuid().ToString())), "InvalidParameterException", "Cannot modify the non-mutable attribute sub");
        AssertError(await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("custom:code", "12345")), "InvalidParameterException",
            "Attributes did not conform to the schema: custom:code: String must be no longer than 4 characters\n");
        AssertError(await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("email", "no address")), "InvalidParameterException", "Invalid email address format.");
        var unknown = await pool.SignUpFails(NewName(), ("given_name", "Fay"), ("custom:none", "1"));
        Assert.Equal("InvalidParameterException", unknown.Type);
    }

    [Fact]
    public async Task A_preferred_username_that_is_an_alias_comes_after_confirmation()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("preferred_username") });
        Assert.Equal("InvalidParameterException", (await pool.SignUpFails(NewName(), ("preferred_username", NewName()))).Type);
        var plain = await Pool.Create(server);
        await plain.SignUp(NewName(), ("preferred_username", NewName()));
    }

    [Fact]
    public async Task A_pool_with_aliases_refuses_names_that_look_like_one()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        AssertError(await pool.SignUpFails(Address(NewName())), "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias.");
    }

    [Fact]
    public async Task A_client_with_a_secret_wants_its_hash()
    {
        var pool = await Pool.Create(server);
        var (client, secret) = await pool.AddClient(new() { ["GenerateSecret"] = true });
        var name = NewName();
        AssertError(await pool.AnyoneFails("SignUp", name, Members(null)), "NotAuthorizedException", $"Client {client} is configured for secret but secret was not received");
        AssertError(await pool.AnyoneFails("SignUp", name, Members(Hash("somebody"))), "NotAuthorizedException", $"Unable to verify secret hash for client {client}");
        await pool.Anyone("SignUp", name, Members(Hash(name)));
        Assert.Equal("UsernameExistsException", (await pool.SignUpFails(name)).Type);

        JsonObject Members(string? hash)
        {
            var members = new JsonObject { ["ClientId"] = client, ["Password"] = Pool.Password };
            if (hash is not null)
                members["SecretHash"] = hash;
            return members;
        }

        string Hash(string username) =>
            Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret!), Encoding.UTF8.GetBytes(username + client)));
    }

    [Fact]
    public async Task An_unknown_client_is_named()
    {
        var error = await server.Api.Fail("SignUp", new() { ["ClientId"] = "nosuchclient", ["Username"] = "u", ["Password"] = Pool.Password }, sign: false);
        AssertError(error, "ResourceNotFoundException", "User pool client nosuchclient does not exist.");
    }

    [Fact]
    public async Task Names_of_every_script_come_back_as_they_were_given()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        foreach (var script in (string[])["Åsa", "ユーザー", "пользователь", "😀", "e\u0301", "<b>&amp;"])
        {
            var name = script + NewName();
            var address = Address(NewName());
            await pool.SignUp(name, ("email", address));
            await pool.Confirm(name, await pool.Api.Code(address));
            Assert.Equal(name, (string)(await pool.Holder("GetUser", await pool.AccessToken(name)))["Username"]!);
        }
    }
}
