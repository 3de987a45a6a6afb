using Postern.Contract;
using Postern.Storage;

namespace Postern.UserPools.Sessions;

/// <summary>When tracked sessions were active last, written behind. What is not written yet is known to the node that saw it.</summary>
/// <remarks>Lists of sessions are eventually consistent (newest operations, "Sessions").</remarks>
public sealed class SessionActivity(IUserPartStore parts, IChanges changes, ILogger logger)
    : WrittenBehind<SessionActivity.Key, SessionActivity.Activity>(logger.ActivityNotWritten)
{
    /// <summary>A session was active now.</summary>
    /// <param name="caller">Where; null where that is not known.</param>
    public void Note(long pool, Guid sub, string session, DateTimeOffset now, Caller? caller) =>
        Note(new(pool, sub, session), new(now, caller?.Address, caller is null ? DeviceType.Unknown : DeviceType.Of(caller.UserAgent)));

    /// <summary>The session with what is known of it and not written yet.</summary>
    public TrackedSession Latest(long pool, Guid sub, TrackedSession session) =>
        Find(new(pool, sub, session.Id)) is { } seen && seen.At > session.Active ? seen.On(session) : session;

    protected override async ValueTask<bool> Write(Key key, Activity seen, CancellationToken stop)
    {
        if (await parts.Find(key.Pool, key.Sub, UserPartKind.Session, key.Session, stop) is not { } row || row.Modified >= seen.At)
            return true;
        var after = seen.On(TrackedSession.Of(row)).ToRow(key.Pool, key.Sub, row.Version);
        // Who ended the session, or saw it later on another node, was first: the next round sees what is left to do.
        return (await changes.Save(new(new PutUserPart(after)), stop)).IsSaved;
    }

    /// <summary>Whose activity it is.</summary>
    public readonly record struct Key(long Pool, Guid Sub, string Session);

    /// <summary>What was seen last.</summary>
    public sealed record Activity(DateTimeOffset At, string? Address, string Device)
    {
        public TrackedSession On(TrackedSession session) => session with
        {
            Active = At,
            Address = Address ?? session.Address,
            Device = Device is DeviceType.Unknown ? session.Device : Device,
        };
    }
}
