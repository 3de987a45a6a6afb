using System.Text.Json.Nodes;
using Postern.Load.Generator;
using Postern.Load.Operations;

namespace Postern.Load.Target;

/// <summary>The tokens of one sign-in.</summary>
public sealed record SignedIn(string AccessToken, string RefreshToken);

/// <summary>A pool, a client and users, made through the public API alone.</summary>
public sealed class PoolUnderLoad
{
    public const string Password = "Bench-Passw0rd!";

    // Enough to be more than any cache line remembers, few enough to be ready in a second or two.
    private const int MostSigners = 1000;

    private static readonly TimeSpan longestFill = TimeSpan.FromMinutes(15);

    private PoolUnderLoad(Api api, string id, string clientId, OAuthUnderLoad oauth)
    {
        Api = api;
        Id = id;
        ClientId = clientId;
        OAuth = oauth;
    }

    public Api Api { get; }

    public string Id { get; }

    public string ClientId { get; }

    public OAuthUnderLoad OAuth { get; }

    /// <summary>How many users there are: numbers 0 and up.</summary>
    public int Users { get; private set; }

    /// <summary>How many of them have a password: every <see cref="SignerStep"/>th.</summary>
    public int Signers { get; private set; }

    public int SignerStep => Users / Signers;

    /// <summary>What all signers' sign-ins gave.</summary>
    public IReadOnlyList<SignedIn> SignedIn { get; private set; } = [];

    /// <summary>The name of a user, its number being the place that <see cref="NumberedTraffic"/> fills.</summary>
    public static string Username(string number = NumberedTraffic.Place) => "u" + number;

    public static string Email(string number = NumberedTraffic.Place) => $"{Username(number)}@example.com";

    public static async Task<PoolUnderLoad> Make(Api api)
    {
        var pool = await api.Call("CreateUserPool", new() { ["PoolName"] = "bench" });
        var id = (string)pool["UserPool"]!["Id"]!;
        var client = await api.Call("CreateUserPoolClient", new()
        {
            ["UserPoolId"] = id,
            ["ClientName"] = "bench",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        });
        return new(api, id, (string)client["UserPoolClient"]!["ClientId"]!, await OAuthUnderLoad.Make(api, id));
    }

    /// <summary>Brings the pool to so many users, and signs in those who have a password.</summary>
    /// <exception cref="LoadException">The server refused one, or takes longer than a quarter of an hour.</exception>
    public async Task Grow(int users)
    {
        var first = Users;
        Fill(users - first, WireRequest.Call(Api.Url, "AdminCreateUser", new()
        {
            ["UserPoolId"] = Id,
            ["Username"] = Username(),
            ["MessageAction"] = "SUPPRESS",
            ["UserAttributes"] = new JsonArray(Attribute("email", Email()), Attribute("email_verified", "true")),
        }), turn => first + turn);
        Users = users;
        Signers = Math.Min(users, MostSigners);
        Fill(Signers, WireRequest.Call(Api.Url, "AdminSetUserPassword", new()
        {
            ["UserPoolId"] = Id,
            ["Username"] = Username(),
            ["Password"] = Password,
            ["Permanent"] = true,
        }), turn => turn * SignerStep);

        var signedIn = new List<SignedIn>(Signers);
        for (var turn = 0; turn < Signers; turn++)
            signedIn.Add(await SignIn(Username(NumberedTraffic.Text(turn * SignerStep))));
        SignedIn = signedIn;
    }

    public static JsonObject SignInRequest(string clientId, string username) => new()
    {
        ["AuthFlow"] = "USER_PASSWORD_AUTH",
        ["ClientId"] = clientId,
        ["AuthParameters"] = new JsonObject { ["USERNAME"] = username, ["PASSWORD"] = Password },
    };

    public static JsonObject Attribute(string name, string value) => new() { ["Name"] = name, ["Value"] = value };

    private async Task<SignedIn> SignIn(string username)
    {
        var result = (await Api.Call("InitiateAuth", SignInRequest(ClientId, username)))["AuthenticationResult"]!;
        return new((string)result["AccessToken"]!, (string)result["RefreshToken"]!);
    }

    private void Fill(int count, byte[] template, Func<long, long> number)
    {
        var shape = new RunShape(Connections: 16, Seconds: longestFill.TotalSeconds, Warmup: 0) { Calls = count };
        var filled = LoadGenerator.Run(new NumberedTraffic(template, number), Api.Endpoint, shape, server: null);
        if (filled.Succeeded != count)
            throw new LoadException($"Only {filled.Succeeded} of {count} users were made. {filled.FirstError}");
    }
}
