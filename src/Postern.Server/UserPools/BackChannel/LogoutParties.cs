using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Sessions;

namespace Postern.UserPools.BackChannel;

/// <summary>Which clients got tokens in which browser's session: those that must hear of its end. Rows of the user, which go with it.</summary>
/// <remarks>Two for a client: one of the session, for its end alone; one of the user, for the end of all. A sign-in in the same session, or of the same
/// user, writes them anew. The first is there until the session ends, or for a day after it could last: applications stay signed in longer than
/// the browser's cookie, and may end the session by an ID token then. The second is there while the client's refresh token may be good.</remarks>
public sealed class LogoutParties(IUserPartStore parts, TimeProvider time)
{
    /// <summary>Clients that hear of one end.</summary>
    public const int Most = 1000;

    private const string OfUser = "user/";

    private static readonly TimeSpan day = TimeSpan.FromDays(1);

    /// <summary>What records a client, with the code or the tokens that it is given: before they leave, or an end could pass it by.</summary>
    /// <param name="refreshExpires">When its refresh token ends.</param>
    public IEnumerable<Write> Join(AppClient client, Guid sub, string sid, DateTimeOffset refreshExpires)
    {
        var now = time.GetUtcNow();
        yield return Row(client, sub, InSession(sid) + client.Id, now, now + SsoSessions.LongestOf(client.Pool) + day);
        yield return Row(client, sub, OfUser + client.Id, now, refreshExpires + day);
    }

    /// <summary>Whether a code may still be exchanged: it was given in no session, or in one that goes on. A client that got tokens after the end would
    /// never hear of it.</summary>
    public async ValueTask<bool> IsIn(AppClient client, Guid sub, string? sid, CancellationToken stop) =>
        sid is null || (await parts.Find(client.Pool.Number, sub, UserPartKind.LogoutParty, InSession(sid) + client.Id, stop))?.Expires > time.GetUtcNow();

    /// <summary>The ids of the clients of a session.</summary>
    public ValueTask<IReadOnlyList<string>> Of(long pool, Guid sub, string sid, CancellationToken stop) => List(pool, sub, InSession(sid), stop);

    /// <summary>The ids of the clients that a user has signed in to by the domain.</summary>
    public ValueTask<IReadOnlyList<string>> Of(long pool, Guid sub, CancellationToken stop) => List(pool, sub, OfUser, stop);

    /// <summary>The write that goes with the end of a session.</summary>
    public static DropUserPart Leave(long pool, Guid sub, string sid, string clientId) => new(pool, sub, UserPartKind.LogoutParty, InSession(sid) + clientId);

    private static string InSession(string sid) => $"session/{sid}/";

    private static ReplaceUserPart Row(AppClient client, Guid sub, string name, DateTimeOffset now, DateTimeOffset expires) =>
        new(new(client.Pool.Number, sub, UserPartKind.LogoutParty, name, now, now, expires, default, default, 0));

    private async ValueTask<IReadOnlyList<string>> List(long pool, Guid sub, string prefix, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var page = await parts.List(pool, sub, UserPartKind.LogoutParty, prefix, Most, stop);
        return [.. page.Items.TakeWhile(row => row.Name.StartsWith(prefix, StringComparison.Ordinal)).Where(row => row.Expires > now).Select(row => row.Name[prefix.Length..])];
    }
}
