using System.Text.Json.Nodes;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.Tests.Server;
using Postern.UserPools.Pools;

namespace Postern.Tests.UserPools.Tokens;

/// <summary>The <c>acr</c> claim: how well a sign-in proved who it is.</summary>
public class ContextLevelTests(TestServer server)
{
    private const string Renamed = """{"Level1":{"AcrValue":"low"},"Level3":{"AcrValue":"high"}}""";

    [Fact]
    public async Task A_password_alone_is_the_first_level()
    {
        var pool = await Pool.Create(server);
        AssertLevel("urn:cognito:loa:1", await pool.SignIn(await pool.AddUser()));
    }

    [Fact]
    public async Task A_code_instead_of_a_password_is_the_second_level()
    {
        var pool = await Pool.Create(
            server,
            new() { ["Policies"] = SigningIn.FirstFactors("PASSWORD", "EMAIL_OTP") },
            new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH") });
        var name = await pool.AddUser();
        var challenge = await server.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "USER_AUTH",
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = name, ["PREFERRED_CHALLENGE"] = "EMAIL_OTP" },
        }, sign: false);
        var signedIn = await Answer(pool, challenge, name, "EMAIL_OTP_CODE", await server.Api.Code(name + "@example.com"));
        AssertLevel("urn:cognito:loa:2", signedIn);
    }

    [Fact]
    public async Task Two_factors_are_the_third_level_and_refreshes_keep_it()
    {
        var pool = await Pool.Create(server, new()
        {
            ["MfaConfiguration"] = "ON",
            ["SmsConfiguration"] = new JsonObject { ["SnsCallerArn"] = "arn:aws:iam::123456789012:role/sms" },
            ["AutoVerifiedAttributes"] = new JsonArray("phone_number"),
            ["AcrConfiguration"] = JsonNode.Parse(Renamed),
        });
        var name = await pool.AddUser();
        const string phone = "+15551230042";
        await pool.Admin("AdminUpdateUserAttributes", name, new() { ["UserAttributes"] = Pool.Attributes(("phone_number", phone), ("phone_number_verified", "true")) });
        var signedIn = await Answer(pool, await pool.SignIn(name), name, "SMS_MFA_CODE", await server.Api.Code(phone));
        AssertLevel("high", signedIn);
        var refreshed = await server.Api.Call("InitiateAuth", new()
        {
            ["ClientId"] = pool.ClientId,
            ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
            ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)signedIn["RefreshToken"]! },
        }, sign: false);
        AssertLevel("high", refreshed["AuthenticationResult"]!.AsObject());
    }

    [Fact]
    public async Task A_pool_names_its_levels_and_an_update_without_names_gives_them_back()
    {
        var pool = await Pool.Create(server, new() { ["AcrConfiguration"] = JsonNode.Parse(Renamed) });
        var name = await pool.AddUser();
        var described = await server.Api.Call("DescribeUserPool", new() { ["UserPoolId"] = pool.Id });
        Assert.Equal(Renamed, described["UserPool"]!["AcrConfiguration"]!.ToJsonString());
        AssertLevel("low", await pool.SignIn(name));
        await server.Api.Call("UpdateUserPool", new() { ["UserPoolId"] = pool.Id });
        AssertLevel("urn:cognito:loa:1", await pool.SignIn(name));
    }

    [Fact]
    public async Task A_lite_pool_has_no_levels()
    {
        var pool = await Pool.Create(server, new() { ["UserPoolTier"] = "LITE" });
        AssertLevel(null, await pool.SignIn(await pool.AddUser()));
    }

    [Fact]
    public void Every_level_has_a_name_of_its_own_or_the_pools()
    {
        Assert.Equal(
            ["urn:cognito:loa:1", "urn:cognito:loa:2", "urn:cognito:loa:3", "urn:cognito:loa:4"], Enumerable.Range(1, 4).Select(level => Name(null, level)));
        var given = Enumerable.Range(1, 4).ToDictionary(static level => $"Level{level}", static level => new AcrLevelConfigType { AcrValue = $"own{level}" });
        Assert.Equal(["own1", "own2", "own3", "own4"], Enumerable.Range(1, 4).Select(level => Name(given, level)));
        Assert.Null(Name(null, 0));
        Assert.Null(Name(null, 5));

        static string? Name(IReadOnlyDictionary<string, AcrLevelConfigType>? names, int level) => ContextClasses.Of(
            new(new StoredPool(PoolKind.UserPool, 1, "us-east-1_aaaaaaaaa", "123456789012", "us-east-1", "p", default, default, default, 1),
                new PoolSettings(new() { AcrConfiguration = names }, new())), level);
    }

    private static void AssertLevel(string? expected, JsonObject signedIn)
    {
        foreach (var token in (string[])["AccessToken", "IdToken"])
            Assert.Equal(expected, (string?)Jwt.Read((string)signedIn[token]!).Claims["acr"]);
    }

    private async Task<JsonObject> Answer(Pool pool, JsonObject challenge, string name, string member, string code) => (await server.Api.Call(
        "RespondToAuthChallenge", new()
        {
            ["ClientId"] = pool.ClientId,
            ["ChallengeName"] = (string?)challenge["ChallengeName"],
            ["Session"] = (string?)challenge["Session"],
            ["ChallengeResponses"] = new JsonObject { ["USERNAME"] = name, [member] = code },
        }, sign: false))["AuthenticationResult"]!.AsObject();
}
