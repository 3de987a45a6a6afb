using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Postern.Tests.Cryptography;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Devices;

/// <summary>What the tests of devices share: pools that track them, and a client's half.</summary>
internal static class TrackedPool
{
    public const string Group = "DeviceGroupKey";

    /// <summary>A pool that tracks devices; with a second factor by SMS where that is said.</summary>
    public static Task<Pool> Create(
        TestServer server, bool isChallenged = false, bool isAsked = false, string mfa = "OFF", JsonObject? client = null)
    {
        JsonObject pool = new()
        {
            ["DeviceConfiguration"] = new JsonObject { ["ChallengeRequiredOnNewDevice"] = isChallenged, ["DeviceOnlyRememberedOnUserPrompt"] = isAsked },
            ["MfaConfiguration"] = mfa,
        };
        if (mfa is not "OFF")
            pool["SmsConfiguration"] = new JsonObject { ["SnsCallerArn"] = "arn:aws:iam::123456789012:role/sms", ["ExternalId"] = "x" };
        return Pool.Create(server, pool, client);
    }

    /// <summary>A user with a phone number that no other has.</summary>
    public static async Task<(string Name, string Phone)> AddPhoneUser(this Pool pool)
    {
        var name = await pool.AddUser();
        var phone = "+1555" + RandomNumberGenerator.GetInt32(1_000_000, 10_000_000).ToString(CultureInfo.InvariantCulture);
        await pool.Admin("AdminUpdateUserAttributes", name, new() { ["UserAttributes"] = Pool.Attributes(("phone_number", phone), ("phone_number_verified", "true")) });
        return (name, phone);
    }

    /// <summary>InitiateAuth by password; the whole answer.</summary>
    public static Task<JsonObject> Begin(this Pool pool, string name, string? deviceKey = null, string password = Pool.Password) =>
        pool.Api.Call("InitiateAuth", Start(pool, name, deviceKey, password), sign: false);

    public static Task<ServiceError> BeginFails(this Pool pool, string name, string? deviceKey, string password = Pool.Password) =>
        pool.Api.Fail("InitiateAuth", Start(pool, name, deviceKey, password), sign: false);

    /// <summary>An answer to a challenge.</summary>
    public static JsonObject Answer(this Pool pool, string challenge, string? session, JsonObject responses)
    {
        var request = new JsonObject { ["ClientId"] = pool.ClientId, ["ChallengeName"] = challenge, ["ChallengeResponses"] = responses };
        if (session is not null)
            request["Session"] = session;
        return request;
    }

    public static Task<JsonObject> Respond(this Pool pool, string challenge, string? session, JsonObject responses) =>
        pool.Api.Call("RespondToAuthChallenge", pool.Answer(challenge, session, responses), sign: false);

    public static Task<ServiceError> RespondFails(this Pool pool, string challenge, string? session, JsonObject responses) =>
        pool.Api.Fail("RespondToAuthChallenge", pool.Answer(challenge, session, responses), sign: false);

    /// <summary>Answers the code that was sent by SMS; the whole answer.</summary>
    public static async Task<JsonObject> SendCode(this Pool pool, string name, string phone, JsonObject challenge)
    {
        Assert.Equal("SMS_MFA", (string?)challenge["ChallengeName"]);
        return await pool.Respond("SMS_MFA", (string)challenge["Session"]!, new() { ["USERNAME"] = name, ["SMS_MFA_CODE"] = await pool.Api.Code(phone) });
    }

    /// <summary>Confirms the device that a sign-in offers.</summary>
    /// <param name="answer">Of the last step of the sign-in.</param>
    public static async Task<DeviceClient> ConfirmDevice(this Pool pool, string username, JsonObject answer, string? name = "my phone")
    {
        var device = DeviceClient.Offered(pool, username, answer["AuthenticationResult"]!.AsObject());
        await device.Confirm(name);
        return device;
    }

