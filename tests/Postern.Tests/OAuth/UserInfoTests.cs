using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Postern.Tests.Server;
using Postern.Tests.UserPools.Tokens;
using static Postern.Tests.OAuth.OAuthCalls;

namespace Postern.Tests.OAuth;

public sealed class UserInfoTests(TestServer server)
{
    private const string Ended = "Access token is expired, disabled, or deleted, or the user has globally signed out.";

    [Fact]
    public async Task It_tells_the_profile_as_it_is_now_in_strings()
    {
        var pool = await OAuthPool.Create(server, pool: new() { ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "level", ["AttributeDataType"] = "Number", ["Mutable"] = true }) });
        var user = await pool.Pool.AddUser();
        var token = (await pool.Tokens(user, ("scope", "openid"))).Text("access_token");
        await pool.Pool.Admin("AdminUpdateUserAttributes", user, new()
        {
            ["UserAttributes"] = Pool.Attributes(("custom:level", "7"), ("address", "Main Street"), ("updated_at", "1700000000"), ("name", "Ann \"Q\" Öz")),
        });
        var answer = await pool.UserInfo(token);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json;charset=UTF-8", answer.ContentType);
        Assert.All(answer.Body, static member => Assert.Equal(JsonValueKind.String, member.Value!.GetValueKind()));
        var expected = new Dictionary<string, string>
        {
            ["sub"] = (string)Jwt.Read(token).Claims["sub"]!, ["username"] = user, ["email"] = user + "@example.com", ["email_verified"] = "true",
            ["custom:level"] = "7", ["address"] = "Main Street", ["updated_at"] = "1700000000", ["name"] = "Ann \"Q\" Öz",
        };
        Assert.Equal(expected.OrderBy(static pair => pair.Key, StringComparer.Ordinal), answer.Body.Select(static pair => KeyValuePair.Create(pair.Key, (string)pair.Value!)).OrderBy(static pair => pair.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("openid", "address custom:x email email_verified name phone_number phone_number_verified sub username")]
    [InlineData("openid aws.cognito.signin.user.admin", "address custom:x email email_verified name phone_number phone_number_verified sub username")]
    [InlineData("openid email", "email email_verified sub username")]
    [InlineData("openid phone", "phone_number phone_number_verified sub username")]
    [InlineData("openid profile", "custom:x name sub username")]
    [InlineData("openid email profile", "custom:x email email_verified name sub username")]
    public async Task Scopes_choose_the_attributes_here_and_in_the_ID_token_alike(string scope, string shown)
    {
        var pool = await OAuthPool.Create(server, pool: new() { ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "x", ["AttributeDataType"] = "String", ["Mutable"] = true }) });
        var user = await pool.Pool.AddUser();
        await pool.Pool.Admin("AdminUpdateUserAttributes", user, new()
        {
            ["UserAttributes"] = Pool.Attributes(("custom:x", "1"), ("address", "Main Street"), ("name", "Ann"), ("phone_number", "+15550100")),
        });
        var tokens = await pool.Tokens(user, ("scope", scope));
        Assert.Equal(shown.Split(' '), (await pool.UserInfo(tokens.Text("access_token"))).Body.Select(static pair => pair.Key).Order(StringComparer.Ordinal));

        var id = Jwt.Read(tokens.Text("id_token")).Claims;
        string[] attributes = ["address", "custom:x", "email", "email_verified", "name", "phone_number", "phone_number_verified"];
        Assert.Equal(shown.Split(' ').Except(["sub", "username"]), attributes.Where(id.ContainsKey));
        foreach (var (name, kind) in new[] { ("email_verified", JsonValueKind.True), ("phone_number_verified", JsonValueKind.False) }.Where(flag => id.ContainsKey(flag.Item1)))
            Assert.Equal(kind, id[name]!.GetValueKind());
    }

    [Fact]
    public async Task What_the_client_may_not_read_is_not_told()
    {
        var pool = await OAuthPool.Create(server, client: new() { ["ReadAttributes"] = new JsonArray("name") });
        var user = await pool.Pool.AddUser();
        await pool.Pool.Admin("AdminUpdateUserAttributes", user, new() { ["UserAttributes"] = Pool.Attributes(("name", "Ann")) });
        var answer = await pool.UserInfo((await pool.Tokens(user, ("scope", "openid"))).Text("access_token"));
        Assert.Equal(["name", "sub", "username"], answer.Body.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task POST_is_served_and_the_scheme_s_case_does_not_matter()
    {
        var pool = await OAuthPool.Create(server);
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("access_token");
        Assert.Equal(HttpStatusCode.OK, (await pool.Send(HttpMethod.Post, "/oauth2/userInfo", null, "Bearer " + token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await pool.Send(HttpMethod.Get, "/oauth2/userInfo", null, "bearer " + token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await pool.Send(HttpMethod.Get, "/oauth2/userinfo", null, "Bearer " + token)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic eHg6eHg=")]
    [InlineData("token")]
    [InlineData("Bearer a b")]
    public async Task A_missing_or_malformed_header_is_a_bad_request(string? header)
    {
        var pool = await OAuthPool.Create(server);
        var answer = await pool.Send(HttpMethod.Get, "/oauth2/userInfo?access_token=x", null, header);
        AssertRefused(answer, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
        Assert.Equal("error=\"invalid_request\", error_description=\"Bad OAuth2 request at UserInfo Endpoint\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_without_openid_is_refused_be_it_of_the_API_or_of_pages()
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var hosted = (await pool.Tokens(user, ("scope", "aws.cognito.signin.user.admin"))).Text("access_token");
        await pool.Pool.Holder("GetUser", hosted);
        foreach (var token in new[] { hosted, await pool.Pool.AccessToken(user) })
        {
            var answer = await pool.UserInfo(token);
            AssertRefused(answer, "invalid_token", "Access token does not contain openid scope", HttpStatusCode.Unauthorized);
            Assert.Equal("error=\"invalid_token\", error_description=\"Access token does not contain openid scope\"", answer.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task A_token_without_the_API_s_scope_is_refused_there()
    {
        var pool = await OAuthPool.Create(server);
        var token = (await pool.Tokens(await pool.Pool.AddUser(), ("scope", "openid"))).Text("access_token");
        SelfService.AssertError(await pool.Pool.HolderFails("GetUser", token), "NotAuthorizedException", "Access Token does not have required scopes");
    }

    [Theory]
    [InlineData("AdminDisableUser")]
    [InlineData("AdminDeleteUser")]
    [InlineData("AdminUserGlobalSignOut")]
    [InlineData("RevokeToken")]
    [InlineData("DeleteUserPoolClient")]
    public async Task A_token_that_was_ended_is_invalid(string operation)
    {
        var pool = await OAuthPool.Create(server);
        var user = await pool.Pool.AddUser();
        var tokens = await pool.Tokens(user);
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(tokens.Text("access_token"))).Status);
        if (operation is "RevokeToken")
            await server.Api.Call(operation, new() { ["ClientId"] = pool.ClientId, ["Token"] = tokens.Text("refresh_token") }, sign: false);
        else if (operation is "DeleteUserPoolClient")
            await server.Api.Call(operation, new() { ["UserPoolId"] = pool.Pool.Id, ["ClientId"] = pool.ClientId });
        else
            await pool.Pool.Admin(operation, user);
        await IsEnded(pool, tokens.Text("access_token"));
    }

    [Fact]
    public async Task A_token_of_another_pool_or_of_another_kind_is_invalid()
    {
        var pool = await OAuthPool.Create(server);
        var other = await OAuthPool.Create(server);
        var tokens = await pool.Tokens(await pool.Pool.AddUser());
        await IsEnded(other, tokens.Text("access_token"));
        var access = tokens.Text("access_token");
        foreach (var token in new[] { tokens.Text("id_token"), tokens.Text("refresh_token"), "x", "..", access[..^8], access + "AAAA", access[..access.LastIndexOf('.')] + ".", new string('A', 30_000) })
            await IsEnded(pool, token);
    }

    [Fact]
    public async Task An_expired_token_is_invalid()
    {
        await using var own = await TestServer.Own();
        var pool = await OAuthPool.Create(own);
        var token = (await pool.Tokens(await pool.Pool.AddUser())).Text("access_token");
        await own.Advance("PT59M");
        Assert.Equal(HttpStatusCode.OK, (await pool.UserInfo(token)).Status);
        await own.Advance("PT1M");
        await IsEnded(pool, token);
    }

    private static async Task IsEnded(OAuthPool pool, string token)
    {
        var answer = await pool.UserInfo(token);
        AssertRefused(answer, "invalid_token", Ended, HttpStatusCode.Unauthorized);
        Assert.Equal($"error=\"invalid_token\", error_description=\"{Ended}\"", answer.Header("WWW-Authenticate"));
    }
}
