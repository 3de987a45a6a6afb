using System.Threading.Channels;

namespace Postern.Storage.Postgres;

/// <summary>Connections that work off one queue, each taking what waits in one batch. The queue is bounded, and what has waited too long is
/// refused rather than begun.</summary>
internal sealed class Lanes<T> : IAsyncDisposable where T : Pending
{
    /// <summary>Statements of one batch: more gain nothing, and the last would wait for all.</summary>
    private const int GreatestGroup = 32;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Whoever finds no place waits for one: the database sets the pace.
    private readonly Channel<T> queue = Channel.CreateBounded<T>(4096);
    private readonly Hosts hosts;
    private readonly bool writes;
    private readonly int count;
    private readonly Func<Session, List<T>, ValueTask> run;
    private readonly Task workers;

    /// <param name="writes">Whether they need the primary.</param>
    /// <param name="run">Answers everything in a batch; what it throws is the answer to all of it.</param>
    public Lanes(Hosts hosts, bool writes, int count, Func<Session, List<T>, ValueTask> run)
    {
        (this.hosts, this.writes, this.count, this.run) = (hosts, writes, count, run);
        workers = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(Work)));
    }

    /// <summary>The caller may give up until it has a place, not afterwards.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="StorageException">No place was free for ten seconds.</exception>
    public ValueTask Add(T pending, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return queue.Writer.TryWrite(pending) ? ValueTask.CompletedTask : Wait(pending, stop);
    }

    /// <summary>Takes no more, and ends once what waits is answered.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await workers;
    }

    private async Task Work()
    {
        await using var session = new Session(hosts, writes);
        var group = new List<T>();
        while (await Gather(group))
        {
            try
            {
                await run(session, group);
            }
            catch (Exception failure)
            {
                foreach (var pending in group)
                    pending.Fail(failure);
                await session.Drop();
            }
            group.Clear();
        }
    }

    /// <summary>Waits for work and takes a lane's share of it; false at the end.</summary>
    private async ValueTask<bool> Gather(List<T> group)
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            // Spread over the lanes: commits of several connections share a flush, those of one come one after another.
            var share = Math.Clamp((queue.Reader.Count + count - 1) / count, 1, GreatestGroup);
            while (group.Count < share && queue.Reader.TryRead(out var next))
            {
                if (TimeProvider.System.GetElapsedTime(next.Since) < Longest)
                    group.Add(next);
                else
                    next.Fail(TooLong());
            }
            if (group.Count > 0)
                return true;
        }
        return false;
    }

    private static StorageException TooLong() => new("The database is too slow for what is asked of it: this was not begun.");

    private async ValueTask Wait(T pending, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Longest);
        try
        {
            await queue.Writer.WriteAsync(pending, patience.Token);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(PostgresStore));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw TooLong();
        }
    }
}
