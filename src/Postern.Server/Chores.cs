using Postern.Messages;
using Postern.Storage;
using Postern.UserPools.BackChannel;

namespace Postern;

/// <summary>What is done every few seconds by one node of all: delivering what is due again, and deleting dead rows. Each has its lease.</summary>
/// <param name="outbox">Null where messages have no way out.</param>
/// <param name="time">The clock of lifetimes.</param>
internal sealed class Chores(IInstallationStore installation, Outbox? outbox, TimeProvider time, ILogger logger, LogoutDelivery? logouts = null)
{
    /// <summary>Rows that one statement deletes at most: a purge never holds the writer, or a transaction, for long.</summary>
    public const int BatchSize = 1000;

    /// <summary>How many batches follow one another before others have their turn: 4,000 rows a second, more than any node writes.</summary>
    public const int BatchesAtOnce = 20;

    /// <summary>Longer than a message or a batch takes, and short enough that another node soon takes over from a lost one.</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);
    private readonly Guid node = Guid.NewGuid();

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Tick, stop);
                await Once(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                logger.ChoreFailed(failed);
            }
        }
    }

    public async Task Once(CancellationToken stop)
    {
        if (outbox is not null)
            await outbox.DeliverDue(stopped => Hold("outbox", stopped), stop);
        if (logouts is not null)
            await logouts.StartDue(stopped => Hold("logouts", stopped), stop);
        for (var batch = 0; batch < BatchesAtOnce && await Hold("purge", stop); batch++)
        {
            if (await installation.Purge(time.GetUtcNow(), BatchSize, stop) < BatchSize)
                return;
        }
    }

    // A lease is mechanics: it does not follow the clock that tests move.
    private ValueTask<bool> Hold(string chore, CancellationToken stop) =>
        installation.TryLease(chore, node, TimeProvider.System.GetUtcNow(), LeaseLength, stop);
}
