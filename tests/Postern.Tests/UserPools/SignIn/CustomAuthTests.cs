using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>CUSTOM_AUTH without a password: what the functions are told, and what follows from what they say.</summary>
public class CustomAuthTests(TestServer server)
{
    private const string Refused = "Incorrect username or password.";

    [Fact]
    public async Task A_right_answer_gives_tokens()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        Assert.Equal("CUSTOM_CHALLENGE", (string?)challenge["ChallengeName"]);
        Assert.Equal(new Dictionary<string, string> { ["question"] = "2 + 3", ["USERNAME"] = user }, challenge["ChallengeParameters"]!.AsObject().ToDictionary(entry => entry.Key, entry => (string)entry.Value!));
        Assert.InRange(((string)challenge["Session"]!).Length, 20, 2048);

        var tokens = await auth.Answer(challenge, "5");
        Assert.Empty(tokens["ChallengeParameters"]!.AsObject());
        Assert.Equal("Bearer", (string?)tokens["AuthenticationResult"]!["TokenType"]);
        Assert.Equal(user, (string?)(await auth.Pool.Holder("GetUser", (string)tokens["AuthenticationResult"]!["AccessToken"]!))["Username"]);
        Assert.Equal(["", "CUSTOM_CHALLENGE+(SUM)"], auth.Defined.Select(CustomAuth.History));
    }

    [Fact]
    public async Task Functions_are_told_the_user_and_the_history_and_the_client_sees_nothing_private()
    {
        var auth = await CustomAuth.Create(server, pool: new() { ["AliasAttributes"] = new JsonArray("email") });
        var user = await auth.Pool.AddUser();
        var sub = (string)(await auth.Pool.Admin("AdminGetUser", user))["UserAttributes"]!.AsArray().First(pair => (string?)pair!["Name"] == "sub")!["Value"]!;
        var challenge = await auth.Begin(user + "@example.com");
        var answered = await auth.Answer(challenge, "4");
        Assert.DoesNotContain("answer", answered["ChallengeParameters"]!.AsObject().Select(entry => entry.Key));
        var about = $$"""{"userAttributes":{"sub":"{{sub}}","cognito:email_alias":"{{user}}@example.com","cognito:user_status":"CONFIRMED","email":"{{user}}@example.com","email_verified":"true"}""";
        Assert.Equal(about + ""","session":[]}""", auth.Defined[0].ToJsonString());
        Assert.Equal(about + ""","challengeName":"CUSTOM_CHALLENGE","session":[{"challengeName":"CUSTOM_CHALLENGE","challengeResult":false,"challengeMetadata":"SUM"}]}""", auth.Created[1].ToJsonString());
        Assert.Equal(about + ""","privateChallengeParameters":{"answer":"5"},"challengeAnswer":"4"}""", auth.Verified[0].ToJsonString());
    }

    [Fact]
    public async Task A_wrong_answer_leads_to_what_DefineAuthChallenge_says()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        challenge = await auth.Answer(challenge, "1");
        challenge = await auth.Answer(challenge, "2");
        AssertError(await auth.AnswerFails(challenge, "3"), "NotAuthorizedException", Refused);
        Assert.Equal("CUSTOM_CHALLENGE-(SUM) CUSTOM_CHALLENGE-(SUM) CUSTOM_CHALLENGE-(SUM)", CustomAuth.History(auth.Defined[^1]));
    }

    [Fact]
    public async Task Several_challenges_follow_one_another_with_their_own_metadata()
    {
        var auth = await CustomAuth.Create(
            server,
            define: sent => sent["request"]!["session"]!.AsArray().Count is var count && count < 3 ? new JsonObject { ["challengeName"] = "CUSTOM_CHALLENGE" } : new JsonObject { ["issueTokens"] = true },
            create: sent => new JsonObject
            {
                ["privateChallengeParameters"] = new JsonObject { ["answer"] = $"{sent["request"]!["session"]!.AsArray().Count}" },
                ["challengeMetadata"] = sent["request"]!["session"]!.AsArray().Count == 1 ? null : "STEP",
            });
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        challenge = await auth.Answer(challenge, "0");
        challenge = await auth.Answer(challenge, "other");
        Assert.NotNull((await auth.Answer(challenge, "2"))["AuthenticationResult"]);
        Assert.Equal("CUSTOM_CHALLENGE+(STEP) CUSTOM_CHALLENGE- CUSTOM_CHALLENGE+(STEP)", CustomAuth.History(auth.Defined[^1]));
    }

    [Fact]
    public async Task Tokens_at_once_are_the_functions_to_give()
    {
        var auth = await CustomAuth.Create(server, define: _ => new JsonObject { ["issueTokens"] = true });
        Assert.NotNull((await auth.Begin(await auth.Pool.AddUser()))["AuthenticationResult"]!["AccessToken"]);
    }

    [Fact]
    public async Task Failing_at_once_is_a_wrong_password()
    {
        var auth = await CustomAuth.Create(server, define: _ => new JsonObject { ["failAuthentication"] = true, ["issueTokens"] = true });
        AssertError(await auth.BeginFails(await auth.Pool.AddUser()), "NotAuthorizedException", Refused);
    }

    [Theory]
    [InlineData("PASSWORD_VERIFIER")]
    [InlineData("NEW_PASSWORD_REQUIRED")]
    [InlineData("NO_SUCH_CHALLENGE")]
    public async Task A_challenge_that_can_not_follow_is_unrecognizable(string name)
    {
        var auth = await CustomAuth.Create(server, define: _ => new JsonObject { ["challengeName"] = name });
        AssertError(await auth.BeginFails(await auth.Pool.AddUser()), "InvalidLambdaResponseException", "Unrecognizable lambda output");
    }

    [Theory]
    [InlineData("DefineAuthChallenge")]
    [InlineData("CreateAuthChallenge")]
    [InlineData("VerifyAuthChallengeResponse")]
    public async Task Without_one_of_the_functions_there_is_no_custom_authentication(string missing)
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        var config = (await auth.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = auth.Pool.Id }))["UserPool"]!["LambdaConfig"]!.DeepClone().AsObject();
        config.Remove(missing);
        await auth.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = auth.Pool.Id, ["LambdaConfig"] = config });
        const string text = "Custom auth lambda trigger is not configured for the user pool.";
        AssertError(await auth.BeginFails(user), "InvalidParameterException", text);
        if (missing is not "CreateAuthChallenge")
            AssertError(await auth.AnswerFails(challenge, "5"), "InvalidParameterException", text);
    }

    [Fact]
    public async Task A_client_without_the_flow_is_refused_before_the_functions_are_looked_for()
    {
        var pool = await Pool.Create(server);
        AssertError(
            await pool.Api.Fail("InitiateAuth", new() { ["ClientId"] = pool.ClientId, ["AuthFlow"] = "CUSTOM_AUTH", ["AuthParameters"] = new JsonObject { ["USERNAME"] = "x" } }, sign: false),
            "InvalidParameterException", "CUSTOM_AUTH is not enabled for the client.");
    }

    [Fact]
    public async Task Metadata_of_answers_reaches_all_three_functions_and_that_of_the_beginning_none()
    {
        var auth = await CustomAuth.Create(server);
        var challenge = await auth.Begin(await auth.Pool.AddUser(), new() { ["ClientMetadata"] = new JsonObject { ["at"] = "beginning" } });
        Assert.False(auth.Defined[0].ContainsKey("clientMetadata"));
        Assert.False(auth.Created[0].ContainsKey("clientMetadata"));
        await auth.Answer(challenge, "4", new() { ["ClientMetadata"] = new JsonObject { ["at"] = "answer" } });
        Assert.All([auth.Verified[0], auth.Defined[1], auth.Created[1]], request => Assert.Equal("""{"at":"answer"}""", request["clientMetadata"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_refused_at_once_where_the_client_tells()
    {
        var auth = await CustomAuth.Create(server);
        AssertError(await auth.BeginFails("nobody"), "UserNotFoundException", "User does not exist.");
        Assert.Empty(auth.Defined);
    }

    [Fact]
    public async Task A_name_that_nobody_has_runs_the_functions_and_never_gives_tokens_where_the_client_hides()
    {
        var auth = await CustomAuth.Create(server, client: HidesUsers, pool: new() { ["UsernameAttributes"] = new JsonArray("email") });
        var known = await auth.Pool.AddUser($"{Guid.NewGuid():N}@example.com");
        var challenge = await auth.Begin("nobody@example.com");
        Assert.True(Guid.TryParse((string?)challenge["ChallengeParameters"]!["USERNAME"], out _));
        Assert.Equal((await auth.Begin(known))["ChallengeParameters"]!.AsObject().Select(entry => entry.Key), challenge["ChallengeParameters"]!.AsObject().Select(entry => entry.Key));
        AssertError(await auth.AnswerFails(challenge, "5"), "NotAuthorizedException", Refused);
        Assert.Equal("""{"userAttributes":{},"session":[],"userNotFound":true}""", auth.Defined[0].ToJsonString());
        Assert.False((bool)auth.Defined[1]["userNotFound"]!);
        Assert.Equal("""{"userAttributes":{},"privateChallengeParameters":{"answer":"5"},"challengeAnswer":"5","userNotFound":true}""", auth.Verified[0].ToJsonString());
    }

    [Fact]
    public async Task The_typed_name_of_nobody_stands_in_the_event_and_the_stored_one_of_a_user()
    {
        var names = new List<string?>();
        JsonNode Define(JsonObject sent)
        {
            names.Add((string?)sent["userName"]);
            return CustomAuth.Define(sent);
        }
        var auth = await CustomAuth.Create(server, define: Define, client: HidesUsers, pool: new() { ["AliasAttributes"] = new JsonArray("email") });
        var user = await auth.Pool.AddUser();
        await auth.Begin("No.Body");
        await auth.Begin(user + "@example.com");
        Assert.Equal(["No.Body", user], names);
    }

    [Fact]
    public async Task A_disabled_user_is_refused_before_any_function_runs()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        await auth.Pool.Admin("AdminDisableUser", user);
        AssertError(await auth.BeginFails(user), "NotAuthorizedException", "User is disabled.");
        AssertError(await auth.AnswerFails(challenge, "5"), "NotAuthorizedException", "User is disabled.");
        Assert.Single(auth.Defined);
        Assert.Empty(auth.Verified);
    }

    [Fact]
    public async Task A_user_who_is_not_confirmed_is_told_so_once_he_answered()
    {
        var auth = await CustomAuth.Create(server);
        var user = NewName();
        await auth.Pool.SignUp(user, ("email", Address(user)));
        AssertError(await auth.AnswerFails(await auth.Begin(user), "5"), "UserNotConfirmedException", "User is not confirmed.");
    }

    [Fact]
    public async Task A_temporary_password_is_replaced_after_the_challenge()
    {
        var auth = await CustomAuth.Create(server);
        var user = NewName();
        await auth.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS" });
        var answered = await auth.Answer(await auth.Begin(user), "5");
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)answered["ChallengeName"]);
        var tokens = await auth.Answer(answered, "", new()
        {
            ["ChallengeName"] = "NEW_PASSWORD_REQUIRED",
            ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["NEW_PASSWORD"] = Pool.Password },
        });
        Assert.NotNull(tokens["AuthenticationResult"]);
    }

    [Fact]
    public async Task What_a_function_throws_is_told()
    {
        string[] Functions(int failing, FunctionReply reply)
        {
            string[] arns = [server.Functions.Add(CustomAuth.Define), server.Functions.Add(CustomAuth.Sum), server.Functions.Add(CustomAuth.Verify)];
            arns[failing] = server.Functions.Add(_ => Task.FromResult(reply));
            return arns;
        }

        async Task<ServiceError> Try(int failing, FunctionReply reply)
        {
            var auth = await CustomAuth.Create(server, Functions(failing, reply));
            var user = await auth.Pool.AddUser();
            return failing < 2 ? await auth.BeginFails(user) : await auth.AnswerFails(await auth.Begin(user), "5");
        }

        AssertError(await Try(0, FunctionReply.Throws("no luck.")), "UserLambdaValidationException", "DefineAuthChallenge failed with error no luck..");
        AssertError(await Try(1, FunctionReply.Throws("x")), "UserLambdaValidationException", "CreateAuthChallenge failed with error x.");
        AssertError(await Try(2, FunctionReply.Throws("y")), "UserLambdaValidationException", "VerifyAuthChallengeResponse failed with error y.");
        AssertError(await Try(2, new("{\"response\":{\"answerCorrect\":\"yes\"}}")), "InvalidLambdaResponseException", "Unrecognizable lambda output");
        AssertError(await Try(1, new("oops")), "InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON");
        AssertError(await Try(0, new("", 404)), "UnexpectedLambdaException", "DefineAuthChallenge invocation failed due to error ResourceNotFoundException.");
    }

    [Fact]
    public async Task A_function_may_call_the_API_back_for_the_same_user()
    {
        Pool? pool = null;
        string? user = null;
        async Task<FunctionReply> Create(JsonObject sent)
        {
            await pool!.Admin("AdminUpdateUserAttributes", user!, new() { ["UserAttributes"] = Pool.Attributes(("nickname", "changed meanwhile")) });
            await pool.Admin("AdminGetUser", user!);
            return FunctionReply.Of(sent, CustomAuth.Sum(sent));
        }

        var auth = await CustomAuth.Create(server, [server.Functions.Add(CustomAuth.Define), server.Functions.Add(Create), server.Functions.Add(CustomAuth.Verify)]);
        pool = auth.Pool;
        user = await pool.AddUser();
        var tokens = await auth.Answer(await auth.Begin(user), "5");
        Assert.Equal("changed meanwhile", (await pool.OwnAttributes((string)tokens["AuthenticationResult"]!["AccessToken"]!))["nickname"]);
        Assert.Equal("changed meanwhile", (string?)auth.Verified[0]["userAttributes"]!["nickname"]);
    }

    [Fact]
    public async Task What_the_last_function_changed_shows_in_the_tokens_and_binds()
    {
        Func<Task>? change = null;
        async Task<FunctionReply> Verify(JsonObject sent)
        {
            await change!();
            return FunctionReply.Of(sent, CustomAuth.Verify(sent));
        }

        var auth = await CustomAuth.Create(server, [server.Functions.Add(CustomAuth.Define), server.Functions.Add(CustomAuth.Sum), server.Functions.Add(Verify)]);
        var user = await auth.Pool.AddUser();
        await auth.Api.Call("CreateGroup", new() { ["UserPoolId"] = auth.Pool.Id, ["GroupName"] = "answered" });
        change = async () =>
        {
            await auth.Pool.Admin("AdminAddUserToGroup", user, new() { ["GroupName"] = "answered" });
            await auth.Pool.Admin("AdminUpdateUserAttributes", user, new() { ["UserAttributes"] = Pool.Attributes(("nickname", "just now")) });
        };
        var tokens = await auth.Answer(await auth.Begin(user), "5");
        var claims = Jwt.Read((string)tokens["AuthenticationResult"]!["IdToken"]!).Claims;
        Assert.Equal("just now", (string?)claims["nickname"]);
        Assert.Equal("""["answered"]""", claims["cognito:groups"]!.ToJsonString());

        change = () => auth.Pool.Admin("AdminDisableUser", user);
        AssertError(await auth.AnswerFails(await auth.Begin(user), "5"), "NotAuthorizedException", "User is disabled.");
    }

    [Fact]
    public async Task An_administrator_signs_in_the_same_way()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Api.Call("AdminInitiateAuth", new()
        {
            ["UserPoolId"] = auth.Pool.Id,
            ["ClientId"] = auth.Pool.ClientId,
            ["AuthFlow"] = "CUSTOM_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = user },
        });
        var tokens = await auth.Api.Call("AdminRespondToAuthChallenge", auth.Answering(challenge, "5", new()
        {
            ["UserPoolId"] = auth.Pool.Id,
            ["ClientMetadata"] = new JsonObject { ["by"] = "administrator" },
        }));
        Assert.NotNull(tokens["AuthenticationResult"]);
        Assert.Equal("administrator", (string?)auth.Verified[0]["clientMetadata"]!["by"]);
    }

    [Fact]
    public async Task A_client_with_a_secret_gives_its_hash_at_each_step()
    {
        var auth = await CustomAuth.Create(server, client: new() { ["GenerateSecret"] = true });
        var user = await auth.Pool.AddUser();
        var secret = (string)(await auth.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = auth.Pool.Id, ["ClientId"] = auth.Pool.ClientId }))["UserPoolClient"]!["ClientSecret"]!;
        var hash = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(user + auth.Pool.ClientId)));
        Assert.Equal("NotAuthorizedException", (await auth.BeginFails(user)).Type);
        Assert.Empty(auth.Defined);
        var challenge = await auth.Begin(user, new() { ["AuthParameters"] = new JsonObject { ["USERNAME"] = user, ["SECRET_HASH"] = hash } });
        Assert.Equal("NotAuthorizedException", (await auth.AnswerFails(challenge, "5")).Type);
        Assert.Empty(auth.Verified);
        Assert.NotNull((await auth.Answer(challenge, "5", new() { ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["ANSWER"] = "5", ["SECRET_HASH"] = hash } }))["AuthenticationResult"]);
    }

    [Fact]
    public async Task Where_nothing_listens_at_the_endpoint_the_connection_failed()
    {
        await using var own = await TestServer.Own(static options => options with { LambdaEndpoint = "http://127.0.0.1:1" });
        var auth = await CustomAuth.Create(own);
        var user = await auth.Pool.AddUser();
        AssertError(
            await auth.BeginFails(user), "UnexpectedLambdaException", "DefineAuthChallenge invocation failed due to error Connection failed while invoking Lambda function.");
    }
}
