using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;

namespace Postern.Tests.Server;

/// <summary>Sign-ins step by step, as SDKs take them.</summary>
internal static class SigningIn
{
    private const string Timestamp = "Sat Apr 5 08:01:02 UTC 2025";

    public static JsonArray AllFlows => new(
        "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH");

    /// <summary>The Policies of a pool whose users may begin with these factors.</summary>
    public static JsonObject FirstFactors(params IReadOnlyList<string> factors) =>
        new() { ["SignInPolicy"] = new JsonObject { ["AllowedFirstAuthFactors"] = new JsonArray([.. factors]) } };

    /// <summary>Begins a sign-in; the whole answer.</summary>
    public static Task<JsonObject> Initiate(this Pool pool, string flow, params (string Name, string Value)[] parameters) =>
        pool.Api.Call("InitiateAuth", Request(pool, flow, parameters), sign: false);

    public static Task<ServiceError> InitiateFails(this Pool pool, string flow, params (string Name, string Value)[] parameters) =>
        pool.Api.Fail("InitiateAuth", Request(pool, flow, parameters), sign: false);

    /// <summary>Answers the challenge that another answer holds.</summary>
    public static Task<JsonObject> Respond(this Pool pool, JsonObject challenge, string username, params (string Name, string Value)[] responses) =>
        pool.Api.Call("RespondToAuthChallenge", Response(pool, challenge, username, responses), sign: false);

    public static Task<ServiceError> RespondFails(this Pool pool, JsonObject challenge, string username, params (string Name, string Value)[] responses) =>
        pool.Api.Fail("RespondToAuthChallenge", Response(pool, challenge, username, responses), sign: false);

    /// <summary>The request that answers a challenge, to be changed before it is sent.</summary>
    public static JsonObject Response(this Pool pool, JsonObject challenge, string username, params (string Name, string Value)[] responses)
    {
        var given = new JsonObject { ["USERNAME"] = username };
        foreach (var (name, value) in responses)
            given[name] = value;
        var request = new JsonObject
        {
            ["ClientId"] = pool.ClientId,
            ["ChallengeName"] = (string?)challenge["ChallengeName"],
            ["ChallengeResponses"] = given,
        };
        if (challenge["Session"] is { } session)
            request["Session"] = (string?)session;
        return request;
    }

    /// <summary>The answer to PASSWORD_VERIFIER by the client's half of SRP.</summary>
    public static (string Name, string Value)[] Proof(this SrpClient srp, Pool pool, JsonObject challenge, string password)
    {
        var parameters = challenge["ChallengeParameters"]!;
        var block = (string)parameters["SECRET_BLOCK"]!;
        var claim = srp.Claim(
            pool.Id[(pool.Id.IndexOf('_', StringComparison.Ordinal) + 1)..], (string)parameters["USER_ID_FOR_SRP"]!, password,
            (string)parameters["SALT"]!, (string)parameters["SRP_B"]!, Convert.FromBase64String(block), Timestamp);
        return
        [
            ("PASSWORD_CLAIM_SECRET_BLOCK", block), ("TIMESTAMP", Timestamp), ("PASSWORD_CLAIM_SIGNATURE", Convert.ToBase64String(claim)),
        ];
    }

    public static string? ChallengeName(this JsonObject answer) => (string?)answer["ChallengeName"];

    public static string? Parameter(this JsonObject answer, string name) => (string?)answer["ChallengeParameters"]?[name];

    public static IEnumerable<string?> Available(this JsonObject answer) => answer["AvailableChallenges"]!.AsArray().Select(static name => (string?)name);

    public static void AssertTokens(JsonObject answer)
    {
        Assert.NotNull(answer["AuthenticationResult"]?["AccessToken"]);
        Assert.Null(answer["ChallengeName"]);
    }

    private static JsonObject Request(Pool pool, string flow, (string Name, string Value)[] parameters)
    {
        var given = new JsonObject();
        var request = new JsonObject { ["ClientId"] = pool.ClientId, ["AuthFlow"] = flow, ["AuthParameters"] = given };
        foreach (var (name, value) in parameters)
        {
            if (name is "Session")
                request["Session"] = value;
            else
                given[name] = value;
        }
        return request;
    }
}
