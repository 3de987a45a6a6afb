using System.Net;
using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Devices;
using Postern.Tests.UserPools.Mfa;
using Postern.Tests.UserPools.Passkeys;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>Each step of each way to sign in, with one parameter after another replaced by something odd: answered or refused, and never the
/// server's fault. Limits are off, so that each reaches its check.</summary>
public class OddAnswerTests
{
    private const string Device = "us-east-1_00000000-0000-4000-8000-000000000000";

    /// <summary>As they stand in JSON.</summary>
    private static readonly string[] Odd =
    [
        "null", "\"\"", "\" \"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"😀\"", "\"-1\"", "\"{}\"", "\"[]\"", "\"null\"",
        "\"{\\\"id\\\":1}\"", "\"AAAA\"", "\"!\"",
        "\"ı23456\"", "\"us-east-1_x\"", "\"EMAIL_OTP\"", "\"WEB_AUTHN\"", "\"00\"", "\"Sat Apr 5 08:01:02 UTC 99999\"", "1", "true", "[]", "{}",
        $"\"{new string('x', 3000)}\"", $"\"{new string('f', 70_000)}\"",
    ];

    [Theory]
    [InlineData("LEGACY")]
    [InlineData("ENABLED")]
    public async Task No_odd_parameter_begins_a_sign_in(string existence)
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var pool = await Choosing(server, existence);
        var user = await pool.AddUserWithPhone();
        await Try(server, "InitiateAuth", () => Begin(
            pool, "USER_PASSWORD_AUTH", ("USERNAME", user), ("PASSWORD", "x"), ("DEVICE_KEY", Device), ("SECRET_HASH", "x")));
        await Try(server, "InitiateAuth", () => Begin(pool, "USER_SRP_AUTH", ("USERNAME", user), ("SRP_A", "abc"), ("DEVICE_KEY", Device)));
        await Try(server, "InitiateAuth", () => Begin(
            pool, "USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", "PASSWORD"), ("PASSWORD", "x"), ("SRP_A", "abc"), ("Session", "x")));
        await Try(server, "InitiateAuth", () => Begin(pool, "REFRESH_TOKEN_AUTH", ("REFRESH_TOKEN", "x"), ("DEVICE_KEY", Device)));
        var custom = (await CustomAuth.Create(server, client: new() { ["PreventUserExistenceErrors"] = existence })).Pool;
        user = await custom.AddUser();
        await Try(server, "InitiateAuth", () => Begin(custom, "CUSTOM_AUTH", ("USERNAME", user), ("CHALLENGE_NAME", "SRP_A"), ("SRP_A", "abc")));
    }

    [Fact]
    public async Task No_odd_parameter_answers_a_challenge()
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var pool = await Choosing(server, "LEGACY");
        var user = await pool.AddUserWithPhone();
        var srp = new SrpClient(4711);
        await Answers(
            pool, user, () => pool.Initiate("USER_SRP_AUTH", ("USERNAME", user), ("SRP_A", srp.SrpA)), challenge => srp.Proof(pool, challenge, "Wr0ng-one!"));
        await Answers(pool, user, Choose(), static _ => [("ANSWER", "PASSWORD"), ("PASSWORD", "x"), ("SRP_A", "abc"), ("CREDENTIAL", "x")]);
        await Answers(pool, user, Choose("PASSWORD"), static _ => [("PASSWORD", "x")]);
        await Answers(pool, user, Choose("PASSWORD_SRP"), static _ => [("SRP_A", "abc")]);
        await Answers(pool, user, Choose("EMAIL_OTP"), static _ => [("EMAIL_OTP_CODE", "x")]);

        await pool.SetUpToken(user);
        await pool.Enable(user, "TOTP", "SMS");
        await Answers(pool, user, () => pool.ByPassword(user), static _ => [("ANSWER", "x")]);
        await Answers(
            pool, user, () => pool.ByPassword(user).Then(choice => pool.Respond(choice, user, ("ANSWER", "SMS_MFA"))), static _ => [("SMS_MFA_CODE", "x")]);
        await Answers(
            pool, user, () => pool.ByPassword(user).Then(choice => pool.Respond(choice, user, ("ANSWER", "SOFTWARE_TOKEN_MFA"))),
            static _ => [("SOFTWARE_TOKEN_MFA_CODE", "x")]);

        await pool.Admin("AdminCreateUser", "temp", new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
        await Answers(
            pool, "temp", () => pool.ByPassword("temp", "Temp0rary!"),
            static _ => [("NEW_PASSWORD", "x"), ("userAttributes.name", "x"), ("userAttributes.", "x"), ("userAttributes.email", "x")]);

        var strict = await MfaPool.Create(server, "ON", "SMS,TOTP,EMAIL");
        await strict.Admin("AdminCreateUser", "bare", new() { ["MessageAction"] = "SUPPRESS" });
        await strict.Admin("AdminSetUserPassword", "bare", new() { ["Password"] = Pool.Password, ["Permanent"] = true });
        await Answers(strict, "bare", () => strict.ByPassword("bare"), static _ => [("EMAIL", "x"), ("PHONE_NUMBER", "x")]);

        Func<Task<JsonObject>> Choose(string? first = null) => () => first is null
            ? pool.Initiate("USER_AUTH", ("USERNAME", user))
            : pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", first));
    }

    [Fact]
    public async Task No_odd_parameter_answers_a_device_a_passkey_or_a_function()
    {
        await using var server = await TestServer.Own(static options => options with { AttemptLimits = false });
        var tracking = await TrackedPool.Create(server, isChallenged: true, mfa: "OPTIONAL");
        var (name, _) = await tracking.AddPhoneUser();
        var device = await tracking.ConfirmDevice(name, await tracking.Begin(name));
        await tracking.Enable(name, "SMS");
        var srp = new SrpClient(4712);
        await Answers(tracking, name, () => tracking.Begin(name, device.Key), _ => [("DEVICE_KEY", device.Key), ("SRP_A", "abc")]);
        await Answers(
            tracking, name, () => tracking.Begin(name, device.Key).Then(begun => tracking.Respond(begun, name, ("DEVICE_KEY", device.Key), ("SRP_A", srp.SrpA))),
            challenge =>
            [
                ("DEVICE_KEY", device.Key), ("PASSWORD_CLAIM_SECRET_BLOCK", challenge.Parameter("SECRET_BLOCK")!),
                ("PASSWORD_CLAIM_SIGNATURE", "AAAA"), ("TIMESTAMP", "Sat Apr 5 08:01:02 UTC 2025"),
            ]);

        var passkeys = await PasskeyPool.Create(server);
        var (owner, token) = await passkeys.AddUser();
        using var authenticator = new SoftwareAuthenticator();
        await passkeys.Register(token, authenticator);
        await Answers(passkeys.Pool, owner, () => passkeys.Begin(owner), static _ => [("CREDENTIAL", "{}")]);

        var custom = (await CustomAuth.Create(server)).Pool;
        var user = await custom.AddUser();
        await Answers(custom, user, () => custom.Initiate("CUSTOM_AUTH", ("USERNAME", user)), static _ => [("ANSWER", "x")]);
    }

    private static async Task<Pool> Choosing(TestServer server, string existence) => await MfaPool.Create(
        server, "OPTIONAL", "SMS,TOTP",
        new() { ["Policies"] = FirstFactors("PASSWORD", "EMAIL_OTP", "SMS_OTP") },
        new() { ["PreventUserExistenceErrors"] = existence });

    private static JsonObject Begin(Pool pool, string flow, params (string Name, string Value)[] parameters) => new()
    {
        ["ClientId"] = pool.ClientId,
        ["AuthFlow"] = flow,
        ["AuthParameters"] = new JsonObject([.. parameters.Select(static one => KeyValuePair.Create<string, JsonNode?>(one.Name, one.Value))]),
    };

    /// <summary>A challenge each time, with one of its answers changed.</summary>
    private static async Task Answers(Pool pool, string user, Func<Task<JsonObject>> challenge, Func<JsonObject, (string Name, string Value)[]> answers)
    {
        var first = await challenge();
        Assert.NotNull(first.ChallengeName());
        foreach (var name in (string[])["USERNAME", "SECRET_HASH", .. answers(first).Select(static answer => answer.Name)])
        {
            foreach (var odd in Odd)
            {
                var next = await challenge();
                var request = pool.Response(next, user, answers(next));
                await Send(pool.Api, "RespondToAuthChallenge", With(request, "ChallengeResponses", name, odd));
            }
        }
    }

    private static async Task Try(TestServer server, string operation, Func<JsonObject> request)
    {
        foreach (var name in request()["AuthParameters"]!.AsObject().Select(static one => one.Key).ToList())
        {
            foreach (var odd in Odd)
                await Send(server.Api, operation, With(request(), "AuthParameters", name, odd));
        }
    }

    private static string With(JsonObject request, string map, string name, string odd)
    {
        const string mark = "what-is-odd";
        request[map]![name] = mark;
        return request.ToJsonString().Replace($"\"{mark}\"", odd, StringComparison.Ordinal);
    }

    private static async Task Send(Api api, string operation, string body)
    {
        using var response = await api.Raw("AWSCognitoIdentityProviderService." + operation, "cognito-idp", body, sign: false);
        Assert.True(
            response.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest,
            $"{body[..Math.Min(body.Length, 1000)]}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}

file static class Steps
{
    public static async Task<JsonObject> Then(this Task<JsonObject> step, Func<JsonObject, Task<JsonObject>> next) => await next(await step);
}
