using System.Text.Json.Nodes;
using Postern.Load.Generator;
using Postern.Load.Limits;
using Postern.Load.Target;

namespace Postern.Load.Operations;

/// <summary>An operation that is measured, with its limit and its goal.</summary>
/// <param name="Name">As <c>--ops</c> and the table have it.</param>
/// <param name="Goal">The share of its limit that it must reach.</param>
/// <param name="Limit">CPU microseconds that no server can do without; null where it is judged by its time alone.</param>
/// <param name="Traffic">What is sent; made anew for each run.</param>
public sealed record LoadOperation(string Name, double Goal, Func<MachineLimits, double>? Limit, Func<PoolUnderLoad, Traffic> Traffic)
{
    // New names must not be those of an earlier run in the same pool or server: places count on from here.
    private const long SignUpStart = 500_000_000;

    private const int CodesOfCore = 20_000;

    /// <summary>What half of all calls must not exceed, in milliseconds; null where CPU alone is judged.</summary>
    public double? LongestP50 { get; init; }

    /// <summary>In the order in which they run: what fills the server comes last.</summary>
    public static IReadOnlyList<LoadOperation> All { get; } =
    [
        new("signin", 0.85, static limits => limits.SignIn, static pool => Signers(pool, "InitiateAuth", PoolUnderLoad.SignInRequest(pool.ClientId, PoolUnderLoad.Username()))),
        new("refresh", 0.85, static limits => limits.Refresh, static pool => Tokens(pool, "InitiateAuth", token => new()
        {
            ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
            ["ClientId"] = pool.ClientId,
            ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = token.RefreshToken },
        })),
        new("code", 0.75, static limits => limits.Code, static pool => Exchanges(pool)),
        new("credentials", 0.75, static limits => limits.Credentials, static pool => new RotatingTraffic([pool.OAuth.Credentials()])),
        new("srp", 0.80, static limits => limits.Srp, static pool => new SrpTraffic(pool, turn => turn % pool.Signers * pool.SignerStep)),
        new("getuser", 0.40, static limits => limits.GetUser, static pool => Tokens(pool, "GetUser", static token => new() { ["AccessToken"] = token.AccessToken })),
        new("admingetuser", 0.35, static limits => limits.FindUser, static pool => Everyone(pool, "AdminGetUser", new()
        {
            ["UserPoolId"] = pool.Id,
            ["Username"] = PoolUnderLoad.Username(),
        })),
        new("finduser", 0.35, static limits => limits.FindUser, static pool => Everyone(pool, "ListUsers", new()
        {
            ["UserPoolId"] = pool.Id,
            ["Limit"] = 1,
            ["Filter"] = $"email = \"{PoolUnderLoad.Email()}\"",
        })),
        new("listusers", 0.35, static limits => limits.ListUsers, static pool => new RotatingTraffic(
            [WireRequest.Call(pool.Api.Url, "ListUsers", new() { ["UserPoolId"] = pool.Id, ["Limit"] = 60 })])),
        new("jwks", 0.50, static limits => limits.Jwks, static pool => new RotatingTraffic([WireRequest.Get(pool.Api.Url, $"/{pool.Id}/.well-known/jwks.json")])),
        new("discovery", 0.50, static limits => limits.Jwks, static pool => new RotatingTraffic(
            [WireRequest.Get(pool.Api.Url, $"/{pool.Id}/.well-known/openid-configuration")])),
        new("signup", 0.40, static limits => limits.SignUp, static pool => Numbered(pool, "SignUp", new()
        {
            ["ClientId"] = pool.ClientId,
            ["Username"] = PoolUnderLoad.Username(),
            ["Password"] = PoolUnderLoad.Password,
            ["UserAttributes"] = new JsonArray(PoolUnderLoad.Attribute("email", PoolUnderLoad.Email())),
        }, turn => SignUpStart + pool.Users + turn)),
        new("createpool", 0, null, static pool => Numbered(pool, "CreateUserPool", new() { ["PoolName"] = "bench-" + NumberedTraffic.Place }, static turn => turn))
        {
            LongestP50 = 10,
        },
    ];

    /// <exception cref="LoadException">There is none of this name.</exception>
    public static LoadOperation Find(string name) =>
        All.FirstOrDefault(operation => operation.Name == name)
        ?? throw new LoadException($"There is no operation '{name}', but {string.Join(", ", All.Select(static operation => operation.Name))}.");

    private static NumberedTraffic Numbered(PoolUnderLoad pool, string call, JsonObject body, Func<long, long> number) =>
        new(WireRequest.Call(pool.Api.Url, call, body), number);

    private static NumberedTraffic Signers(PoolUnderLoad pool, string call, JsonObject body) =>
        Numbered(pool, call, body, turn => turn % pool.Signers * pool.SignerStep);

    /// <summary>All users, far apart from turn to turn: no page of the store stays at hand by luck.</summary>
    private static NumberedTraffic Everyone(PoolUnderLoad pool, string call, JsonObject body)
    {
        const long stride = 7_368_787;   // a prime above the number of users comes to each of them
        return Numbered(pool, call, body, turn => turn * stride % pool.Users);
    }

    /// <summary>Codes for some 20 CPU seconds of each core, at a millisecond each: they are made before anything is measured.</summary>
    private static OnceTraffic Exchanges(PoolUnderLoad pool) => new(pool.OAuth.Exchanges(
        CodesOfCore * Environment.ProcessorCount, browser => PoolUnderLoad.Username(NumberedTraffic.Text(browser % pool.Signers * pool.SignerStep))).GetAwaiter().GetResult());

    private static RotatingTraffic Tokens(PoolUnderLoad pool, string call, Func<SignedIn, JsonObject> body) =>
        new(pool.SignedIn.Select(token => WireRequest.Call(pool.Api.Url, call, body(token))));
}
