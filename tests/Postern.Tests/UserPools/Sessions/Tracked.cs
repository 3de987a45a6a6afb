using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Sessions;

/// <summary>What tests of tracked sessions share.</summary>
internal static class Tracked
{
    public static async Task<Pool> Create(TestServer server, int most = 20, JsonObject? client = null)
    {
        var pool = await Pool.Create(server, client: client);
        await pool.Track(most);
        return pool;
    }

    public static Task<JsonObject> Track(this Pool pool, int most = 20, string tracking = "ENABLED") => pool.Api.Call("SetUserPoolSessionConfiguration", new()
    {
        ["UserPoolId"] = pool.Id,
        ["UserSessionTracking"] = tracking,
        ["TokenSession"] = new JsonObject { ["MaxPerUser"] = most },
    });

    /// <summary>A user's sessions as an administrator sees them.</summary>
    public static async Task<IReadOnlyList<JsonObject>> Sessions(this Pool pool, string username) =>
        [.. (await pool.Admin("AdminListUserSessions", username))["Sessions"]!.AsArray().Select(static session => session!.AsObject())];

    public static async Task<string[]> Ids(this Pool pool, string username) => [.. (await pool.Sessions(username)).Select(Id)];

    public static string Id(JsonObject session) => (string)session["SessionId"]!;

    public static DateTimeOffset Time(JsonObject session, string member) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds((double)session[member]!);

    public static string Access(JsonObject signedIn) => (string)signedIn["AccessToken"]!;

    public static JsonObject Refreshing(Pool pool, JsonObject signedIn) => new()
    {
        ["ClientId"] = pool.ClientId,
        ["AuthFlow"] = "REFRESH_TOKEN_AUTH",
        ["AuthParameters"] = new JsonObject { ["REFRESH_TOKEN"] = (string)signedIn["RefreshToken"]! },
    };

    public static Task<JsonObject> Refresh(this Pool pool, JsonObject signedIn) => pool.Api.Call("InitiateAuth", Refreshing(pool, signedIn), sign: false);

    /// <summary>The sign-in's tokens are of no use any more.</summary>
    public static async Task AssertEnded(this Pool pool, JsonObject signedIn)
    {
        SelfService.AssertError(await pool.HolderFails("GetUser", Access(signedIn)), "NotAuthorizedException", "Access Token has been revoked");
        SelfService.AssertError(
            await pool.Api.Fail("InitiateAuth", Refreshing(pool, signedIn), sign: false), "NotAuthorizedException", "Refresh Token has been revoked");
    }
}
