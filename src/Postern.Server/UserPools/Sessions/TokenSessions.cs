using Postern.Contract;
using Postern.Contract.UserPools;
using Postern.Storage;
using Postern.UserPools.Clients;
using Postern.UserPools.Pools;
using Postern.UserPools.Tokens;

namespace Postern.UserPools.Sessions;

/// <summary>The sign-ins of pools that track them: which there are, which must give way, and how they end. A pool that does not track reads
/// and writes nothing here.</summary>
/// <remarks>Newest operations, "Sessions". A session's record and the revocation of its tokens are one change.</remarks>
public sealed class TokenSessions(IUserPartStore parts, SessionActivity activity, TimeProvider time)
{
    // At most 100 of a user, besides some that signed in at the same moment or ended since the last sign-in, and a browser's.
    private const int MostRead = 500;

    /// <summary>What a sign-in that gets its tokens now writes: its record, the end of those used least recently that are too many with it, and
    /// the removal of records that are of no use any more.</summary>
    /// <param name="origin">The SSO session that it comes from; null where there is none.</param>
    public async ValueTask<IReadOnlyList<Write>> Begin(
        AppClient client, User user, SignInFacts facts, Caller caller, CancellationToken stop, string? origin = null)
    {
        var pool = client.Pool;
        if (!pool.Sessions.AreTracked)
            return [];
        var now = time.GetUtcNow();
        var writes = new List<Write>();
        var live = new List<TrackedSession>();
        foreach (var session in await All(pool, user.Sub, stop))
        {
            if (!session.IsLive(pool, user, now))
                writes.Add(Drop(pool, user.Sub, session.Id));
            else if (!session.IsSso)
                live.Add(session);
        }
        var tooMany = live.Count + 1 - pool.Sessions.MostOfUser;
        foreach (var session in live.OrderBy(static session => session.Active).ThenBy(static session => session.Created).Take(tooMany))
            writes.AddRange(End(pool, user.Sub, session));
        var begun = new TrackedSession(
            SessionId.Of(facts.OriginJti), client.Id, user.SignOuts, pool.Sessions.Round, origin, now, now, DeviceType.Of(caller.UserAgent), caller.Address,
            facts.RefreshExpires);
        writes.Add(new PutUserPart(begun.ToRow(pool.Number, user.Sub)));
        return writes;
    }

    /// <summary>A sign-in's refresh token was used.</summary>
    public void Refreshed(UserPool pool, Guid sub, SignInFacts facts, Caller caller)
    {
        if (pool.Sessions.AreTracked)
            activity.Note(pool.Number, sub, SessionId.Of(facts.OriginJti), time.GetUtcNow(), caller);
    }

    /// <summary>The same where it was rotated: that is activity of the SSO session that the sign-in came from, too, of whose browser it tells nothing.</summary>
    public async ValueTask Rotated(UserPool pool, Guid sub, SignInFacts facts, Caller caller, CancellationToken stop)
    {
        Refreshed(pool, sub, facts, caller);
        if (pool.Sessions.AreTracked && await parts.Find(pool.Number, sub, UserPartKind.Session, SessionId.Of(facts.OriginJti), stop) is { } row
            && TrackedSession.Of(row).Origin is { } origin)
            activity.Note(pool.Number, sub, origin, time.GetUtcNow(), null);
    }

    /// <summary>The sessions of a user that are live, newest first.</summary>
    public async ValueTask<IReadOnlyList<TrackedSession>> Live(UserPool pool, User user, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var all = await All(pool, user.Sub, stop);
        return [.. all.Where(session => session.IsLive(pool, user, now)).OrderByDescending(static session => session.Created)];
    }

    /// <summary>What ends a session, and those that belong to it where that is asked for: the SSO session that it came from, or the token sessions
    /// that came from it.</summary>
    /// <exception cref="ResourceNotFoundException">The user has no live session of this id.</exception>
    public async ValueTask<Change> Ending(UserPool pool, User user, string id, string? associated, CancellationToken stop)
    {
        var live = await Live(pool, user, stop);
        var session = live.FirstOrDefault(session => session.Id == id) ?? throw new ResourceNotFoundException($"Session {id} does not exist.");
        var change = new Change();
        foreach (var ended in live)
        {
            var isLinked = associated is RevokeAssociatedSessionsType.LINKED && (session.IsSso ? ended.Origin == session.Id : ended.Id == session.Origin);
            if (ended == session || isLinked)
                change.Add(End(pool, user.Sub, ended));
        }
        return change;
    }

    /// <summary>What goes with the revocation of a sign-in: its record, and where that is asked for the SSO session that it came from.</summary>
    public async ValueTask<IReadOnlyList<Write>> Forget(UserPool pool, Guid sub, Guid originJti, string? associated, CancellationToken stop)
    {
        if (!pool.Sessions.AreTracked)
            return [];
        var id = SessionId.Of(originJti);
        var drop = Drop(pool, sub, id);
        return associated is RevokeAssociatedSessionsType.LINKED
            && await parts.Find(pool.Number, sub, UserPartKind.Session, id, stop) is { } row && TrackedSession.Of(row).Origin is { } origin
            ? [drop, Drop(pool, sub, origin)]
            : [drop];
    }

    private async ValueTask<IEnumerable<TrackedSession>> All(UserPool pool, Guid sub, CancellationToken stop)
    {
        var page = await parts.List(pool.Number, sub, UserPartKind.Session, null, MostRead, stop);
        return page.Items.Select(row => activity.Latest(pool.Number, sub, TrackedSession.Of(row)));
    }

    private static IEnumerable<Write> End(UserPool pool, Guid sub, TrackedSession session)
    {
        yield return Drop(pool, sub, session.Id);
        if (SessionId.OriginJti(session.Id) is { } originJti)
            yield return Revocations.Of(pool.Number, originJti, session.Expires);
    }

    private static DropUserPart Drop(UserPool pool, Guid sub, string id) => new(pool.Number, sub, UserPartKind.Session, id);
}
