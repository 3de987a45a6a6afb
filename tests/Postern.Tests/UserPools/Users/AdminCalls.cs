using System.Text.Json.Nodes;
using Postern.Tests.Server;

namespace Postern.Tests.UserPools.Users;

/// <summary>What the tests of the administrator's operations share.</summary>
internal static class AdminCalls
{
    /// <summary>Creates a user without an invitation.</summary>
    public static async Task<JsonObject> Create(this Pool pool, string username, params (string Name, string Value)[] attributes) =>
        (await pool.Admin("AdminCreateUser", username, new() { ["MessageAction"] = "SUPPRESS", ["UserAttributes"] = Pool.Attributes(attributes) }))["User"]!.AsObject();

    /// <summary>Calls an operation on a user that must fail: type and text of the error.</summary>
    public static async Task<(string Type, string? Text)> Refuse(this Pool pool, string operation, string username, JsonObject? more = null)
    {
        var request = more ?? [];
        request["UserPoolId"] = pool.Id;
        request["Username"] = username;
        var error = await pool.Api.Fail(operation, request);
        return (error.Type, error.Text);
    }

    /// <summary>The user as AdminGetUser answers.</summary>
    public static Task<JsonObject> Get(this Pool pool, string username) => pool.Admin("AdminGetUser", username);

    public static async Task<string?> Status(this Pool pool, string username) => (string?)(await pool.Get(username))["UserStatus"];

    /// <summary>The value of one attribute, in an answer of any operation that shows a user.</summary>
    public static string? Attribute(this JsonObject user, string name) =>
        (string?)(user["UserAttributes"] ?? user["Attributes"])!.AsArray().SingleOrDefault(attribute => (string?)attribute!["Name"] == name)?["Value"];

    public static IEnumerable<string> AttributeNames(this JsonObject user) =>
        (user["UserAttributes"] ?? user["Attributes"])!.AsArray().Select(static attribute => (string)attribute!["Name"]!);

    public static IEnumerable<string> Members(this JsonObject answer) => answer.Select(static member => member.Key);

    /// <summary>What was sent to an address from this pool, newest first.</summary>
    public static async Task<JsonArray> Inbox(this Pool pool, string to) =>
        (await pool.Api.Get($"/_postern/dev/inbox?pool={pool.Id}&to={Uri.EscapeDataString(to)}"))!.AsArray();

    /// <summary>All items of a list, asked for page by page.</summary>
    public static async Task<List<JsonObject>> All(this Pool pool, string operation, string items, string token, JsonObject request, int mostPages = 100)
    {
        var all = new List<JsonObject>();
        request["UserPoolId"] = pool.Id;
        for (var pages = 0; pages < mostPages; pages++)
        {
            var page = await pool.Api.Call(operation, request);
            all.AddRange(page[items]!.AsArray().Select(static item => item!.AsObject()));
            if (page[token] is not { } next)
                return all;
            request[token] = (string)next!;
        }
        throw new Xunit.Sdk.XunitException($"{operation} gave more than {mostPages} pages");
    }

    /// <summary>The usernames that ListUsers finds, page by page.</summary>
    public static async Task<List<string>> Find(this Pool pool, string? filter, int? limit = null)
    {
        var request = new JsonObject();
        if (filter is not null)
            request["Filter"] = filter;
        if (limit is not null)
            request["Limit"] = limit;
        return [.. (await pool.All("ListUsers", "Users", "PaginationToken", request)).Select(static user => (string)user["Username"]!)];
    }
}
