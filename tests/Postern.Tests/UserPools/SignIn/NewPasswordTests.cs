using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.SignIn;

public class NewPasswordTests(TestServer server)
{
    private const string Temporary = "Temp0rary!";
    private const string Permanent = "Perm4nent!";

    [Fact]
    public async Task A_temporary_password_leads_to_a_new_one_and_tokens()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "given_name", ["Required"] = true }, new JsonObject { ["Name"] = "email", ["Required"] = true }),
        });
        var challenge = await Challenge(pool, "bob");
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)challenge["ChallengeName"]);
        var parameters = challenge["ChallengeParameters"]!;
        Assert.Equal("bob", (string?)parameters["USER_ID_FOR_SRP"]);
        Assert.Equal("""["userAttributes.given_name"]""", (string?)parameters["requiredAttributes"]);
        Assert.Equal("""{"email":"bob@example.com","email_verified":"true"}""", (string?)parameters["userAttributes"]);

        var error = await Refused(pool, challenge, ("NEW_PASSWORD", Permanent));
        Assert.Equal(("InvalidParameterException", "Invalid attributes given, given_name is missing"), (error.Type, error.Text));
        error = await Refused(pool, challenge, ("NEW_PASSWORD", "short"), ("userAttributes.given_name", "Bob"));
        Assert.Equal(("InvalidPasswordException", "Password did not conform with policy: Password not long enough"), (error.Type, error.Text));
        error = await Refused(pool, challenge, ("NEW_PASSWORD", Permanent), ("userAttributes.given_name", "Bob"), ("userAttributes.email", "new@example.com"));
        Assert.Equal(("NotAuthorizedException", "Cannot modify an already provided email"), (error.Type, error.Text));
        error = await Refused(pool, challenge, ("NEW_PASSWORD", Permanent), ("userAttributes.given_name", "Bob"), ("userAttributes.email_verified", "true"));
        Assert.Equal(("InvalidParameterException", "Cannot modify the non-mutable attribute email_verified"), (error.Type, error.Text));
        error = await Refused(pool, challenge, ("userAttributes.given_name", "Bob"));
        Assert.Equal(("InvalidParameterException", "Missing required parameter NEW_PASSWORD"), (error.Type, error.Text));

        var answer = await Answer(pool, challenge, ("NEW_PASSWORD", Permanent), ("userAttributes.given_name", "Bob"));
        Assert.NotNull(answer["AuthenticationResult"]!["IdToken"]);
        Assert.Equal("CONFIRMED", (string?)(await pool.Admin("AdminGetUser", "bob"))["UserStatus"]);
        Assert.NotNull((await pool.SignIn("bob", Permanent))["AccessToken"]);

        error = await Refused(pool, challenge, ("NEW_PASSWORD", "An0ther-one!"), ("userAttributes.given_name", "Bob"));
        Assert.Equal(("NotAuthorizedException", "Invalid session for the user, session can only be used once."), (error.Type, error.Text));
    }

    [Fact]
    public async Task What_is_for_developers_and_what_never_changes_is_not_set_with_a_new_password()
    {
        var pool = await Pool.Create(server, new()
        {
            ["Schema"] = new JsonArray(
                new JsonObject { ["Name"] = "rank", ["AttributeDataType"] = "String", ["DeveloperOnlyAttribute"] = true },
                new JsonObject { ["Name"] = "note", ["AttributeDataType"] = "String", ["DeveloperOnlyAttribute"] = true },
                new JsonObject { ["Name"] = "fixed", ["AttributeDataType"] = "String", ["Mutable"] = false }),
        });
        await pool.Admin("AdminCreateUser", "bob", new()
        {
            ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = Temporary, ["UserAttributes"] = Pool.Attributes(("dev:custom:rank", "spy"), ("email", "bob@example.com")),
        });
        var challenge = await pool.SignIn("bob", Temporary);
        Assert.Equal("""{"email":"bob@example.com"}""", (string?)challenge["ChallengeParameters"]!["userAttributes"]);
        var error = await Refused(pool, challenge, ("NEW_PASSWORD", Permanent), ("userAttributes.dev:custom:note", "x"));
        Assert.Equal(("NotAuthorizedException", "A client attempted to write unauthorized attribute"), (error.Type, error.Text));
        error = await Refused(pool, challenge, ("NEW_PASSWORD", Permanent), ("userAttributes.custom:fixed", "x"));
        Assert.Equal(("InvalidParameterException", "user.custom:fixed: Attribute cannot be updated. (changing an immutable attribute)"), (error.Type, error.Text));

        // A member without a value is none.
        var request = Request(pool, challenge, "bob", [("NEW_PASSWORD", Permanent)]);
        request["ChallengeResponses"]!["userAttributes.nickname"] = null;
        var token = (string)(await server.Api.Call("RespondToAuthChallenge", request, sign: false))["AuthenticationResult"]!["AccessToken"]!;
        var shown = await server.Api.Call("GetUser", new() { ["AccessToken"] = token }, sign: false);
        Assert.DoesNotContain("dev:", shown.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_of_one_user_one_client_and_one_challenge()
    {
        var pool = await Pool.Create(server);
        var challenge = await Challenge(pool, "carol");
        await pool.AddUser("dave");

        async Task<string?> Try(string name, string client, string session, string username) => (await server.Api.Fail("RespondToAuthChallenge", new()
        {
            ["ClientId"] = client,
            ["ChallengeName"] = name,
            ["Session"] = session,
            ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = username, ["NEW_PASSWORD"] = Permanent, ["SMS_MFA_CODE"] = "123456" },
        }, sign: false)).Text;

        var session = (string)challenge["Session"]!;
        var other = await Pool.Create(server);
        Assert.Equal("Invalid session for the user.", await Try("NEW_PASSWORD_REQUIRED", pool.ClientId, session, "dave"));
        Assert.Equal("Invalid session for the user.", await Try("NEW_PASSWORD_REQUIRED", other.ClientId, session, "carol"));
        Assert.Equal("Invalid session for the user.", await Try("SMS_MFA", pool.ClientId, session, "carol"));
        Assert.Equal("Invalid session for the user.", await Try("NEW_PASSWORD_REQUIRED", pool.ClientId, session[..^8] + "AAAAAAAA", "carol"));
        Assert.NotNull((await Answer(pool, challenge, "carol", ("NEW_PASSWORD", Permanent)))["AuthenticationResult"]);
    }

    [Fact]
    public async Task Sessions_and_temporary_passwords_expire_by_the_clock()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var challenge = await Challenge(pool, "bob");
        await own.Advance("PT2M59S");
        var again = await Challenge(pool, "bob", isNew: false);
        await own.Advance("PT2S");
        Assert.Equal("Invalid session for the user, session is expired.", (await Refused(pool, challenge, ("NEW_PASSWORD", Permanent))).Text);
        Assert.NotNull((await Answer(pool, again, ("NEW_PASSWORD", Permanent)))["AuthenticationResult"]);

        await Challenge(pool, "late");
        await own.Advance("P8D");
        var error = await own.Api.Fail("InitiateAuth", PasswordSignInTests.Request(pool, "late", Temporary), sign: false);
        Assert.Equal(("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."), (error.Type, error.Text));
    }

    [Fact]
    public async Task Who_is_changed_meanwhile_gets_the_new_password_all_the_same()
    {
        var pool = await Pool.Create(server);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var challenge = await Challenge(pool, "u" + i);
            var answer = Answer(pool, challenge, "u" + i, ("NEW_PASSWORD", Permanent));
            await Task.WhenAll(answer, pool.Admin("AdminUpdateUserAttributes", "u" + i, SelfService.Values(("name", "Anna"))));
            Assert.NotNull((await answer)["AuthenticationResult"]);
        }));
    }

    [Fact]
    public async Task A_session_dies_with_a_new_password()
    {
        var pool = await Pool.Create(server);
        var challenge = await Challenge(pool, "bob");
        await pool.Admin("AdminSetUserPassword", "bob", new() { ["Password"] = "An0ther-temp!", ["Permanent"] = false });
        Assert.Equal("Invalid session for the user.", (await Refused(pool, challenge, ("NEW_PASSWORD", Permanent))).Text);
    }

    private static async Task<JsonObject> Challenge(Pool pool, string username, bool isNew = true)
    {
        if (isNew)
        {
            await pool.Admin("AdminCreateUser", username, new()
            {
                ["MessageAction"] = "SUPPRESS",
                ["TemporaryPassword"] = Temporary,
                ["UserAttributes"] = Pool.Attributes(("email", username + "@example.com"), ("email_verified", "true")),
            });
        }
        return await pool.SignIn(username, Temporary);
    }

    private static Task<JsonObject> Answer(Pool pool, JsonObject challenge, params (string Name, string Value)[] responses) =>
        Answer(pool, challenge, "bob", responses);

    private static Task<JsonObject> Answer(Pool pool, JsonObject challenge, string username, params (string Name, string Value)[] responses) =>
        pool.Api.Call("RespondToAuthChallenge", Request(pool, challenge, username, responses), sign: false);

    private static Task<ServiceError> Refused(Pool pool, JsonObject challenge, params (string Name, string Value)[] responses) =>
        pool.Api.Fail("RespondToAuthChallenge", Request(pool, challenge, "bob", responses), sign: false);

    private static JsonObject Request(Pool pool, JsonObject challenge, string username, (string Name, string Value)[] responses)
    {
        var given = new JsonObject { ["USERNAME"] = username };
        foreach (var (name, value) in responses)
            given[name] = value;
        return new()
        {
            ["ClientId"] = pool.ClientId,
            ["ChallengeName"] = "NEW_PASSWORD_REQUIRED",
            ["Session"] = (string)challenge["Session"]!,
            ["ChallengeResponses"] = given,
        };
    }
}
