using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.SignIn;

public class PasswordSignInTests(TestServer server)
{
    [Fact]
    public async Task A_right_password_gives_three_tokens_and_no_challenge()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var answer = await server.Api.Call("InitiateAuth", Request(pool, user, Pool.Password), sign: false);
        Assert.Equal(["ChallengeParameters", "AuthenticationResult"], Keys(answer, "ChallengeParameters", "AuthenticationResult"));
        Assert.Empty(answer["ChallengeParameters"]!.AsObject());
        var result = answer["AuthenticationResult"]!.AsObject();
        Assert.Equal(["AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"], result.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(3600, (int)result["ExpiresIn"]!);
        Assert.Equal("Bearer", (string?)result["TokenType"]);
        Assert.StartsWith("eyJjdHkiOiJKV1Qi", (string?)result["RefreshToken"], StringComparison.Ordinal);
        Assert.Equal(5, ((string)result["RefreshToken"]!).Split('.').Length);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var error = await server.Api.Fail("InitiateAuth", Request(pool, user, "Wrong-Passw0rd"), sign: false);
        Assert.Equal(("NotAuthorizedException", "Incorrect username or password."), (error.Type, error.Text));
    }

    [Fact]
    public async Task An_unknown_name_is_told_unless_the_client_hides_who_exists()
    {
        var open = await Pool.Create(server);
        var error = await server.Api.Fail("InitiateAuth", Request(open, "nobody", Pool.Password), sign: false);
        Assert.Equal(("UserNotFoundException", "User does not exist."), (error.Type, error.Text));

        var hiding = await Pool.Create(server, client: new() { ["PreventUserExistenceErrors"] = "ENABLED" });
        error = await server.Api.Fail("InitiateAuth", Request(hiding, "nobody", Pool.Password), sign: false);
        Assert.Equal(("NotAuthorizedException", "Incorrect username or password."), (error.Type, error.Text));
    }

