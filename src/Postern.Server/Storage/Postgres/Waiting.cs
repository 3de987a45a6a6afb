using System.Threading.Channels;

namespace Postern.Storage.Postgres;

/// <summary>The queue before some lanes: bounded, and what has waited too long is refused rather than begun.</summary>
internal sealed class Waiting<T>(int lanes) where T : Pending
{
    /// <summary>Statements of one batch: more gain nothing, and the last would wait for all.</summary>
    private const int GreatestGroup = 32;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    // Whoever finds no place waits for one: the database sets the pace.
    private readonly Channel<T> queue = Channel.CreateBounded<T>(4096);

    /// <summary>The caller may give up until it has a place, not afterwards.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    /// <exception cref="StorageException">No place was free for ten seconds.</exception>
    public ValueTask Add(T pending, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return queue.Writer.TryWrite(pending) ? ValueTask.CompletedTask : Wait(pending, stop);
    }

    /// <summary>Waits for work and takes a lane's share of it; false at the end.</summary>
    public async ValueTask<bool> Gather(List<T> group)
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            // Spread over the lanes: commits of several connections share a flush, those of one come one after another.
            var share = Math.Clamp((queue.Reader.Count + lanes - 1) / lanes, 1, GreatestGroup);
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

    /// <summary>Takes no more; what waits is still answered.</summary>
    public void Close() => queue.Writer.TryComplete();

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
