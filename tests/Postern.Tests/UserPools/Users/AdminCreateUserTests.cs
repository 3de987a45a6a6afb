using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Users;

public class AdminCreateUserTests(TestServer server)
{
    [Fact]
    public async Task A_user_is_created_with_a_sub_and_must_change_the_password()
    {
        var pool = await Pool.Create(server);
        var user = await pool.Create("anna", ("email", "anna@example.com"), ("email_verified", "true"));
        Assert.Equal(["Attributes", "Enabled", "UserCreateDate", "UserLastModifiedDate", "UserStatus", "Username"], user.Members().Order());
        Assert.Equal("anna", (string?)user["Username"]);
        Assert.Equal("FORCE_CHANGE_PASSWORD", (string?)user["UserStatus"]);
        Assert.True((bool)user["Enabled"]!);
        Assert.Equal(["email", "email_verified", "sub"], user.AttributeNames().Order());
        Assert.True(Guid.TryParseExact(user.Attribute("sub"), "D", out _));
        Assert.Equal((double)user["UserCreateDate"]!, (double)user["UserLastModifiedDate"]!);
        Assert.Equal(user["Attributes"]!.ToJsonString(), (await pool.Get("anna"))["UserAttributes"]!.ToJsonString());
        Assert.Empty(await pool.Inbox("anna@example.com"));
    }

