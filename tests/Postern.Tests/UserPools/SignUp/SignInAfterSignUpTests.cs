using System.Text.Json.Nodes;
using Postern.Tests.Server;
using static Postern.Tests.Server.SelfService;

namespace Postern.Tests.UserPools.SignUp;

/// <summary>Who confirmed a sign-up is signed in without a further code: with the session of SignUp, and without it where codes are enough.</summary>
public class SignInAfterSignUpTests(TestServer server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_confirmed_sign_up_signs_in_once_where_a_code_is_enough(bool sendsSession)
    {
        var pool = await Create("PASSWORD", "EMAIL_OTP");
        var name = NewName();
        var signUp = await pool.SignUp(name, ("email", Address(name)));
        var confirmed = await pool.Anyone("ConfirmSignUp", name, new()
        {
            ["ConfirmationCode"] = await server.Api.Code(Address(name)),
            ["Session"] = sendsSession ? (string)signUp["Session"]! : null,
        });
        JsonObject start = new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_AUTH",
            ["Session"] = (string)confirmed["Session"]!,
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name },
        };
        var signedIn = await server.Api.Call("InitiateAuth", start, sign: false);
        Assert.Equal(name, (string?)(await pool.Holder("GetUser", (string)signedIn["AuthenticationResult"]!["AccessToken"]!))["Username"]);
        AssertError(await server.Api.Fail("InitiateAuth", start, sign: false), "NotAuthorizedException", "Invalid session for the user, session can only be used once.");
        Assert.Single((await server.Api.Get("/_postern/dev/inbox?to=" + Uri.EscapeDataString(Address(name))))!.AsArray());
    }

    [Fact]
    public async Task Where_a_code_is_not_enough_only_who_signed_up_is_signed_in()
    {
        var pool = await Create("PASSWORD");
        var name = NewName();
        Assert.NotNull((await pool.SignUp(name, ("email", Address(name))))["Session"]);
        Assert.False((await pool.Confirm(name, await server.Api.Code(Address(name)))).ContainsKey("Session"));
    }

    [Fact]
    public async Task A_client_without_USER_AUTH_gets_no_session()
    {
        var pool = await Pool.Create(server, VerifiesEmail);
        var name = NewName();
        Assert.False((await pool.SignUp(name, ("email", Address(name)))).ContainsKey("Session"));
        Assert.False((await pool.Confirm(name, await server.Api.Code(Address(name)))).ContainsKey("Session"));
    }

    private Task<Pool> Create(params string[] factors)
    {
        var pool = VerifiesEmail;
        pool["Policies"] = SigningIn.FirstFactors([.. factors]);
        return Pool.Create(server, pool, new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH") });
    }
}
