using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>The database's hosts, and how connections to them are opened. Without a primary nobody waits for one: what would write is refused at
/// once, and a task of its own looks for the primary's return.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    /// <summary>How long nobody tries again after no host could be reached, and how often the primary is looked for.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource writing;
    private readonly NpgsqlDataSource reading;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Over what follows.</summary>
    private readonly Lock gate = new();
    private bool isOpen;
    private string? lostBecause;
    private long lostAt;
    private Task watch = Task.CompletedTask;
    private string? replica;

    private long unreachableAt = long.MinValue;
    private string unreachableBecause = "";
    private long returns;
    private long losses;

    /// <exception cref="StorageException">It is no connection string.</exception>
    public Hosts(string connectionString, ILogger? logger = null)
    {
        this.logger = logger ?? NullLogger.Instance;
        var settings = ConnectionSettings.Read(connectionString);
        Name = ConnectionSettings.Describe(settings);
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        if (settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            var several = builder.BuildMultiHost();
            source = several;
            writing = several.WithTargetSession(TargetSessionAttributes.ReadWrite);
            reading = several.WithTargetSession(TargetSessionAttributes.PreferPrimary);
        }
        else
        {
            source = writing = reading = builder.Build();
        }
    }

    /// <summary>The database as people know it.</summary>
    public string Name { get; }

    /// <summary>Whether the engine has pg_notify: see <see cref="SettingsChanges.CanNotify"/>.</summary>
    public bool Notifies { get; set; } = true;

    /// <summary>How often the primary came back: a connection to a replica that is older is to be given up.</summary>
    public long Returns => Interlocked.Read(ref returns);

    /// <summary>How often a connection was lost: others that are older may be lost as well.</summary>
    public long Losses => Interlocked.Read(ref losses);

    /// <summary>Told when the primary is back.</summary>
    public event Action? PrimaryBack;

    /// <summary>From now on a lost primary is told in the log, and looked for.</summary>
    public void Opened() => isOpen = true;

    /// <summary>A connection to the primary, or for reading to a replica where there is none.</summary>
    /// <exception cref="StorageUnavailableException">None could be opened.</exception>
    public async ValueTask<NpgsqlConnection> Open(bool writes)
    {
        if (writes && Volatile.Read(ref lostBecause) is { } reason)
            throw new StorageUnavailableException(reason);
        if (unreachableAt != long.MinValue && TimeProvider.System.GetElapsedTime(unreachableAt) < Pause)
            throw new StorageUnavailableException(unreachableBecause);
        try
        {
            var connection = await (writes ? OpenPrimary() : reading.OpenConnectionAsync(stopping.Token).AsTask());
            unreachableAt = long.MinValue;
            if (!writes && IsReplica(connection))
                Lost($"{Name} has no primary.", Place(connection));
            return connection;
        }
        catch (Exception failure) when (IsAway(failure))
        {
            var told = $"{Name} can't be reached: {Innermost(failure).TrimEnd('.')}.";
            if (!writes || reading == writing)
            {
                unreachableBecause = told;
                unreachableAt = TimeProvider.System.GetTimestamp();
            }
            Lost(told, null);
            throw new StorageUnavailableException(told, failure);
        }
    }

    /// <summary>Gives a connection up that is of no more use, and with it all that lie idle: what broke one broke them.</summary>
    public async ValueTask Drop(NpgsqlConnection connection)
    {
        Interlocked.Increment(ref losses);
        source.Clear();
        await connection.DisposeAsync();
    }

    /// <summary>Whether a connection's host takes no writes.</summary>
    public static bool IsReplica(NpgsqlConnection connection) =>
        connection.PostgresParameters.TryGetValue("in_hot_standby", out var standby) && standby is "on";

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        await source.DisposeAsync();
        stopping.Dispose();
    }

    private async Task<NpgsqlConnection> OpenPrimary()
    {
        var connection = await writing.OpenConnectionAsync(stopping.Token);
        if (!IsReplica(connection))
            return connection;
        await Drop(connection);
        throw new NpgsqlException("the host is a replica");
    }

    private void Lost(string reason, string? byReplica)
    {
        if (!isOpen)
            return;
        lock (gate)
        {
            if (lostBecause is null)
            {
                lostAt = TimeProvider.System.GetTimestamp();
                Volatile.Write(ref lostBecause, reason);
                logger.PrimaryLost(reason);
                watch = Task.Run(Watch);
            }
            if (byReplica is not null && byReplica != replica)
            {
                replica = byReplica;
                logger.ReadsFromReplica(byReplica);
            }
        }
    }

    /// <summary>Looks for the primary until it is back.</summary>
    private async Task Watch()
    {
        while (true)
        {
            await Task.Delay(Pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            try
            {
                // What is known of the hosts is from before.
                (source as NpgsqlMultiHostDataSource)?.ClearDatabaseStates();
                await using var connection = await OpenPrimary();
                Back(Place(connection));
                return;
            }
            catch (Exception failure) when (IsAway(failure))
            {
                // Not yet.
            }
        }
    }

    private void Back(string host)
    {
        lock (gate)
        {
            logger.PrimaryBack(TimeProvider.System.GetElapsedTime(lostAt).TotalSeconds, host);
            replica = null;
            unreachableAt = long.MinValue;
            Interlocked.Increment(ref returns);
            Volatile.Write(ref lostBecause, null);
        }
        PrimaryBack?.Invoke();
    }

    private static string Place(NpgsqlConnection connection) => string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");

    private static bool IsAway(Exception failure) =>
        failure is NpgsqlException or SocketException or IOException or TimeoutException or OperationCanceledException;

    private static string Innermost(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner is AggregateException { InnerExceptions: [var first, ..] } ? first : inner;
        return failure is PostgresException refused ? refused.MessageText : failure.Message;
    }
}
