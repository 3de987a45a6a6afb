using System.Runtime.CompilerServices;

namespace Postern.Storage.Sqlite;

/// <summary>A server has its file to itself but for the verbs that run beside it, such as <c>postern keys rotate-signing</c>: whether another
/// process wrote is asked of SQLite twice a second, by the connection through which all of this one's own writes go.</summary>
/// <param name="isShared">Whether others can have the file at all.</param>
internal sealed class SqliteFeed(Writer writer, bool isShared) : ISettingsFeed
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async IAsyncEnumerable<long?> Follow([EnumeratorCancellation] CancellationToken stop)
    {
        var known = await Version(0, stop);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(isShared ? Pause : Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = stop.IsCancellationRequested ? known : await Version(known, stop);
            if (now == known)
                continue;
            known = now;
            yield return null;
        }
    }

    /// <summary>A number that commits of other connections change; the last one known where it can't be read.</summary>
    private async ValueTask<int> Version(int known, CancellationToken stop)
    {
        try
        {
            return await writer.Run(new PendingWork<int>(Read, isAlone: true), stop);
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException or OperationCanceledException)
        {
            return known;
        }
    }

    private static int Read(Connection connection)
    {
        using var row = connection.Use("PRAGMA data_version");
        row.Step();
        return row.Int(0);
    }
}
