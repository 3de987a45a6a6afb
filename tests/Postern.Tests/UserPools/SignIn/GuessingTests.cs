using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>Guessing a password or a code is hopeless: however many guesses are made at once, over however many sessions.</summary>
public class GuessingTests
{
    private const string Locked = "Password attempts exceeded";

    [Fact]
    public async Task Of_many_codes_guessed_at_once_hardly_any_count_and_the_right_one_comes_too_late()
    {
        await using var server = await TestServer.Own();
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var number = MfaPool.NewNumber();
        var user = await pool.AddUserWithPhone(number);
        await pool.Enable(user, "SMS");
        var challenge = await pool.ByPassword(user);
        var code = await server.Api.Code(number);

        var guesses = Enumerable.Range(0, 200).Select(_ => pool.RespondFails(challenge, user, ("SMS_MFA_CODE", Wrong(code))));
        var answers = (await Task.WhenAll(guesses)).Select(static error => $"{error.Type}: {error.Text}").ToList();
        Assert.Equal(
            ["CodeMismatchException: Invalid code or auth state for the user.", "NotAuthorizedException: " + Locked],
            answers.Distinct().Order());
        AssertError(await pool.RespondFails(challenge, user, ("SMS_MFA_CODE", code)), "NotAuthorizedException", Locked);
        // Another sign-in and another client are the same user.
        AssertError(await pool.RespondFails(await pool.ByPassword(user), user, ("SMS_MFA_CODE", "123456")), "NotAuthorizedException", Locked);

        await server.Advance("PT15M");
        challenge = await pool.ByPassword(user);
        AssertTokens(await pool.Respond(challenge, user, ("SMS_MFA_CODE", await server.Api.Code(number))));
    }

    [Fact]
    public async Task A_right_code_among_wrong_ones_at_once_counts_only_while_few_were_wrong()
    {
        await using var server = await TestServer.Own();
        var pool = await MfaPool.Create(server, "OPTIONAL", "SMS");
        var lucky = 0;
        const int users = 10;
        for (var i = 0; i < users; i++)
        {
            var number = MfaPool.NewNumber();
            var user = await pool.AddUserWithPhone(number);
            await pool.Enable(user, "SMS");
            var challenge = await pool.ByPassword(user);
            var code = await server.Api.Code(number);
            // Sixty guesses leave at once, the right one last.
            var guesses = Enumerable.Range(0, 60)
                .Select(guess => Try(pool, challenge, user, guess == 59 ? code : Wrong(code))).ToList();
            lucky += (await Task.WhenAll(guesses)).Count(static passed => passed);
        }
        Assert.True(lucky < users / 2, $"{lucky} of {users} right guesses passed behind 59 wrong ones.");
    }

    [Fact]
    public async Task A_software_tokens_codes_cannot_be_guessed_at_set_up_either()
    {
        await using var server = await TestServer.Own();
        var pool = await MfaPool.Create(server, "OPTIONAL", "TOTP");
        var user = await pool.AddUser();
        var token = await pool.AccessToken(user);
        var app = new AuthenticatorApp((string)(await pool.Holder("AssociateSoftwareToken", token))["SecretCode"]!);
        for (var guess = 0; guess < 5; guess++)
            Assert.Equal("EnableSoftwareTokenMFAException", (await pool.HolderFails("VerifySoftwareToken", token, new() { ["UserCode"] = app.Wrong() })).Type);
        AssertError(await pool.HolderFails("VerifySoftwareToken", token, new() { ["UserCode"] = app.Next() }), "NotAuthorizedException", Locked);
    }

    [Fact]
    public async Task First_factors_codes_allow_fifteen_wrong_ones_an_hour_over_all_sessions()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(
            server,
            new() { ["Policies"] = FirstFactors("PASSWORD", "EMAIL_OTP") },
            new() { ["ExplicitAuthFlows"] = AllFlows, ["PreventUserExistenceErrors"] = "ENABLED" });
        var user = await pool.AddUser();
        foreach (var name in new[] { user, NewName() })
        {
            JsonObject challenge = [];
            for (var guess = 0; guess < 15; guess++)
            {
                if (guess % 5 == 0)
                    challenge = await Begin(name);
                Assert.Equal("CodeMismatchException", (await pool.RespondFails(challenge, name, ("EMAIL_OTP_CODE", "1234567"))).Type);
            }
            const string exceeded = "Attempt limit exceeded, please try after some time.";
            var right = name == user ? await server.Api.Code(Address(user)) : "12345678";
            AssertError(await pool.RespondFails(challenge, name, ("EMAIL_OTP_CODE", right)), "LimitExceededException", exceeded);
            AssertError(await pool.RespondFails(await Begin(name), name, ("EMAIL_OTP_CODE", right)), "LimitExceededException", exceeded);
        }
        await server.Advance("PT1H");
        AssertTokens(await pool.Respond(await Begin(user), user, ("EMAIL_OTP_CODE", await server.Api.Code(Address(user)))));

        Task<JsonObject> Begin(string name) => pool.Initiate("USER_AUTH", ("USERNAME", name), ("PREFERRED_CHALLENGE", "EMAIL_OTP"));
    }

    [Fact]
    public async Task Of_many_passwords_guessed_at_once_the_right_one_comes_too_late()
    {
        await using var server = await TestServer.Own();
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var wrong = Enumerable.Range(0, 60).Select(i => pool.InitiateFails("USER_PASSWORD_AUTH", ("USERNAME", user), ("PASSWORD", $"Wr0ng-{i}!"))).ToList();
        // Sent while those are checked, but not before them, it would be right.
        await Task.WhenAny(wrong);
        var right = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await pool.ByPassword(user))["AuthenticationResult"] is not null;
            }
            catch (ServiceError)
            {
                return false;
            }
        })).ToList();
        await Task.WhenAll(wrong);
        var passed = (await Task.WhenAll(right)).Count(static passed => passed);
        Assert.True(passed <= 10, $"{passed} of 20 right passwords passed behind 60 wrong ones.");
        AssertError(await pool.InitiateFails("USER_PASSWORD_AUTH", ("USERNAME", user), ("PASSWORD", Pool.Password)), "NotAuthorizedException", Locked);
    }

    [Fact]
    public async Task A_code_dies_with_its_session()
    {
        await using var server = await TestServer.Own();
        var pool = await MfaPool.Create(server, "OPTIONAL", "EMAIL");
        var user = await pool.AddUser();
        await pool.Enable(user, "EMAIL");
        var challenge = await pool.ByPassword(user);
        var code = await server.Api.Code(Address(user));
        await server.Advance("PT3M1S");
        AssertError(await pool.RespondFails(challenge, user, ("EMAIL_OTP_CODE", code)), "NotAuthorizedException", "Invalid session for the user, session is expired.");
    }

    private static async Task<bool> Try(Pool pool, JsonObject challenge, string user, string code)
    {
        try
        {
            return (await pool.Respond(challenge, user, ("SMS_MFA_CODE", code)))["AuthenticationResult"] is not null;
        }
        catch (ServiceError)
        {
            return false;
        }
    }
}
