using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Tokens;

public class TokenTests(TestServer server)
{
    [Fact]
    public async Task Both_tokens_carry_the_sheet_s_claims_and_verify_against_the_published_keys()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var result = await pool.SignIn(user);
        var access = await Jwt.Verify(server.Api, pool.Id, (string)result["AccessToken"]!);
        var id = await Jwt.Verify(server.Api, pool.Id, (string)result["IdToken"]!);

        Assert.Equal(
            ["acr", "auth_time", "client_id", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username"], access.Names);
        Assert.Equal(
            ["acr", "aud", "auth_time", "cognito:username", "email", "email_verified", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "sub", "token_use"], id.Names);
        Assert.NotEqual((string?)access.Header["kid"], (string?)id.Header["kid"]);
        Assert.Equal($"{server.PublicUrl}/{pool.Id}", (string?)access.Claims["iss"]);
        Assert.Equal((string?)access.Claims["iss"], (string?)id.Claims["iss"]);
        Assert.Equal(("access", "id"), ((string?)access.Claims["token_use"], (string?)id.Claims["token_use"]));
        Assert.Equal("aws.cognito.signin.user.admin", (string?)access.Claims["scope"]);
        Assert.Equal((pool.ClientId, pool.ClientId), ((string?)access.Claims["client_id"], (string?)id.Claims["aud"]));
        Assert.Equal((user, user), ((string?)access.Claims["username"], (string?)id.Claims["cognito:username"]));
        Assert.Equal((string?)access.Claims["origin_jti"], (string?)id.Claims["origin_jti"]);
        Assert.Equal((string?)access.Claims["event_id"], (string?)id.Claims["event_id"]);
        Assert.NotEqual((string?)access.Claims["jti"], (string?)id.Claims["jti"]);
        foreach (var name in new[] { "jti", "origin_jti", "event_id", "sub" })
            Assert.True(Guid.TryParse((string?)access.Claims[name], out _), name);
        Assert.Equal(JsonValueKind.True, id.Claims["email_verified"]!.GetValueKind());
        Assert.Equal(3600, (long)access.Claims["exp"]! - (long)access.Claims["iat"]!);
        Assert.True((long)access.Claims["auth_time"]! <= (long)access.Claims["iat"]!);
    }

    [Fact]
    public async Task Groups_and_roles_come_by_precedence()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        foreach (var (name, precedence, role) in new[] { ("late", (int?)null, "arn:aws:iam::123456789012:role/late"), ("second", 2, "arn:aws:iam::123456789012:role/second"), ("first", 1, null) })
        {
            var group = new JsonObject { ["UserPoolId"] = pool.Id, ["GroupName"] = name };
            if (precedence is not null)
                group["Precedence"] = precedence;
            if (role is not null)
                group["RoleArn"] = role;
            await server.Api.Call("CreateGroup", group);
            await pool.Admin("AdminAddUserToGroup", user, new() { ["GroupName"] = name });
        }
        var result = await pool.SignIn(user);
        var access = Jwt.Read((string)result["AccessToken"]!).Claims;
        var id = Jwt.Read((string)result["IdToken"]!).Claims;
        Assert.Equal("""["first","second","late"]""", access["cognito:groups"]!.ToJsonString());
        Assert.Equal("""["first","second","late"]""", id["cognito:groups"]!.ToJsonString());
        Assert.Equal("arn:aws:iam::123456789012:role/second", (string?)id["cognito:preferred_role"]);
        Assert.Equal("""["arn:aws:iam::123456789012:role/second","arn:aws:iam::123456789012:role/late"]""", id["cognito:roles"]!.ToJsonString());
        Assert.False(access.ContainsKey("cognito:roles"));

        await server.Api.Call("UpdateGroup", new() { ["UserPoolId"] = pool.Id, ["GroupName"] = "late", ["Precedence"] = 2 });
        Assert.False(Jwt.Read((string)(await pool.SignIn(user))["IdToken"]!).Claims.ContainsKey("cognito:preferred_role"));
    }

