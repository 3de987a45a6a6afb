using System.Collections.Concurrent;
using Postern.Storage;

namespace Postern.UserPools;

/// <summary>Notes of when something was used last: written some moments after the answer, so that no request waits for them, the newest of each
/// key alone. A node that is killed loses a moment's worth.</summary>
/// <param name="told">Told what failed; it is tried again.</param>
public abstract class WrittenBehind<TKey, TNote>(Action<Exception> told)
    where TKey : notnull
    where TNote : class
{
    private const int Most = 20_000;
    private const int AtOnce = 16;

    private static readonly TimeSpan tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<TKey, TNote> pending = new();
    private int count;

    /// <summary>Takes a note, in the place of an older one; with too many others it is dropped.</summary>
    protected void Note(TKey key, TNote note)
    {
        if (pending.ContainsKey(key))
            pending[key] = note;
        else if (Volatile.Read(ref count) < Most && pending.TryAdd(key, note))
            Interlocked.Increment(ref count);
    }

    /// <summary>What is not written yet; null for nothing.</summary>
    protected TNote? Find(TKey key) => pending.GetValueOrDefault(key);

    /// <summary>Writes a note; false where another change came in between, and it is to be tried again.</summary>
    protected abstract ValueTask<bool> Write(TKey key, TNote note, CancellationToken stop);

    /// <summary>Forgets what is not written yet: the state was reset or restored.</summary>
    public void Clear()
    {
        foreach (var (key, note) in pending)
            Done(key, note);
    }

    /// <summary>Writes what was noted, every second, until stopped; then the rest.</summary>
    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(tick);
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
                told(failed);
            }
        }
        using var waiting = new CancellationTokenSource(patience);
        try
        {
            await Flush(waiting.Token);
        }
        catch (Exception failed) when (failed is OperationCanceledException or StorageException)
        {
            told(failed);
        }
    }

    /// <summary>Writes what was noted until now.</summary>
    public async Task Flush(CancellationToken stop)
    {
        if (pending.IsEmpty)
            return;
        await Parallel.ForEachAsync(pending, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (noted, stop) =>
        {
            if (await Write(noted.Key, noted.Value, stop))
                Done(noted.Key, noted.Value);
        });
    }

    private void Done(TKey key, TNote note)
    {
        if (pending.TryRemove(new(key, note)))
            Interlocked.Decrement(ref count);
    }
}
