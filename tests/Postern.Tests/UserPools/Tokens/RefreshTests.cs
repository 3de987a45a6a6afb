using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Tokens;

public class RefreshTests(TestServer server)
{
    [Theory]
    [InlineData("REFRESH_TOKEN_AUTH")]
    [InlineData("REFRESH_TOKEN")]
    public async Task A_refresh_gives_fresh_tokens_of_the_same_sign_in(string flow)
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var first = await pool.SignIn(user);
        var answer = await Refresh(pool, (string)first["RefreshToken"]!, flow);
        var second = answer["AuthenticationResult"]!.AsObject();
        Assert.Empty(answer["ChallengeParameters"]!.AsObject());
        Assert.Equal(["AccessToken", "ExpiresIn", "IdToken", "TokenType"], second.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        var before = Jwt.Read((string)first["AccessToken"]!).Claims;
        var after = Jwt.Read((string)second["AccessToken"]!).Claims;
        foreach (var same in new[] { "origin_jti", "auth_time", "sub", "client_id" })
            Assert.Equal(before[same]!.ToJsonString(), after[same]!.ToJsonString());
        Assert.NotEqual((string?)before["jti"], (string?)after["jti"]);
    }

    [Fact]
    public async Task Groups_and_attributes_are_read_fresh()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var first = await pool.SignIn(user);
        await server.Api.Call("CreateGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "admins" });
        await pool.Admin("AdminAddUserToGroup", user, new() { ["GroupName"] = "admins" });
        await pool.Admin("AdminUpdateUserAttributes", user, new() { ["UserAttributes"] = Pool.Attributes(("name", "New Name")) });
        var id = Jwt.Read((string)(await Refresh(pool, (string)first["RefreshToken"]!))["AuthenticationResult"]!["IdToken"]!).Claims;
        Assert.Equal("""["admins"]""", id["cognito:groups"]!.ToJsonString());
        Assert.Equal("New Name", (string?)id["name"]);
    }

    [Fact]
    public async Task A_token_of_another_client_or_a_mangled_one_is_invalid()
    {
        var pool = await Pool.Create(server);
        var other = await Pool.Create(server);
        var token = (string)(await pool.SignIn(await pool.AddUser()))["RefreshToken"]!;
        foreach (var (client, bad) in new[] { (other, token), (pool, token[..^4] + "AAAA"), (pool, "eyJ.a.b.c.d"), (pool, "x"), (pool, "A" + token[1..]) })
        {
            var error = await Refused(client, bad);
            Assert.Equal(("NotAuthorizedException", "Invalid Refresh Token."), (error.Type, error.Text));
        }
    }

    [Fact]
    public async Task Sign_out_disabling_deletion_and_time_end_a_refresh_token()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var user = await pool.AddUser();

        var token = (string)(await pool.SignIn(user))["RefreshToken"]!;
        await pool.Admin("AdminUserGlobalSignOut", user);
        Assert.Equal("Refresh Token has been revoked", (await Refused(pool, token)).Text);

        token = (string)(await pool.SignIn(user))["RefreshToken"]!;
        await pool.Admin("AdminDisableUser", user);
        Assert.Equal("User is disabled.", (await Refused(pool, token)).Text);
        await pool.Admin("AdminEnableUser", user);
        Assert.Equal("Refresh Token has been revoked", (await Refused(pool, token)).Text);

        token = (string)(await pool.SignIn(user))["RefreshToken"]!;
        Assert.NotNull((await Refresh(pool, token))["AuthenticationResult"]);
        await own.Advance("P29D");
        Assert.NotNull((await Refresh(pool, token))["AuthenticationResult"]);
        await own.Advance("P1DT1S");
        Assert.Equal("Refresh Token has expired", (await Refused(pool, token)).Text);

        token = (string)(await pool.SignIn(user))["RefreshToken"]!;
        await pool.Admin("AdminDeleteUser", user);
        Assert.Equal("Invalid Refresh Token.", (await Refused(pool, token)).Text);
    }

    [Fact]
    public async Task Rotation_replaces_the_token_and_tells_reuse()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own, client: new()
        {
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH"),
            ["RefreshTokenRotation"] = new JsonObject { ["Feature"] = "ENABLED", ["RetryGracePeriodSeconds"] = 10 },
        });
        var first = (string)(await pool.SignIn(await pool.AddUser()))["RefreshToken"]!;
        Assert.Equal("UnsupportedOperationException", (await Refused(pool, first)).Type);

        var second = (string)(await Exchange(pool, first))["RefreshToken"]!;
        Assert.NotEqual(first, second);
        await own.Advance("PT9S");
        var retried = (string)(await Exchange(pool, first))["RefreshToken"]!;
        await own.Advance("PT2S");
        Assert.Equal("RefreshTokenReuseException", (await own.Api.Fail("GetTokensFromRefreshToken", Request(pool, first), sign: false)).Type);
        var third = (string)(await Exchange(pool, retried))["RefreshToken"]!;
        Assert.NotNull((await Exchange(pool, third))["AccessToken"]);
    }

    [Fact]
    public async Task Without_rotation_the_exchange_gives_no_refresh_token()
    {
        var pool = await Pool.Create(server);
        var token = (string)(await pool.SignIn(await pool.AddUser()))["RefreshToken"]!;
        Assert.Equal(["AccessToken", "ExpiresIn", "IdToken", "TokenType"], (await Exchange(pool, token)).Select(static pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private static JsonObject Request(Pool pool, string token) => new() { ["ClientId"] = pool.ClientId, ["RefreshToken"] = token };

    private static async Task<JsonObject> Exchange(Pool pool, string token) =>
        (await pool.Api.Call("GetTokensFromRefreshToken", Request(pool, token), sign: false))["AuthenticationResult"]!.AsObject();

    private static Task<JsonObject> Refresh(Pool pool, string token, string flow = "REFRESH_TOKEN_AUTH") => pool.Api.Call("InitiateAuth", Start(pool, token, flow), sign: false);

    private static Task<ServiceError> Refused(Pool pool, string token) => pool.Api.Fail("InitiateAuth", Start(pool, token, "REFRESH_TOKEN_AUTH"), sign: false);

    private static JsonObject Start(Pool pool, string token, string flow) => new()
    {
        ["ClientId"] = pool.ClientId,
        ["AuthFlow"] = flow,
        ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = token },
    };
}