    [Fact]
    public async Task An_ID_token_holds_what_the_client_may_read_in_the_types_of_the_sheet()
    {
        var pool = await Pool.Create(
            server, new() { ["Schema"] = new JsonArray(new JsonObject { ["Name"] = "level", ["AttributeDataType"] = "Number", ["Mutable"] = true }) },
            new() { ["ReadAttributes"] = new JsonArray("email", "address", "updated_at", "custom:level") });
        var user = await pool.AddUser();
        await pool.Admin("AdminUpdateUserAttributes", user, new()
        {
            ["UserAttributes"] = Pool.Attributes(("address", "Main Street 1"), ("updated_at", "1700000000"), ("custom:level", "7"), ("name", "Hidden")),
        });
        var claims = Jwt.Read((string)(await pool.SignIn(user))["IdToken"]!).Claims;
        Assert.Equal("""{"formatted":"Main Street 1"}""", claims["address"]!.ToJsonString());
        Assert.Equal(1700000000, (long)claims["updated_at"]!);
        Assert.Equal("7", (string?)claims["custom:level"]);
        Assert.False(claims.ContainsKey("name"));
        Assert.False(claims.ContainsKey("email_verified"));
    }

    [Fact]
    public async Task Lifetimes_follow_the_client_s_numbers_and_units()
    {
        var pool = await Pool.Create(server, client: new()
        {
            ["AccessTokenValidity"] = 10,
            ["IdTokenValidity"] = 2,
            ["TokenValidityUnits"] = new JsonObject { ["AccessToken"] = "minutes", ["IdToken"] = "hours" },
        });
        var result = await pool.SignIn(await pool.AddUser());
        Assert.Equal(600, (int)result["ExpiresIn"]!);
        var access = Jwt.Read((string)result["AccessToken"]!).Claims;
        var id = Jwt.Read((string)result["IdToken"]!).Claims;
        Assert.Equal(600, (long)access["exp"]! - (long)access["iat"]!);
        Assert.Equal(7200, (long)id["exp"]! - (long)id["iat"]!);
    }

    [Fact]
    public async Task Keys_and_configuration_are_cacheable_and_of_one_pool()
    {
        var pool = await Pool.Create(server);
        using var first = await server.Api.Http.GetAsync($"/{pool.Id}/.well-known/jwks.json");
        var keys = JsonNode.Parse(await first.Content.ReadAsStringAsync())!["keys"]!.AsArray();
        Assert.Equal(2, keys.Count);
        Assert.All(keys, static key => Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key!.AsObject().Select(static pair => pair.Key)));
        Assert.All(keys, static key => Assert.Equal(44, ((string)key!["kid"]!).Length));
        Assert.Equal("application/json", first.Content.Headers.ContentType!.MediaType);
        Assert.True(first.Headers.CacheControl!.Public);
        Assert.Equal("*", first.Headers.GetValues("Access-Control-Allow-Origin").Single());

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/{pool.Id}/.well-known/jwks.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await server.Api.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        var configuration = (await server.Api.Get($"/{pool.Id}/.well-known/openid-configuration"))!;
        Assert.Equal($"{server.PublicUrl}/{pool.Id}", (string?)configuration["issuer"]);
        Assert.Equal($"{server.PublicUrl}/{pool.Id}/.well-known/jwks.json", (string?)configuration["jwks_uri"]);
        Assert.Equal("""["RS256"]""", configuration["id_token_signing_alg_values_supported"]!.ToJsonString());

        using var unknown = await server.Api.Http.GetAsync("/us-east-1_nosuchpool/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task The_issuer_can_be_Cognito_s_own()
    {
        await using var own = await TestServer.Own(static options => options with { Issuer = "aws" });
        var pool = await Pool.Create(own);
        var result = await pool.SignIn(await pool.AddUser());
        Assert.Equal($"https://cognito-idp.us-east-1.amazonaws.com/{pool.Id}", (string?)(await Jwt.Verify(own.Api, pool.Id, (string)result["IdToken"]!)).Claims["iss"]);
    }
}
