using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Passkeys;

/// <summary>A pool whose users may sign in by passkey, with a page that makes and uses them.</summary>
internal sealed record PasskeyPool(Pool Pool, string Origin)
{
    public const string RelyingParty = "example.com";

    /// <param name="configuration">Members of WebAuthnConfiguration; null: none is set.</param>
    /// <param name="more">Further members of CreateUserPool.</param>
    public static async Task<PasskeyPool> Create(TestServer server, JsonObject? configuration = null, bool isConfigured = true, JsonObject? more = null)
    {
        more ??= [];
        more["Policies"] = SigningIn.FirstFactors("PASSWORD", "WEB_AUTHN");
        var pool = await Pool.Create(server, more, new() { ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH") });
        var made = new PasskeyPool(pool, "https://login." + RelyingParty);
        if (isConfigured)
        {
            configuration ??= [];
            configuration["RelyingPartyId"] ??= RelyingParty;
            await made.Configure(configuration);
        }
        return made;
    }

    public Task Configure(JsonObject configuration, string mfa = "OFF") => Pool.Api.Call("SetUserPoolMfaConfig", new()
    {
        ["UserPoolId"] = Pool.Id,
        ["MfaConfiguration"] = mfa,
        ["WebAuthnConfiguration"] = configuration,
    });

    public async Task<(string Name, string Token)> AddUser()
    {
        var name = await Pool.AddUser();
        return (name, await Pool.AccessToken(name));
    }

    public async Task<JsonObject> Start(string token) =>
        (await Pool.Holder("StartWebAuthnRegistration", token))["CredentialCreationOptions"]!.AsObject();

    public Task<JsonObject> Complete(string token, JsonObject credential) =>
        Pool.Holder("CompleteWebAuthnRegistration", token, new() { ["Credential"] = credential.DeepClone() });

    public Task<ServiceError> CompleteFails(string token, JsonObject credential) =>
        Pool.HolderFails("CompleteWebAuthnRegistration", token, new() { ["Credential"] = credential.DeepClone() });

    /// <summary>Makes a passkey for a token's user.</summary>
    public async Task Register(string token, SoftwareAuthenticator authenticator, Action<Ceremony>? change = null) =>
        await Complete(token, authenticator.Register(await Start(token), Origin, change: change));

    public async Task<JsonArray> List(string token) => (await Pool.Holder("ListWebAuthnCredentials", token))["Credentials"]!.AsArray();

    /// <summary>Begins a sign-in with USER_AUTH.</summary>
    public Task<JsonObject> Begin(string name, string? preferred = "WEB_AUTHN")
    {
        var parameters = new JsonObject { ["USERNAME"] = name };
        if (preferred is not null)
            parameters["PREFERRED_CHALLENGE"] = preferred;
        return Pool.Api.Call("InitiateAuth", new() { ["ClientId"] = Pool.ClientId, ["AuthFlow"] = "USER_AUTH", ["AuthParameters"] = parameters }, sign: false);
    }

    /// <summary>The options of a WEB_AUTHN challenge.</summary>
    public static JsonNode Options(JsonObject challenge)
    {
        Assert.Equal("WEB_AUTHN", (string)challenge["ChallengeName"]!);
        return JsonNode.Parse((string)challenge["ChallengeParameters"]!["CREDENTIAL_REQUEST_OPTIONS"]!)!;
    }

    public Task<JsonObject> Answer(string name, JsonObject challenge, JsonObject credential) =>
        Pool.Api.Call("RespondToAuthChallenge", Response(name, challenge, "WEB_AUTHN", ("CREDENTIAL", credential.ToJsonString())), sign: false);

    public Task<ServiceError> AnswerFails(string name, JsonObject challenge, JsonObject credential) =>
        Pool.Api.Fail("RespondToAuthChallenge", Response(name, challenge, "WEB_AUTHN", ("CREDENTIAL", credential.ToJsonString())), sign: false);

    public Task<JsonObject> Select(string name, JsonObject challenge, string answer, params (string Name, string Value)[] more) =>
        Pool.Api.Call("RespondToAuthChallenge", Response(name, challenge, "SELECT_CHALLENGE", [("ANSWER", answer), .. more]), sign: false);

    /// <summary>A whole sign-in; the AuthenticationResult.</summary>
    public async Task<JsonObject> SignIn(string name, SoftwareAuthenticator authenticator, Action<Ceremony>? change = null)
    {
        var challenge = await Begin(name);
        return (await Answer(name, challenge, authenticator.Use(Options(challenge), Origin, change)))["AuthenticationResult"]!.AsObject();
    }

    private JsonObject Response(string name, JsonObject challenge, string answered, params (string Name, string Value)[] answers)
    {
        var responses = new JsonObject { ["USERNAME"] = name };
        foreach (var (key, value) in answers)
            responses[key] = value;
        return new()
        {
            ["ClientId"] = Pool.ClientId,
            ["ChallengeName"] = answered,
            ["Session"] = challenge["Session"]!.DeepClone(),
            ["ChallengeResponses"] = responses,
        };
    }
}
