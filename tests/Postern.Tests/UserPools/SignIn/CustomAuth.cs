using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.SignIn;

/// <summary>A pool whose three functions ask for a sum, three times at most, after the password where the client began with it; and a client's
/// calls. Each function can be told otherwise.</summary>
internal sealed class CustomAuth
{
    private readonly FunctionServer functions;
    private readonly string[] arns;

    private CustomAuth(FunctionServer functions, string[] arns, Pool pool)
    {
        this.functions = functions;
        this.arns = arns;
        Pool = pool;
    }

    public Pool Pool { get; }

    public Api Api => Pool.Api;

    /// <summary>The requests of all events, in the order of DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse.</summary>
    public IReadOnlyList<JsonObject> Defined => Events(0);

    public IReadOnlyList<JsonObject> Created => Events(1);

    public IReadOnlyList<JsonObject> Verified => Events(2);

    public static async Task<CustomAuth> Create(
        TestServer server, Func<JsonObject, JsonNode?>? define = null, Func<JsonObject, JsonNode?>? create = null, Func<JsonObject, JsonNode?>? verify = null,
        JsonObject? pool = null, JsonObject? client = null)
    {
        string[] arns = [server.Functions.Add(define ?? Define), server.Functions.Add(create ?? Sum), server.Functions.Add(verify ?? Verify)];
        return await Create(server, arns, pool, client);
    }

    public static async Task<CustomAuth> Create(TestServer server, string[] arns, JsonObject? pool = null, JsonObject? client = null)
    {
        pool ??= [];
        pool["LambdaConfig"] = new JsonObject { ["DefineAuthChallenge"] = arns[0], ["CreateAuthChallenge"] = arns[1], ["VerifyAuthChallengeResponse"] = arns[2] };
        client ??= [];
        client["ExplicitAuthFlows"] ??= new JsonArray("ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH");
        return new(server.Functions, arns, await Pool.Create(server, pool, client));
    }

    public static JsonNode Define(JsonObject sent)
    {
        var session = sent["request"]!["session"]!.AsArray();
        var wrong = session.Count(static past => (string?)past!["challengeName"] == "CUSTOM_CHALLENGE" && !(bool)past["challengeResult"]!);
        var last = session.LastOrDefault();
        return new JsonObject
        {
            ["challengeName"] = (string?)last?["challengeName"] == "SRP_A" ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE",
            ["issueTokens"] = (string?)last?["challengeName"] == "CUSTOM_CHALLENGE" && (bool)last!["challengeResult"]!,
            ["failAuthentication"] = wrong >= 3,
        };
    }

    public static JsonNode Sum(JsonObject sent) => new JsonObject
    {
        ["publicChallengeParameters"] = new JsonObject { ["question"] = "2 + 3" },
        ["privateChallengeParameters"] = new JsonObject { ["answer"] = "5" },
        ["challengeMetadata"] = "SUM",
    };

    public static JsonNode Verify(JsonObject sent) => new JsonObject
    {
        ["answerCorrect"] = (string?)sent["request"]!["challengeAnswer"] == (string?)sent["request"]!["privateChallengeParameters"]!["answer"],
    };

    /// <summary>Begins without a password.</summary>
    public Task<JsonObject> Begin(string username, JsonObject? more = null) => Api.Call("InitiateAuth", Beginning(username, more), sign: false);

    public Task<ServiceError> BeginFails(string username, JsonObject? more = null) => Api.Fail("InitiateAuth", Beginning(username, more), sign: false);

    public Task<JsonObject> Answer(JsonNode challenge, string answer, JsonObject? more = null) =>
        Api.Call("RespondToAuthChallenge", Answering(challenge, answer, more), sign: false);

    public Task<ServiceError> AnswerFails(JsonNode challenge, string answer, JsonObject? more = null) =>
        Api.Fail("RespondToAuthChallenge", Answering(challenge, answer, more), sign: false);

    /// <summary>Begins with SRP, and makes the answer to PASSWORD_VERIFIER.</summary>
    public async Task<JsonObject> BeginWithSrp(string username, string password = Pool.Password, string flow = "CUSTOM_AUTH")
    {
        var client = new SrpClient(new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true));
        var challenge = await Pool.Initiate(flow, ("USERNAME", username), ("SRP_A", client.SrpA), ("CHALLENGE_NAME", "SRP_A"));
        Assert.Equal("PASSWORD_VERIFIER", challenge.ChallengeName());
        return Pool.Response(challenge, challenge.Parameter("USERNAME")!, client.Proof(Pool, challenge, password));
    }

    public Task<JsonObject> Respond(JsonObject answer) => Api.Call("RespondToAuthChallenge", answer, sign: false);

    public Task<ServiceError> RespondFails(JsonObject answer) => Api.Fail("RespondToAuthChallenge", answer, sign: false);

    public JsonObject Answering(JsonNode challenge, string answer, JsonObject? more = null)
    {
        var request = more ?? [];
        request["ClientId"] ??= Pool.ClientId;
        request["ChallengeName"] ??= "CUSTOM_CHALLENGE";
        request["Session"] ??= (string?)challenge["Session"];
        request["ChallengeResponses"] ??= new JsonObject { ["USERNAME"] = (string?)challenge["ChallengeParameters"]!["USERNAME"], ["ANSWER"] = answer };
        return request;
    }

    /// <summary>An event's history in short: <c>SRP_A+ CUSTOM_CHALLENGE-(SUM)</c>.</summary>
    public static string History(JsonObject request) => string.Join(' ', request["session"]!.AsArray().Select(static past =>
        (string)past!["challengeName"]! + ((bool)past["challengeResult"]! ? "+" : "-") + ((string?)past["challengeMetadata"] is { } metadata ? $"({metadata})" : "")));

    private JsonObject Beginning(string username, JsonObject? more)
    {
        var request = more ?? [];
        request["ClientId"] ??= Pool.ClientId;
        request["AuthFlow"] ??= "CUSTOM_AUTH";
        request["AuthParameters"] ??= new JsonObject { ["USERNAME"] = username };
        return request;
    }

    private List<JsonObject> Events(int function) => [.. functions.Calls(arns[function]).Select(static call => call.Event["request"]!.AsObject())];
}
