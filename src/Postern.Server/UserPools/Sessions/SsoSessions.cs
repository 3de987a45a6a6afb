using Postern.Contract;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;

namespace Postern.UserPools.Sessions;

/// <summary>The sign-ins of browsers, in pools that track them: a record each, which a cookie needs to be good for anything. A pool that does not
/// track reads and writes nothing here.</summary>
/// <remarks>Newest operations, "Sessions". A sign-out from everywhere ends them, as it empties the list of sessions (unverified against the
/// service, which documents for untracked browsers that it does not).</remarks>
public sealed class SsoSessions(IUserPartStore parts, SessionActivity activity, IChanges changes, TimeProvider time)
{
    /// <summary>What fits one page of the list, beside a hundred token sessions; of more, the one used least recently gives way.</summary>
    public const int MostOfUser = 25;

    private const int MostRead = 500;

    private static readonly TimeSpan untracked = TimeSpan.FromHours(1);

    /// <summary>How long after an interactive sign-in a client still uses it: an hour, or as the client says where the pool tracks sessions.</summary>
    public static TimeSpan LongestOf(AppClient client) =>
        client.Pool.Sessions.AreTracked ? TimeSpan.FromMinutes(client.SsoMinutes ?? GetUserPoolClientSessionConfiguration.DefaultMinutes) : untracked;

    /// <summary>How long any client of a pool could.</summary>
    public static TimeSpan LongestOf(UserPool pool) => pool.Sessions.AreTracked ? TimeSpan.FromMinutes(pool.Sessions.LongestSso) : untracked;

    /// <summary>Records that a browser signed in.</summary>
    /// <param name="expires">When no client can use it any more.</param>
    /// <param name="before">The session that the browser had, of whomever; an id of null is none.</param>
    public async ValueTask Begin(AppClient client, User user, string id, DateTimeOffset expires, (Guid Sub, string? Id) before, Caller caller, CancellationToken stop)
    {
        var (pool, now) = (client.Pool, time.GetUtcNow());
        var change = new Change();
        if (before.Id is not null)
            change.Add(End(pool, before.Sub, before.Id));
        var live = new List<TrackedSession>();
        foreach (var row in (await parts.List(pool.Number, user.Sub, UserPartKind.Session, SessionId.SsoPrefix, MostRead, stop)).Items)
        {
            var session = activity.Latest(pool.Number, user.Sub, TrackedSession.Of(row));
            if (!session.IsSso || session.Id == before.Id)
                continue;
            if (session.IsLive(pool, user, now))
                live.Add(session);
            else
                change.Add(End(pool, user.Sub, session.Id));
        }
        foreach (var session in live.OrderBy(static session => session.Active).ThenBy(static session => session.Created).Take(live.Count + 1 - MostOfUser))
            change.Add(End(pool, user.Sub, session.Id));
        var begun = new TrackedSession(
            id, client.Id, user.SignOuts, pool.Sessions.Round, Origin: null, now, now, DeviceType.Of(caller.UserAgent), caller.Address, expires);
        await changes.Save(change.Add(new PutUserPart(begun.ToRow(pool.Number, user.Sub))), stop);
    }

    /// <summary>Whether tracking lets a browser's session be used: its record is there, or neither pool nor session is tracked.</summary>
    /// <param name="id">Null for a session that is not tracked; a pool that began to track since wants a new sign-in.</param>
    public async ValueTask<bool> Allows(UserPool pool, User user, string? id, CancellationToken stop) => id is null
        ? !pool.Sessions.AreTracked
        : await parts.Find(pool.Number, user.Sub, UserPartKind.Session, id, stop) is { } row && TrackedSession.Of(row).IsLive(pool, user, time.GetUtcNow());

    /// <summary>A browser's session signed somebody in.</summary>
    public void Used(UserPool pool, Guid sub, string? id, Caller caller)
    {
        if (id is not null && pool.Sessions.AreTracked)
            activity.Note(pool.Number, sub, id, time.GetUtcNow(), caller);
    }

    /// <summary>The write that ends a session: its cookie is of no use any more.</summary>
    public static DropUserPart End(UserPool pool, Guid sub, string id) => new(pool.Number, sub, UserPartKind.Session, id);
}
