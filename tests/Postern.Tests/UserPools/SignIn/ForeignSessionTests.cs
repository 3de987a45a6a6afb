using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Mfa;
using static Postern.Tests.Server.SelfService;
using static Postern.Tests.Server.SigningIn;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>A session is of one user, one client and one challenge, lives for minutes, and is of use until the sign-in succeeded: whatever the
/// challenge.</summary>
public class ForeignSessionTests(TestServer server)
{
    private const string Invalid = "Invalid session for the user.";

    public static TheoryData<string> Challenges =>
    [
        "NEW_PASSWORD_REQUIRED", "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP", "SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP",
    ];

    [Theory]
    [MemberData(nameof(Challenges))]
    public async Task Whoever_answers_it_otherwise_is_refused_and_the_session_stays_of_use(string name)
    {
        var (pool, user, challenge, answer) = await Begin(server, name);
        var stranger = await pool.AddUser();
        var other = await pool.AddClient(new() { ["ExplicitAuthFlows"] = AllFlows });
        var elsewhere = await MfaPool.Create(server, "OPTIONAL", "TOTP");

        JsonObject Request() => pool.Response(challenge, user, [.. answer]);
        var byStranger = Request();
        byStranger["ChallengeResponses"]!["USERNAME"] = stranger;
        var byOtherClient = Request();
        byOtherClient["ClientId"] = other.Id;
        var inOtherPool = Request();
        inOtherPool["ClientId"] = elsewhere.ClientId;
        var asOther = Request();
        asOther["ChallengeName"] = name is "SOFTWARE_TOKEN_MFA" ? "SMS_MFA" : "SOFTWARE_TOKEN_MFA";
        var mangled = Request();
        var session = (string)challenge["Session"]!;
        mangled["Session"] = session[..^2] + (session[^2] is 'A' ? 'B' : 'A') + session[^1];
        foreach (var request in new[] { byStranger, byOtherClient, inOtherPool, asOther, mangled })
            AssertError(await server.Api.Fail("RespondToAuthChallenge", request, sign: false), "NotAuthorizedException", Invalid);

        var without = Request();
        without.Remove("Session");
        AssertError(await server.Api.Fail("RespondToAuthChallenge", without, sign: false), "InvalidParameterException", "Missing required parameter Session");
        var nameless = Request();
        nameless["ChallengeResponses"]!.AsObject().Remove("USERNAME");
        AssertError(await server.Api.Fail("RespondToAuthChallenge", nameless, sign: false), "InvalidParameterException", "Missing required parameter USERNAME");

        if (answer.Length == 0)
            return;
        var after = await server.Api.Call("RespondToAuthChallenge", Request(), sign: false);
        Assert.True(after["AuthenticationResult"] is not null || after["Session"] is not null);
    }

    [Theory]
    [MemberData(nameof(Challenges))]
    public async Task It_expires_and_dies_with_a_new_password_and_with_the_user(string name)
    {
        await using var own = await TestServer.Own();
        var (pool, user, challenge, answer) = await Begin(own, name);
        await pool.Admin("AdminDisableUser", user);
        AssertError(await pool.RespondFails(challenge, user, answer), "NotAuthorizedException", "User is disabled.");
        await pool.Admin("AdminEnableUser", user);
        await own.Advance("PT3M");
        AssertError(await pool.RespondFails(challenge, user, answer), "NotAuthorizedException", "Invalid session for the user, session is expired.");

        await own.Api.Post("/_postern/dev/clock", new JsonObject());
        (pool, user, challenge, answer) = await Begin(own, name);
        await pool.Admin("AdminSetUserPassword", user, new() { ["Password"] = "An0ther-one!", ["Permanent"] = true });
        AssertError(await pool.RespondFails(challenge, user, answer), "NotAuthorizedException", Invalid);

        (pool, user, challenge, answer) = await Begin(own, name);
        await pool.Admin("AdminDeleteUser", user);
        AssertError(await pool.RespondFails(challenge, user, answer), "NotAuthorizedException", Invalid);
    }

    /// <summary>A sign-in up to a challenge, and the answer that is right; none where it takes more than one call.</summary>
    private static async Task<(Pool Pool, string User, JsonObject Challenge, (string Name, string Value)[] Answer)> Begin(TestServer server, string name)
    {
        var choice = new JsonObject { ["Policies"] = FirstFactors("PASSWORD", "EMAIL_OTP") };
        switch (name)
        {
            case "NEW_PASSWORD_REQUIRED":
            {
                var pool = await Pool.Create(server, null, new() { ["ExplicitAuthFlows"] = AllFlows });
                var user = NewName();
                await pool.Admin("AdminCreateUser", user, new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
                return (pool, user, await pool.ByPassword(user, "Temp0rary!"), [("NEW_PASSWORD", "N3w-Passw0rd")]);
            }
            case "MFA_SETUP":
            {
                var pool = await MfaPool.Create(server, "ON", "TOTP");
                var user = await pool.AddUser();
                return (pool, user, await pool.ByPassword(user), []);
            }
            case "SELECT_CHALLENGE":
            {
                var pool = await Pool.Create(server, choice, new() { ["ExplicitAuthFlows"] = AllFlows });
                var user = await pool.AddUser();
                return (pool, user, await pool.Initiate("USER_AUTH", ("USERNAME", user)), [("ANSWER", "PASSWORD"), ("PASSWORD", Pool.Password)]);
            }
            case "PASSWORD" or "PASSWORD_SRP":
            {
                var pool = await Pool.Create(server, choice, new() { ["ExplicitAuthFlows"] = AllFlows });
                var user = await pool.AddUser();
                var challenge = await pool.Initiate("USER_AUTH", ("USERNAME", user), ("PREFERRED_CHALLENGE", name));
                return (pool, user, challenge, [("PASSWORD", Pool.Password), ("SRP_A", new Cryptography.SrpClient(4242).SrpA)]);
            }
            default:
            {
                var pool = await MfaPool.Create(server, "OPTIONAL", "SMS,TOTP,EMAIL");
                var number = MfaPool.NewNumber();
                var user = await pool.AddUserWithPhone(number);
                var app = await pool.SetUpToken(user);
                await pool.Enable(user, name switch
                {
                    "SMS_MFA" => ["SMS"],
                    "EMAIL_OTP" => ["EMAIL"],
                    "SOFTWARE_TOKEN_MFA" => ["TOTP"],
                    _ => ["SMS", "TOTP"],
                });
                var challenge = await pool.ByPassword(user);
                return (pool, user, challenge, name switch
                {
                    "SMS_MFA" => [("SMS_MFA_CODE", await server.Api.Code(number))],
                    "EMAIL_OTP" => [("EMAIL_OTP_CODE", await server.Api.Code(Address(user)))],
                    "SOFTWARE_TOKEN_MFA" => [("SOFTWARE_TOKEN_MFA_CODE", app.Next())],
                    _ => [("ANSWER", "SMS_MFA")],
                });
            }
        }
    }
}