    [Fact]
    public async Task A_user_needs_no_attributes_and_a_required_one_may_be_missing()
    {
        var pool = await Pool.Create(server, new() { ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "given_name", ["Required"] = true }) });
        var created = await pool.Admin("AdminCreateUser", "anna");
        Assert.Equal(["sub"], created["User"]!.AsObject().AttributeNames());
    }

    [Fact]
    public async Task An_invitation_goes_out_by_the_media_asked_for_and_its_password_signs_in()
    {
        var pool = await Pool.Create(server);
        await pool.Admin("AdminCreateUser", "anna", new()
        {
            ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com"), ("phone_number", "+15555550100")),
            ["DesiredDeliveryMediums"] = new JsonArray("EMAIL", "SMS"),
        });
        var mail = Assert.Single(await pool.Inbox("anna@example.com"))!;
        var text = Assert.Single(await pool.Inbox("+15555550100"))!;
        var password = (string)mail["code"]!;
        Assert.Equal("EMAIL", (string?)mail["medium"]);
        Assert.Equal("Your temporary password", (string?)mail["subject"]);
        Assert.Equal("CustomMessage_AdminCreateUser", (string?)mail["trigger"]);
        Assert.Equal("SMS", (string?)text["medium"]);
        Assert.Equal(password, (string?)text["code"]);
        Assert.Equal($"Your username is anna and temporary password is {password}.", (string?)text["body"]);
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)(await pool.SignIn("anna", password))["ChallengeName"]);
    }

    [Fact]
    public async Task An_invitation_goes_by_SMS_unless_told_otherwise_and_nowhere_without_a_number()
    {
        var pool = await Pool.Create(server);
        await pool.Admin("AdminCreateUser", "anna", new() { ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com")) });
        await pool.Admin("AdminCreateUser", "bert", new() { ["UserAttributes"] = Pool.Attributes(("email", "bert@example.com"), ("phone_number", "+15555550101")) });
        Assert.Empty(await pool.Inbox("anna@example.com"));
        Assert.Empty(await pool.Inbox("bert@example.com"));
        Assert.Single(await pool.Inbox("+15555550101"));
        Assert.Equal("FORCE_CHANGE_PASSWORD", await pool.Status("anna"));
    }

    [Fact]
    public async Task An_invitation_uses_the_template_of_the_pool_and_escapes_the_name_in_mail()
    {
        var pool = await Pool.Create(server, new()
        {
            ["AdminCreateUserConfig"] = new JsonObject
            {
                ["InviteMessageTemplate"] = new JsonObject
                {
                    ["EmailSubject"] = "Welcome", ["EmailMessage"] = "Hi {username}, {####} it is", ["SMSMessage"] = "{username} {####}",
                },
            },
        });
        await pool.Admin("AdminCreateUser", "a<b", new()
        {
            ["TemporaryPassword"] = "Temp0rary!",
            ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com"), ("phone_number", "+15555550100")),
            ["DesiredDeliveryMediums"] = new JsonArray("EMAIL", "SMS"),
        });
        var mail = Assert.Single(await pool.Inbox("anna@example.com"))!;
        Assert.Equal("Welcome", (string?)mail["subject"]);
        Assert.Equal("Hi a&lt;b, Temp0rary! it is", (string?)mail["body"]);
        Assert.Equal("a<b Temp0rary!", (string?)Assert.Single(await pool.Inbox("+15555550100"))!["body"]);
    }

    [Fact]
    public async Task A_temporary_password_must_satisfy_the_policy()
    {
        var pool = await Pool.Create(server);
        foreach (var (password, rule) in new[] { ("Sh0rt!", "Password not long enough"), ("NOLOWER1!", "Password must have lowercase characters"), ("noupper1!", "Password must have uppercase characters") })
        {
            Assert.Equal(
                ("InvalidPasswordException", $"Password did not conform with password policy: {rule}"),
                await pool.Refuse("AdminCreateUser", "anna", new() { ["TemporaryPassword"] = password }));
        }
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminGetUser", "anna"));
    }

    [Fact]
    public async Task A_generated_password_satisfies_a_long_policy()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Policies"] = new JsonObject
            {
                ["PasswordPolicy"] = new JsonObject
                {
                    ["MinimumLength"] = 24, ["RequireLowercase"] = true, ["RequireUppercase"] = true, ["RequireNumbers"] = true, ["RequireSymbols"] = true,
                },
            },
        });
        await pool.Admin("AdminCreateUser", "anna", new() { ["UserAttributes"] = Pool.Attributes(("phone_number", "+15555550100")) });
        var password = (string)Assert.Single(await pool.Inbox("+15555550100"))!["code"]!;
        Assert.Equal(24, password.Length);
        await pool.Admin("AdminSetUserPassword", "anna", new() { ["Password"] = password, ["Permanent"] = true });
    }

    [Fact]
    public async Task A_name_that_exists_is_refused_with_and_without_case()
    {
        var sensitive = await Pool.Create(server);
        await sensitive.Create("Anna");
        Assert.Equal(("UsernameExistsException", "User account already exists"), await sensitive.Refuse("AdminCreateUser", "Anna"));
        Assert.Equal("anna", (string?)(await sensitive.Create("anna"))["Username"]);

        var insensitive = await Pool.Create(server, new() { ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } });
        Assert.Equal("anna", (string?)(await insensitive.Create("Anna"))["Username"]);
        Assert.Equal(("UsernameExistsException", "User account already exists"), await insensitive.Refuse("AdminCreateUser", "aNNA"));
    }

    [Fact]
    public async Task A_pool_that_signs_in_with_mail_stores_the_sub_as_the_name()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") });
        var created = await pool.Admin("AdminCreateUser", "anna@example.com", new() { ["DesiredDeliveryMediums"] = new JsonArray("EMAIL") });
        var user = created["User"]!.AsObject();
        Assert.Equal(user.Attribute("sub"), (string?)user["Username"]);
        Assert.Equal("anna@example.com", user.Attribute("email"));
        Assert.Equal((string?)user["Username"], (string?)(await pool.Get("anna@example.com"))["Username"]);
        Assert.StartsWith("Your username is anna@example.com and temporary password is ", (string?)Assert.Single(await pool.Inbox("anna@example.com"))!["body"], StringComparison.Ordinal);
        Assert.Equal(("UsernameExistsException", "User account already exists"), await pool.Refuse("AdminCreateUser", "anna@example.com"));
        Assert.Equal(("InvalidParameterException", "Username should be an email."), await pool.Refuse("AdminCreateUser", "anna"));
        Assert.Equal(
            ("InvalidParameterException", "User email should be empty or same as username, since username attribute is email"),
            await pool.Refuse("AdminCreateUser", "bert@example.com", new() { ["UserAttributes"] = Pool.Attributes(("email", "other@example.com")) }));
    }

    [Fact]
    public async Task A_verified_alias_that_someone_has_is_refused_unless_it_is_moved()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("email", "shared@example.com"), ("email_verified", "true"));
        await pool.Create("unverified", ("email", "shared@example.com"));
        var verified = Pool.Attributes(("email", "shared@example.com"), ("email_verified", "true"));
        Assert.Equal(
            ("AliasExistsException", "An account with the email already exists."),
            await pool.Refuse("AdminCreateUser", "bert", new() { ["UserAttributes"] = verified.DeepClone() }));
        Assert.Equal("anna", (string?)(await pool.Get("shared@example.com"))["Username"]);

        await pool.Admin("AdminCreateUser", "bert", new() { ["UserAttributes"] = verified, ["ForceAliasCreation"] = true, ["MessageAction"] = "SUPPRESS" });
        Assert.Equal("bert", (string?)(await pool.Get("shared@example.com"))["Username"]);
        Assert.Equal("false", (await pool.Get("anna")).Attribute("email_verified"));
        Assert.Equal("shared@example.com", (await pool.Get("anna")).Attribute("email"));
        Assert.Equal(
            ("InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias."),
            await pool.Refuse("AdminCreateUser", "carl@example.com"));
    }

    [Fact]
    public async Task Two_aliases_of_one_user_are_moved_at_once()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email", "phone_number") });
        (string, string)[] contacts =
            [("email", "anna@example.com"), ("email_verified", "true"), ("phone_number", "+15555550100"), ("phone_number_verified", "true")];
        await pool.Create("anna", contacts);
        await pool.Admin("AdminCreateUser", "bert", new() { ["UserAttributes"] = Pool.Attributes(contacts), ["ForceAliasCreation"] = true, ["MessageAction"] = "SUPPRESS" });
        foreach (var alias in new[] { "anna@example.com", "+15555550100" })
            Assert.Equal("bert", (string?)(await pool.Get(alias))["Username"]);
        var anna = await pool.Get("anna");
        Assert.Equal(("false", "false"), (anna.Attribute("email_verified"), anna.Attribute("phone_number_verified")));
    }

    [Fact]
    public async Task A_taken_name_is_told_before_a_taken_alias()
    {
        var pool = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email") });
        await pool.Create("anna", ("email", "anna@example.com"), ("email_verified", "true"));
        Assert.Equal(
            ("UsernameExistsException", "User account already exists"),
            await pool.Refuse("AdminCreateUser", "anna", new() { ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com"), ("email_verified", "true")) }));
    }

    [Theory]
    [InlineData("sub", "x", "Cannot modify the non-mutable attribute sub")]
    [InlineData("email", "nomail", "Invalid email address format.")]
    [InlineData("phone_number", "555", "Invalid phone number format.")]
    [InlineData("unknown", "x", "Attributes did not conform to the schema: unknown: Attribute does not exist in the schema.\n")]
    [InlineData("custom:none", "x", "Attributes did not conform to the schema: Type for attribute {custom:none} could not be determined\n")]
    public async Task Attributes_must_conform_to_the_schema(string name, string value, string error)
    {
        var pool = await Pool.Create(server);
        Assert.Equal(("InvalidParameterException", error), await pool.Refuse("AdminCreateUser", "anna", new() { ["UserAttributes"] = Pool.Attributes((name, value)) }));
    }

    [Fact]
    public async Task An_immutable_attribute_can_be_set_at_creation()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "team", ["AttributeDataType"] = "String", ["Mutable"] = false }),
        });
        Assert.Equal("blue", (await pool.Create("anna", ("custom:team", "blue"))).Attribute("custom:team"));
    }

    [Fact]
    public async Task Resending_renews_the_password_and_its_clock()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        await pool.Admin("AdminCreateUser", "anna", new()
        {
            ["TemporaryPassword"] = "Temp0rary!", ["UserAttributes"] = Pool.Attributes(("email", "anna@example.com")), ["DesiredDeliveryMediums"] = new JsonArray("EMAIL"),
        });
        await own.Advance("P8D");
        Assert.Equal(
            "Temporary password has expired and must be reset by an administrator.",
            (await Assert.ThrowsAsync<ServiceError>(() => pool.SignIn("anna", "Temp0rary!"))).Text);

        var answer = await pool.Admin("AdminCreateUser", "anna", new() { ["MessageAction"] = "RESEND", ["DesiredDeliveryMediums"] = new JsonArray("EMAIL") });
        Assert.Equal("anna", (string?)answer["User"]!["Username"]);
        var inbox = await pool.Inbox("anna@example.com");
        Assert.Equal(2, inbox.Count);
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)(await pool.SignIn("anna", (string)inbox[0]!["code"]!))["ChallengeName"]);

        await pool.Admin("AdminCreateUser", "anna", new() { ["MessageAction"] = "RESEND", ["TemporaryPassword"] = "An0ther-temp!" });
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)(await pool.SignIn("anna", "An0ther-temp!"))["ChallengeName"]);
    }

    [Fact]
    public async Task Resending_is_refused_where_there_is_nothing_to_resend()
    {
        var pool = await Pool.Create(server);
        var name = await pool.AddUser();
        Assert.Equal(
            ("UnsupportedUserStateException", $"Resend not possible. {name} status is not FORCE_CHANGE_PASSWORD"),
            await pool.Refuse("AdminCreateUser", name, new() { ["MessageAction"] = "RESEND" }));
        Assert.Equal(("UserNotFoundException", "User does not exist."), await pool.Refuse("AdminCreateUser", "nobody", new() { ["MessageAction"] = "RESEND" }));
        await pool.Create("anna");
        Assert.Equal(
            ("InvalidPasswordException", "Password did not conform with password policy: Password not long enough"),
            await pool.Refuse("AdminCreateUser", "anna", new() { ["MessageAction"] = "RESEND", ["TemporaryPassword"] = "x" }));
    }

    [Fact]
    public async Task A_user_who_signs_in_by_code_needs_no_password_and_is_confirmed()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Policies"] = SigningIn.FirstFactors("PASSWORD", "EMAIL_OTP"),
        });
        Assert.Equal("CONFIRMED", (string?)(await pool.Create("anna", ("email", "anna@example.com"), ("email_verified", "true")))["UserStatus"]);
        Assert.Equal("FORCE_CHANGE_PASSWORD", (string?)(await pool.Create("bert", ("email", "bert@example.com")))["UserStatus"]);
        var withPassword = await pool.Admin("AdminCreateUser", "carl", new()
        {
            ["TemporaryPassword"] = "Temp0rary!", ["UserAttributes"] = Pool.Attributes(("email", "carl@example.com"), ("email_verified", "true")),
        });
        Assert.Equal("FORCE_CHANGE_PASSWORD", (string?)withPassword["User"]!["UserStatus"]);

        await pool.Admin("AdminCreateUser", "dora", new()
        {
            ["UserAttributes"] = Pool.Attributes(("email", "dora@example.com"), ("email_verified", "true")), ["DesiredDeliveryMediums"] = new JsonArray("EMAIL"),
        });
        var mail = Assert.Single(await pool.Inbox("dora@example.com"))!;
        Assert.Equal("Your username is dora.", (string?)mail["body"]);
        Assert.Null(mail["code"]);
    }

    [Fact]
    public async Task Users_are_counted()
    {
        var pool = await Pool.Create(server);
        await pool.Create("anna");
        await pool.Create("bert");
        await pool.Admin("AdminDeleteUser", "anna");
        await pool.Refuse("AdminCreateUser", "bert");
        Assert.Equal(1, (int)(await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id }))["UserPool"]!["EstimatedNumberOfUsers"]!);
    }

    [Fact]
    public async Task A_pool_that_does_not_exist_is_told_and_bad_input_is_refused()
    {
        var pool = await Pool.Create(server);
        var error = await server.Api.Fail("AdminCreateUser", new() { ["UserPoolId"] = "us-east-1_nosuchpol", ["Username"] = "anna" });
        Assert.Equal(("ResourceNotFoundException", "User pool us-east-1_nosuchpol does not exist."), (error.Type, error.Text));
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminCreateUser", "")).Type);
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminCreateUser", "anna", new() { ["MessageAction"] = "SHOUT" })).Type);
        Assert.Equal("InvalidParameterException", (await pool.Refuse("AdminCreateUser", "anna", new() { ["DesiredDeliveryMediums"] = new JsonArray("PIGEON") })).Type);
    }
}
