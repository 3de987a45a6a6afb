using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>CUSTOM_AUTH: what its sessions are good for, and the password that may go before.</summary>
public class CustomAuthSessionTests(TestServer server)
{
    private const string Refused = "Incorrect username or password.";
    private const string Used = "Invalid session for the user, session can only be used once.";
    private const string Invalid = "Invalid session for the user.";

    [Fact]
    public async Task A_session_is_good_for_one_answer_right_or_wrong()
    {
        var auth = await CustomAuth.Create(server);
        var first = await auth.Begin(await auth.Pool.AddUser());
        var second = await auth.Answer(first, "1");
        AssertError(await auth.AnswerFails(first, "5"), "NotAuthorizedException", Used);
        await auth.Answer(second, "5");
        AssertError(await auth.AnswerFails(second, "5"), "NotAuthorizedException", Used);
        Assert.Equal(2, auth.Verified.Count);
    }

    [Fact]
    public async Task Of_answers_at_once_to_one_session_a_single_one_is_looked_at()
    {
        var auth = await CustomAuth.Create(server);
        var challenge = await auth.Begin(await auth.Pool.AddUser());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            try
            {
                await auth.Answer(challenge, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return null;
            }
            catch (ServiceError error)
            {
                return error.Text;
            }
        }));
        Assert.Equal(9, answers.Count(text => text == Used));
        Assert.Single(auth.Verified);
    }

    [Fact]
    public async Task A_session_whose_answer_was_not_looked_at_stays_good()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var other = await auth.Pool.AddUser();
        var (otherClient, _) = await auth.Pool.AddClient();
        var challenge = await auth.Begin(user);
        AssertError(await auth.AnswerFails(challenge, "5", Responses(("USERNAME", other), ("ANSWER", "5"))), "NotAuthorizedException", Invalid);
        AssertError(await auth.AnswerFails(challenge, "5", Responses(("USERNAME", user))), "InvalidParameterException", "Missing required parameter ANSWER");
        AssertError(await auth.AnswerFails(challenge, "5", Responses(("ANSWER", "5"))), "InvalidParameterException", "Missing required parameter USERNAME");
        AssertError(await auth.AnswerFails(challenge, "5", new() { ["ClientId"] = otherClient }), "NotAuthorizedException", Invalid);
        AssertError(await auth.AnswerFails(challenge, "5", new() { ["ChallengeName"] = "SMS_MFA" }), "NotAuthorizedException", Invalid);
        AssertError(await auth.AnswerFails(challenge, "5", new() { ["Session"] = new string('A', 600) }), "NotAuthorizedException", Invalid);
        Assert.Empty(auth.Verified);
        Assert.NotNull((await auth.Answer(challenge, "5"))["AuthenticationResult"]);
    }

    [Fact]
    public async Task A_session_ends_with_its_time_and_each_challenge_has_its_own()
    {
        await using var own = await TestServer.Own();
        var auth = await CustomAuth.Create(own);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        await own.Advance("PT2M50S");
        challenge = await auth.Answer(challenge, "4");
        await own.Advance("PT2M50S");
        challenge = await auth.Answer(challenge, "4");
        await own.Advance("PT3M1S");
        AssertError(await auth.AnswerFails(challenge, "5"), "NotAuthorizedException", "Invalid session for the user, session is expired.");
    }

    [Fact]
    public async Task A_session_dies_with_a_new_password()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var challenge = await auth.Begin(user);
        await auth.Pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = "An0ther!Password", ["Permanent"] = true });
        AssertError(await auth.AnswerFails(challenge, "5"), "NotAuthorizedException", Invalid);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(5_000)]
    [InlineData(60_000)]
    public async Task What_functions_keep_may_be_longer_than_a_session(int length)
    {
        var secret = new string('s', length);
        var auth = await CustomAuth.Create(
            server, client: HidesUsers,
            create: _ => new JsonObject { ["privateChallengeParameters"] = new JsonObject { ["answer"] = secret }, ["challengeMetadata"] = "ü\"" });
        foreach (var name in new[] { await auth.Pool.AddUser(), "nobody" })
        {
            var first = await auth.Begin(name);
            Assert.InRange(((string)first["Session"]!).Length, 20, 2048);
            Assert.DoesNotContain("sss", first.ToJsonString(), StringComparison.Ordinal);
            var second = await auth.Answer(first, "wrong");
            Assert.Equal(secret, (string?)auth.Verified[^1]["privateChallengeParameters"]!["answer"]);
            AssertError(await auth.AnswerFails(first, secret), "NotAuthorizedException", Used);
            if (name != "nobody")
                Assert.NotNull((await auth.Answer(second, secret))["AuthenticationResult"]);
            else
                AssertError(await auth.AnswerFails(second, secret), "NotAuthorizedException", Refused);
            Assert.Equal("CUSTOM_CHALLENGE-(ü\") CUSTOM_CHALLENGE+(ü\")", CustomAuth.History(auth.Defined[^1]));
        }
    }

    [Fact]
    public async Task What_functions_keep_has_a_bound()
    {
        var auth = await CustomAuth.Create(server, create: _ => new JsonObject { ["challengeMetadata"] = new string('m', 70_000) });
        AssertError(await auth.BeginFails(await auth.Pool.AddUser()), "InvalidLambdaResponseException", "Unrecognizable lambda output");
    }

    [Fact]
    public async Task The_password_may_go_first_by_SRP()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var answer = await auth.BeginWithSrp(user);
        Assert.InRange(((string)answer["Session"]!).Length, 20, 2048);
        answer["ClientMetadata"] = new JsonObject { ["with"] = "password" };
        var challenge = await auth.Respond(answer);
        Assert.Equal("CUSTOM_CHALLENGE", (string?)challenge["ChallengeName"]);
        Assert.NotNull((await auth.Answer(challenge, "5"))["AuthenticationResult"]);
        Assert.Equal(["SRP_A+", "SRP_A+ PASSWORD_VERIFIER+", "SRP_A+ PASSWORD_VERIFIER+ CUSTOM_CHALLENGE+(SUM)"], auth.Defined.Select(CustomAuth.History));
        Assert.Equal(["SRP_A+ PASSWORD_VERIFIER+"], auth.Created.Select(CustomAuth.History));
        Assert.Equal("password", (string?)auth.Created[0]["clientMetadata"]!["with"]);
    }

    [Fact]
    public async Task A_wrong_password_ends_the_sign_in_and_counts_towards_the_lock_out()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        for (var time = 0; time < 5; time++)
            AssertError(await auth.RespondFails(await auth.BeginWithSrp(user, "Wr0ng!Password")), "NotAuthorizedException", Refused);
        var locked = await Assert.ThrowsAsync<ServiceError>(() => auth.BeginWithSrp(user));
        AssertError(locked, "NotAuthorizedException", "Password attempts exceeded");
        Assert.All(auth.Defined, request => Assert.Equal("SRP_A+", CustomAuth.History(request)));
        Assert.Empty(auth.Created);
    }

    [Fact]
    public async Task A_password_of_nobody_is_wrong()
    {
        var auth = await CustomAuth.Create(server, client: HidesUsers);
        AssertError(await auth.RespondFails(await auth.BeginWithSrp("nobody")), "NotAuthorizedException", Refused);
        Assert.Empty(auth.Created);
    }

    [Fact]
    public async Task The_secret_block_of_a_custom_sign_in_is_of_no_use_without_its_own_session()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var without = await auth.BeginWithSrp(user);
        without.Remove("Session");
        Assert.Equal("InvalidParameterException", (await auth.RespondFails(without)).Type);
        var swapped = await auth.BeginWithSrp(user);
        swapped["Session"] = (string?)(await auth.BeginWithSrp(user))["Session"];
        AssertError(await auth.RespondFails(swapped), "NotAuthorizedException", Invalid);
        var other = await auth.BeginWithSrp(user);
        other["Session"] = (string?)(await auth.Begin(user))["Session"];
        AssertError(await auth.RespondFails(other), "NotAuthorizedException", Invalid);
        // A plain sign-in's block is what it was: it never leads into the functions.
        var plain = await auth.BeginWithSrp(user, flow: "USER_SRP_AUTH");
        plain.Remove("Session");
        Assert.NotNull((await auth.Respond(plain))["AuthenticationResult"]);
        Assert.Empty(auth.Verified);
    }

    [Fact]
    public async Task A_session_of_the_password_step_answers_no_custom_challenge()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        var password = await auth.BeginWithSrp(user);
        AssertError(
            await auth.AnswerFails(password, "5", new() { ["Session"] = (string?)password["Session"], ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["ANSWER"] = "5" } }),
            "NotAuthorizedException", Invalid);
        Assert.Empty(auth.Verified);
    }

    [Fact]
    public async Task Beginning_with_SRP_needs_SRP_A()
    {
        var auth = await CustomAuth.Create(server);
        var user = await auth.Pool.AddUser();
        AssertError(
            await auth.BeginFails(user, new() { ["AuthParameters"] = new JsonObject { ["USERNAME"] = user, ["CHALLENGE_NAME"] = "SRP_A" } }),
            "InvalidParameterException", "Missing required parameter SRP_A");
        Assert.Empty(auth.Defined);
    }

    [Fact]
    public async Task A_temporary_password_is_replaced_before_the_custom_challenge()
    {
        var auth = await CustomAuth.Create(server);
        var user = NewName();
        await auth.Pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
        var replace = await auth.Respond(await auth.BeginWithSrp(user, "Temp0rary!"));
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)replace["ChallengeName"]);
        var challenge = await auth.Answer(replace, "", new()
        {
            ["ChallengeName"] = "NEW_PASSWORD_REQUIRED",
            ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = user, ["NEW_PASSWORD"] = Pool.Password },
        });
        Assert.Equal("CUSTOM_CHALLENGE", (string?)challenge["ChallengeName"]);
        Assert.Equal("SRP_A+ PASSWORD_VERIFIER+", CustomAuth.History(auth.Defined[^1]));
        Assert.NotNull((await auth.Answer(challenge, "5"))["AuthenticationResult"]);
    }

    private static JsonObject Responses(params (string Name, string Value)[] responses)
    {
        var given = new JsonObject();
        foreach (var (name, value) in responses)
            given[name] = value;
        return new() { ["ChallengeResponses"] = given };
    }
}
