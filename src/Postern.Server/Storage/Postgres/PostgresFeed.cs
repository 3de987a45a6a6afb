using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>Hears of other nodes' changes on a connection of its own: at once where the engine notifies, and by looking for new rows in any
/// case.</summary>
internal sealed class PostgresFeed(Hosts hosts) : ISettingsFeed
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    /// <summary>Nodes' clocks differ, and a change is seen after it was timed: rows are looked for from so long before the newest.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<long?> Follow([EnumeratorCancellation] CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await using var ear = await Ear.Open(hosts);
            if (ear is not null)
            {
                // What was changed before is not known here, or no more.
                yield return null;
                while (!stop.IsCancellationRequested && await ear.Hear(stop) is { } pools)
                {
                    foreach (var pool in pools)
                        yield return pool == SettingsChanges.Everything ? null : pool;
                }
            }
            await Task.Delay(Pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection that listens and looks.</summary>
    private sealed class Ear : IAsyncDisposable
    {
        private const string LookSql = "SELECT pool, id, at FROM settings_changes WHERE at > $1";

        private readonly Hosts hosts;
        private readonly NpgsqlConnection connection;
        private readonly bool listens;
        private readonly long returns;
        private readonly List<long> heard = [];

        /// <summary>The rows seen, with their times, as long as they can be found again.</summary>
        private readonly Dictionary<Guid, long> seen = [];
        private long newest;
        private long looked;

        private Ear(Hosts hosts, NpgsqlConnection connection, bool listens, long returns)
        {
            this.hosts = hosts;
            this.returns = returns;
            this.connection = connection;
            this.listens = listens;
            newest = SettingsChanges.Now.ToUnixTimeMilliseconds();
            connection.Notification += (_, notice) => Notice(notice.Payload);
        }

        /// <summary>Null where the database is away.</summary>
        public static async ValueTask<Ear?> Open(Hosts hosts)
        {
            NpgsqlConnection connection;
            var returns = hosts.Returns;
            try
            {
                connection = await hosts.Open(writes: false);
            }
            catch (StorageException)
            {
                return null;
            }
            var ear = new Ear(hosts, connection, await Listens(connection), returns);
            if (await ear.Look())
            {
                ear.heard.Clear();
                return ear;
            }
            await ear.DisposeAsync();
            return null;
        }

        /// <summary>The pools that were changed since it was last asked; null where the connection is lost.</summary>
        public async ValueTask<IReadOnlyList<long>?> Hear(CancellationToken stop)
        {
            // A replica may lag, and does not notify: it is heard only while there is no primary.
            if (returns != hosts.Returns && Hosts.IsReplica(connection))
                return null;
            // In whole milliseconds: Npgsql takes less than one for no end.
            var left = (int)Math.Ceiling((Pause - TimeProvider.System.GetElapsedTime(looked)).TotalMilliseconds);
            var isNoticed = false;
            try
            {
                if (left > 0 && listens)
                    isNoticed = await connection.WaitAsync(left, stop);
                else if (left > 0)
                    await Task.Delay(left, stop);
            }
            catch (OperationCanceledException)
            {
                return [];
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or InvalidOperationException)
            {
                return null;
            }
            if ((!isNoticed || TimeProvider.System.GetElapsedTime(looked) >= Pause) && !await Look())
                return null;
            var pools = heard.ToArray();
            heard.Clear();
            return pools;
        }

        public async ValueTask DisposeAsync() => await hosts.Drop(connection);

        private static async ValueTask<bool> Listens(NpgsqlConnection connection)
        {
            try
            {
                await using var listen = new NpgsqlCommand($"LISTEN {SettingsChanges.Channel}", connection);
                await listen.ExecuteNonQueryAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                // A replica does not, nor do some engines: the rows tell all the same.
                return false;
            }
        }

        /// <summary>Looks for rows that were not seen yet; false where the connection is lost.</summary>
        private async ValueTask<bool> Look()
        {
            looked = TimeProvider.System.GetTimestamp();
            var from = newest - (long)Overlap.TotalMilliseconds;
            try
            {
                await using var batch = connection.CreateBatch();
                batch.BatchCommands.Add(Command.Of(LookSql).With(from).Statement);
                await using var reader = await batch.ExecuteReaderAsync();
                var row = new Row(reader);
                while (await row.Step())
                    See(row.Long(0), row.Guid(1), row.Long(2));
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException or InvalidOperationException)
            {
                return false;
            }
            foreach (var (id, at) in seen)
            {
                if (at <= from)
                    seen.Remove(id);
            }
            return true;
        }

        private void Notice(string payload)
        {
            if (payload.Split(' ') is [var number, var name] && long.TryParse(number, CultureInfo.InvariantCulture, out var pool)
                && Guid.TryParseExact(name, "n", out var id))
                See(pool, id, newest);
        }

        private void See(long pool, Guid id, long at)
        {
            newest = Math.Max(newest, at);
            if (seen.TryAdd(id, at))
                heard.Add(pool);
        }
    }
}