    [Fact]
    public async Task A_disabled_user_is_refused()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        await pool.Admin("AdminDisableUser", user);
        var error = await server.Api.Fail("InitiateAuth", Request(pool, user, Pool.Password), sign: false);
        Assert.Equal(("NotAuthorizedException", "User is disabled."), (error.Type, error.Text));
    }

    [Fact]
    public async Task An_unconfirmed_user_is_told_so_only_with_the_right_password()
    {
        var pool = await Pool.Create(server);
        await server.Api.Call("SignUp", new() { ["ClientId"] = pool.ClientId, ["Username"] = "ulla", ["Password"] = Pool.Password }, sign: false);
        var error = await server.Api.Fail("InitiateAuth", Request(pool, "ulla", "Wrong-Passw0rd1"), sign: false);
        Assert.Equal("NotAuthorizedException", error.Type);
        error = await server.Api.Fail("InitiateAuth", Request(pool, "ulla", Pool.Password), sign: false);
        Assert.Equal(("UserNotConfirmedException", "User is not confirmed."), (error.Type, error.Text));
    }

    [Theory]
    [InlineData("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client")]
    [InlineData("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.")]
    [InlineData("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client.")]
    [InlineData("ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported.")]
    public async Task A_flow_that_the_client_may_not_use_is_refused(string flow, string text)
    {
        var pool = await Pool.Create(server, client: new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_REFRESH_TOKEN_AUTH") });
        var error = await server.Api.Fail("InitiateAuth", new() { ["ClientId"] = pool.ClientId, ["AuthFlow"] = flow }, sign: false);
        Assert.Equal(("InvalidParameterException", text), (error.Type, error.Text));
    }

    [Theory]
    [InlineData("USERNAME", "PASSWORD")]
    [InlineData("PASSWORD", "USERNAME")]
    public async Task A_missing_parameter_is_named(string missing, string given)
    {
        var pool = await Pool.Create(server);
        var error = await server.Api.Fail("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["AuthParameters"] = new JsonObject { [given] = "something" },
        }, sign: false);
        Assert.Equal(("InvalidParameterException", $"Missing required parameter {missing}"), (error.Type, error.Text));
    }

    [Fact]
    public async Task The_admin_flow_works_by_both_of_its_names_and_only_for_the_pool_s_clients()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        foreach (var flow in new[] { "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH" })
        {
            var answer = await server.Api.Call("AdminInitiateAuth", Admin(pool, pool.ClientId, flow, user));
            Assert.NotNull(answer["AuthenticationResult"]!["AccessToken"]);
        }
        var other = await Pool.Create(server);
        var error = await server.Api.Fail("AdminInitiateAuth", Admin(pool, other.ClientId, "ADMIN_USER_PASSWORD_AUTH", user));
        Assert.Equal(("ResourceNotFoundException", $"User pool client {other.ClientId} does not exist."), (error.Type, error.Text));
    }

    [Fact]
    public async Task A_client_with_a_secret_wants_its_hash()
    {
        var pool = await Pool.Create(server, client: new() { ["GenerateSecret"] = true });
        var user = await pool.AddUser();
        var described = await server.Api.Call("DescribeUserPoolClient", new() { ["UserPoolId"] = pool.Id, ["ClientId"] = pool.ClientId });
        var secret = (string)described["UserPoolClient"]!["ClientSecret"]!;

        var request = Request(pool, user, Pool.Password);
        var error = await server.Api.Fail("InitiateAuth", request, sign: false);
        Assert.Equal(("NotAuthorizedException", $"Client {pool.ClientId} is configured with secret but SECRET_HASH was not received"), (error.Type, error.Text));

        request["AuthParameters"]!["SECRET_HASH"] = Hash(secret, "somebody" + pool.ClientId);
        error = await server.Api.Fail("InitiateAuth", request, sign: false);
        Assert.Equal(("NotAuthorizedException", $"Unable to verify secret hash for client {pool.ClientId}"), (error.Type, error.Text));

        request["AuthParameters"]!["SECRET_HASH"] = Hash(secret, user + pool.ClientId);
        var tokens = (await server.Api.Call("InitiateAuth", request, sign: false))["AuthenticationResult"]!;

        var refresh = new JsonObject
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
            ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)tokens["RefreshToken"]!, ["SECRET_HASH"] = Hash(secret, "somebody" + pool.ClientId) },
        };
        error = await server.Api.Fail("InitiateAuth", refresh, sign: false);
        Assert.Equal(("NotAuthorizedException", $"SecretHash does not match for the client: {pool.ClientId}"), (error.Type, error.Text));
        refresh["AuthParameters"]!["SECRET_HASH"] = Hash(secret, user + pool.ClientId);
        Assert.NotNull((await server.Api.Call("InitiateAuth", refresh, sign: false))["AuthenticationResult"]!["IdToken"]);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_out_and_the_lock_doubles_until_a_right_one()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var user = await pool.AddUser();
        for (var i = 0; i < 5; i++)
            Assert.Equal("Incorrect username or password.", (await own.Api.Fail("InitiateAuth", Request(pool, user, "Wrong-Passw0rd"), sign: false)).Text);
        Assert.Equal("Password attempts exceeded", (await own.Api.Fail("InitiateAuth", Request(pool, user, Pool.Password), sign: false)).Text);
        await own.Advance("PT1.1S");
        Assert.Equal("Incorrect username or password.", (await own.Api.Fail("InitiateAuth", Request(pool, user, "Wrong-Passw0rd"), sign: false)).Text);
        await own.Advance("PT1.1S");
        Assert.Equal("Password attempts exceeded", (await own.Api.Fail("InitiateAuth", Request(pool, user, Pool.Password), sign: false)).Text);
        await own.Advance("PT1S");
        Assert.NotNull((await pool.SignIn(user))["AccessToken"]);
        Assert.Equal("Incorrect username or password.", (await own.Api.Fail("InitiateAuth", Request(pool, user, "Wrong-Passw0rd"), sign: false)).Text);
        Assert.NotNull((await pool.SignIn(user))["AccessToken"]);
    }

    [Fact]
    public async Task Unknown_names_are_locked_out_like_known_ones_where_the_client_hides_who_exists()
    {
        var pool = await Pool.Create(server, client: new() { ["PreventUserExistenceErrors"] = "ENABLED" });
        for (var i = 0; i < 5; i++)
            Assert.Equal("Incorrect username or password.", (await server.Api.Fail("InitiateAuth", Request(pool, "nobody", "Wrong-Passw0rd"), sign: false)).Text);
        Assert.Equal("Password attempts exceeded", (await server.Api.Fail("InitiateAuth", Request(pool, "nobody", "Wrong-Passw0rd"), sign: false)).Text);
    }

    [Fact]
    public async Task A_user_signs_in_by_any_name_that_the_pool_makes_one()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email"), ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } });
        var email = $"Anna.{Guid.NewGuid():N}@Example.com";
        await pool.AddUser(email);
        Assert.NotNull((await pool.SignIn(email.ToLowerInvariant()))["AccessToken"]);
        var stored = (string)(await pool.Admin("AdminGetUser", email))["Username"]!;
        Assert.True(Guid.TryParse(stored, out _));
        Assert.NotNull((await pool.SignIn(stored))["AccessToken"]);
    }

    internal static JsonObject Request(Pool pool, string username, string password) => new()
    {
        ["ClientId"] = pool.ClientId,
        ["AuthFlow"] = "USER_PASSWORD_AUTH",
        ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["PASSWORD"] = password },
    };

    private static JsonObject Admin(Pool pool, string clientId, string flow, string username) => new()
    {
        ["UserPoolId"] = pool.Id,
        ["ClientId"] = clientId,
        ["AuthFlow"] = flow,
        ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["PASSWORD"] = Pool.Password },
    };

    private static IEnumerable<string> Keys(JsonObject answer, params string[] order) =>
        answer.Select(static pair => pair.Key).OrderBy(key => Array.IndexOf(order, key));

    private static string Hash(string secret, string text) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
