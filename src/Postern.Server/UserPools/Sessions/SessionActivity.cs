using System.Collections.Concurrent;
using Postern.Contract;
using Postern.Storage;

namespace Postern.UserPools.Sessions;

/// <summary>When tracked sessions were active last: written some moments after the answer, so that no refresh waits for it. What is not written
/// yet is known to the node that saw it.</summary>
/// <remarks>Lists of sessions are eventually consistent (newest operations, "Sessions"). A node that is killed loses a moment's worth.</remarks>
public sealed class SessionActivity(IUserPartStore parts, IChanges changes, ILogger logger)
{
    private const int Most = 20_000;
    private const int AtOnce = 16;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Key, Activity> pending = new();
    private int count;

    /// <summary>A session was active now.</summary>
    public void Note(long pool, Guid sub, string session, DateTimeOffset now, Caller caller)
    {
        var key = new Key(pool, sub, session);
        var seen = new Activity(now, caller.Address, DeviceType.Of(caller.UserAgent));
        if (pending.ContainsKey(key))
            pending[key] = seen;
        else if (Volatile.Read(ref count) < Most && pending.TryAdd(key, seen))
            Interlocked.Increment(ref count);
    }

    /// <summary>The session with what is known of it and not written yet.</summary>
    public TrackedSession Latest(long pool, Guid sub, TrackedSession session) =>
        pending.TryGetValue(new(pool, sub, session.Id), out var seen) && seen.At > session.Active ? seen.On(session) : session;

    /// <summary>Forgets what is not written yet: the state was reset or restored.</summary>
    public void Clear()
    {
        foreach (var (key, seen) in pending)
            Done(key, seen);
    }

    /// <summary>Writes what was noted, every second, until stopped; then the rest.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stop);
                await Flush(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (StorageException failed)
            {
                logger.ActivityNotWritten(failed);
            }
        }
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await Flush(patience.Token);
        }
        catch (Exception failed) when (failed is OperationCanceledException or StorageException)
        {
            logger.ActivityNotWritten(failed);
        }
    }

    /// <summary>Writes what was noted until now.</summary>
    public async Task Flush(CancellationToken stop)
    {
        if (!pending.IsEmpty)
            await Parallel.ForEachAsync(pending, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, Write);
    }

    private async ValueTask Write(KeyValuePair<Key, Activity> noted, CancellationToken stop)
    {
        var (key, seen) = noted;
        if (await parts.Find(key.Pool, key.Sub, UserPartKind.Session, key.Session, stop) is { } row && row.Modified < seen.At)
        {
            var after = seen.On(TrackedSession.Of(row)).ToRow(key.Pool, key.Sub, row.Version);
            // Who ended the session, or saw it later on another node, was first: the next round sees what is left to do.
            if (!(await changes.Save(new(new PutUserPart(after)), stop)).IsSaved)
                return;
        }
        Done(key, seen);
    }

    private void Done(Key key, Activity seen)
    {
        if (pending.TryRemove(new(key, seen)))
            Interlocked.Decrement(ref count);
    }

    private readonly record struct Key(long Pool, Guid Sub, string Session);

    private sealed record Activity(DateTimeOffset At, string? Address, string Device)
    {
        public TrackedSession On(TrackedSession session) => session with
        {
            Active = At,
            Address = Address ?? session.Address,
            Device = Device is DeviceType.Unknown ? session.Device : Device,
        };
    }
}