    private static JsonObject Start(Pool pool, string name, string? deviceKey, string password)
    {
        JsonObject parameters = new() { ["USERNAME"] = name, ["PASSWORD"] = password };
        if (deviceKey is not null)
            parameters["DEVICE_KEY"] = deviceKey;
        return new() { ["ClientId"] = pool.ClientId, ["AuthFlow"] = "USER_PASSWORD_AUTH", ["AuthParameters"] = parameters };
    }
}

/// <summary>A device as its client knows it.</summary>
internal sealed record DeviceClient(Pool Pool, string User, string Key, string GroupKey, string Token, string RefreshToken, string Password)
{
    public string Salt { get; init; } = SrpClient.PadHex(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    public static DeviceClient Offered(Pool pool, string user, JsonObject tokens)
    {
        var offered = tokens["NewDeviceMetadata"]!;
        return new(
            pool, user, (string)offered["DeviceKey"]!, (string)offered["DeviceGroupKey"]!, (string)tokens["AccessToken"]!, (string)tokens["RefreshToken"]!,
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)));
    }

    public JsonObject Verifier => new()
    {
        ["PasswordVerifier"] = Base64(SrpClient.PadHex(SrpClient.Minimal(SrpClient.Verifier(GroupKey, Key, Password, Salt)))),
        ["Salt"] = Base64(Salt),
    };

    public Task<JsonObject> Confirm(string? name = "my phone") => Pool.Holder("ConfirmDevice", Token, Confirmation(name));

    public JsonObject Confirmation(string? name = "my phone")
    {
        JsonObject request = new() { ["DeviceKey"] = Key, ["DeviceSecretVerifierConfig"] = Verifier };
        if (name is not null)
            request["DeviceName"] = name;
        return request;
    }

    public Task<JsonObject> Remember(string status = "remembered") =>
        Pool.Holder("UpdateDeviceStatus", Token, new() { ["DeviceKey"] = Key, ["DeviceRememberedStatus"] = status });

    /// <summary>Answers DEVICE_SRP_AUTH; the challenge that follows, and the client's half.</summary>
    public async Task<(JsonObject Challenge, SrpClient Client)> Begin(JsonObject challenge)
    {
        Assert.Equal("DEVICE_SRP_AUTH", (string?)challenge["ChallengeName"]);
        Assert.Empty(challenge["ChallengeParameters"]!.AsObject());
        var client = new SrpClient(new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true));
        var next = await Pool.Respond(
            "DEVICE_SRP_AUTH", (string)challenge["Session"]!, new() { ["USERNAME"] = User, ["DEVICE_KEY"] = Key, ["SRP_A"] = client.SrpA });
        Assert.Equal("DEVICE_PASSWORD_VERIFIER", (string?)next["ChallengeName"]);
        return (next, client);
    }

    /// <summary>The responses to DEVICE_PASSWORD_VERIFIER.</summary>
    public JsonObject Proof(JsonObject challenge, SrpClient client, string? password = null)
    {
        var parameters = challenge["ChallengeParameters"]!;
        var block = (string)parameters["SECRET_BLOCK"]!;
        var timestamp = DateTime.UtcNow.ToString("ddd MMM d HH:mm:ss 'UTC' yyyy", CultureInfo.InvariantCulture);
        var claim = client.Claim(
            GroupKey, Key, password ?? Password, (string)parameters["SALT"]!, (string)parameters["SRP_B"]!, Convert.FromBase64String(block), timestamp);
        return new()
        {
            ["USERNAME"] = (string)parameters["USERNAME"]!,
            ["DEVICE_KEY"] = (string)parameters["DEVICE_KEY"]!,
            ["PASSWORD_CLAIM_SECRET_BLOCK"] = block,
            ["PASSWORD_CLAIM_SIGNATURE"] = Convert.ToBase64String(claim),
            ["TIMESTAMP"] = timestamp,
        };
    }

    /// <summary>Both device steps.</summary>
    public async Task<JsonObject> Prove(JsonObject challenge)
    {
        var (next, client) = await Begin(challenge);
        return await Pool.Respond("DEVICE_PASSWORD_VERIFIER", (string)next["Session"]!, Proof(next, client));
    }

    private static string Base64(string hex) => Convert.ToBase64String(Convert.FromHexString(hex));
}
