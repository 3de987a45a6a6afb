using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.SignIn;

public class SrpSignInTests(TestServer server)
{
    [Fact]
    public async Task A_right_proof_gives_tokens_once()
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        var (challenge, client) = await Begin(pool, user);
        Assert.Equal("PASSWORD_VERIFIER", (string?)challenge["ChallengeName"]);
        Assert.Null(challenge["Session"]);
        var parameters = challenge["ChallengeParameters"]!.AsObject();
        Assert.Equal(["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"], parameters.Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(user, (string?)parameters["USERNAME"]);

        var answer = Answer(pool, parameters, client, Pool.Password);
        Assert.NotNull((await server.Api.Call("RespondToAuthChallenge", answer, sign: false))["AuthenticationResult"]!["AccessToken"]);
        Assert.Equal("Incorrect username or password.", (await server.Api.Fail("RespondToAuthChallenge", answer, sign: false)).Text);
    }

    [Fact]
    public async Task An_email_pool_proves_with_the_stored_name()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") });
        var email = $"{Guid.NewGuid():N}@example.com";
        await pool.AddUser(email);
        var (challenge, client) = await Begin(pool, email);
        Assert.True(Guid.TryParse((string?)challenge["ChallengeParameters"]!["USER_ID_FOR_SRP"], out _));
        var answer = Answer(pool, challenge["ChallengeParameters"]!, client, Pool.Password);
        Assert.NotNull((await server.Api.Call("RespondToAuthChallenge", answer, sign: false))["AuthenticationResult"]);
    }

    [Fact]
    public async Task A_wrong_proof_stale_block_or_foreign_name_is_a_wrong_password()
    {
        await using var own = await TestServer.Own();
        var pool = await Pool.Create(own);
        var user = await pool.AddUser();
        var other = await pool.AddUser();

        async Task<string?> Try(Action<JsonObject>? change = null, string password = Pool.Password, string? advance = null)
        {
            var (challenge, client) = await Begin(pool, user);
            var answer = Answer(pool, challenge["ChallengeParameters"]!, client, password);
            change?.Invoke(answer["ChallengeResponses"]!.AsObject());
            if (advance is not null)
                await own.Advance(advance);
            return (await own.Api.Fail("RespondToAuthChallenge", answer, sign: false)).Text;
        }

        const string wrong = "Incorrect username or password.";
        Assert.Equal(wrong, await Try(password: "Wrong-Passw0rd"));
        Assert.Equal(wrong, await Try(responses => responses["USERNAME"] = other));
        Assert.Equal(wrong, await Try(responses => responses["PASSWORD_CLAIM_SECRET_BLOCK"] = ((string)responses["PASSWORD_CLAIM_SECRET_BLOCK"]!)[..^8] + "AAAAAAAA"));
        Assert.Equal(wrong, await Try(responses => responses["PASSWORD_CLAIM_SIGNATURE"] = "not base64"));
        Assert.Equal(wrong, await Try(advance: "PT3M1S"));
        Assert.Equal("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.", await Try(responses => responses["TIMESTAMP"] = "2026-01-01T00:00:00Z"));
        Assert.Equal("Missing required parameter PASSWORD_CLAIM_SIGNATURE", await Try(responses => responses.Remove("PASSWORD_CLAIM_SIGNATURE")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("xyz")]
    public async Task An_unusable_public_value_is_refused(string srpA)
    {
        var pool = await Pool.Create(server);
        var user = await pool.AddUser();
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("InitiateAuth", Start(pool, user, srpA), sign: false)).Type);
        Assert.Equal("InvalidParameterException", (await server.Api.Fail("InitiateAuth", Start(pool, user, SrpClient.Minimal(SrpClient.Modulus)), sign: false)).Type);
    }

    [Fact]
    public async Task An_unknown_name_looks_like_a_known_one_each_time()
    {
        var pool = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") }, new() { ["PreventUserExistenceErrors"] = "ENABLED" });
        var (first, client) = await Begin(pool, "nobody@example.com");
        var (second, _) = await Begin(pool, "nobody@example.com");
        var (foreign, _) = await Begin(pool, "somebody@example.com");
        var one = first["ChallengeParameters"]!;
        var two = second["ChallengeParameters"]!;
        Assert.Equal((string?)one["SALT"], (string?)two["SALT"]);
        Assert.Equal((string?)one["USER_ID_FOR_SRP"], (string?)two["USER_ID_FOR_SRP"]);
        Assert.True(Guid.TryParse((string?)one["USER_ID_FOR_SRP"], out _));
        Assert.NotEqual((string?)one["SRP_B"], (string?)two["SRP_B"]);
        Assert.NotEqual((string?)one["SALT"], (string?)foreign["ChallengeParameters"]!["SALT"]);
        var error = await server.Api.Fail("RespondToAuthChallenge", Answer(pool, one, client, Pool.Password), sign: false);
        Assert.Equal(("NotAuthorizedException", "Incorrect username or password."), (error.Type, error.Text));
    }

    [Fact]
    public async Task The_name_of_a_challenge_does_not_tell_whether_somebody_has_it()
    {
        static JsonObject Hides() => new() { ["PreventUserExistenceErrors"] = "ENABLED" };
        var folding = await Pool.Create(server, new() { ["UsernameConfiguration"] = new JsonObject { ["CaseSensitive"] = false } }, Hides());
        await folding.AddUser("Anna");
        Assert.Equal("anna", await Shown(folding, "ANNA"));
        Assert.Equal("bert", await Shown(folding, "BERT"));

        // Nobody's username has the form of an alias there.
        var aliases = await Pool.Create(server, new() { ["AliasAttributes"] = new JsonArray("email", "phone_number") }, Hides());
        foreach (var alias in (string[])["nobody@example.com", "+15555550199"])
        {
            Assert.True(Guid.TryParse(await Shown(aliases, alias), out _));
            Assert.Equal(await Shown(aliases, alias), await Shown(aliases, alias));
        }
        Assert.Equal("nobody", await Shown(aliases, "nobody"));

        var byEmail = await Pool.Create(server, new() { ["UsernameAttributes"] = new JsonArray("email") }, Hides());
        var unknown = Guid.NewGuid().ToString();
        Assert.Equal(unknown, await Shown(byEmail, unknown));

        static async Task<string?> Shown(Pool pool, string name) => (string?)(await Begin(pool, name)).Challenge["ChallengeParameters"]!["USERNAME"];
    }

    [Fact]
    public async Task A_temporary_password_leads_to_the_new_password_challenge_by_SRP_too()
    {
        var pool = await Pool.Create(server);
        await pool.Admin("AdminCreateUser", "tess", new() { ["MessageAction"] = "SUPPRESS", ["TemporaryPassword"] = "Temp0rary!" });
        var (challenge, client) = await Begin(pool, "tess");
        var answer = await server.Api.Call("RespondToAuthChallenge", Answer(pool, challenge["ChallengeParameters"]!, client, "Temp0rary!"), sign: false);
        Assert.Equal("NEW_PASSWORD_REQUIRED", (string?)answer["ChallengeName"]);
        Assert.Equal("[]", (string?)answer["ChallengeParameters"]!["requiredAttributes"]);
    }

    internal static async Task<(JsonObject Challenge, SrpClient Client)> Begin(Pool pool, string username)
    {
        var client = new SrpClient(new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true));
        return (await pool.Api.Call("InitiateAuth", Start(pool, username, client.SrpA), sign: false), client);
    }

    private static JsonObject Start(Pool pool, string username, string srpA) => new()
    {
        ["ClientId"] = pool.ClientId,
        ["AuthFlow"] = "USER_SRP_AUTH",
        ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["SRP_A"] = srpA },
    };

    internal static JsonObject Answer(Pool pool, JsonNode parameters, SrpClient client, string password)
    {
        var block = (string)parameters["SECRET_BLOCK"]!;
        var timestamp = DateTime.UtcNow.ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture);
        var claim = client.Claim(
            pool.Id[(pool.Id.IndexOf('_', StringComparison.Ordinal) + 1)..], (string)parameters["USER_ID_FOR_SRP"]!, password,
            (string)parameters["SALT"]!, (string)parameters["SRP_B"]!, Convert.FromBase64String(block), timestamp);
        return new()
        {
            ["ClientId"] = pool.ClientId,
            ["ChallengeName"] = "PASSWORD_VERIFIER",
            ["ChallengeResponses"] = new JsonObject
            {
                ["USERNAME"] = (string)parameters["USERNAME"]!,
                ["PASSWORD_CLAIM_SECRET_BLOCK"] = block,
                ["PASSWORD_CLAIM_SIGNATURE"] = Convert.ToBase64String(claim),
                ["TIMESTAMP"] = timestamp,
            },
        };
    }
}
