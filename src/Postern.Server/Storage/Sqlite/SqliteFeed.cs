using System.Runtime.CompilerServices;

namespace Postern.Storage.Sqlite;

/// <summary>One process has the file: nobody else changes anything.</summary>
internal sealed class SqliteFeed : ISettingsFeed
{
    public async IAsyncEnumerable<long?> Follow([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        yield break;
    }
}
