namespace Postern.Storage.Postgres;

/// <summary>The back end for several nodes: a PostgreSQL database, or what speaks its protocol.</summary>
public sealed class PostgresStore : IStore
{
    private readonly Hosts hosts;
    private readonly ReadLanes readers;
    private readonly WriteLanes writers;
    private readonly Transactions transactions;
    private readonly UserCounts counts;
    private int disposals;

    private PostgresStore(Hosts hosts, ILogger logger)
    {
        this.hosts = hosts;
        var replays = new Replays();
        var away = new AwayAttempts();
        readers = new(hosts, Math.Clamp(Environment.ProcessorCount, 2, 8));
        // More than cores: commits of several connections share a flush of the disk.
        writers = new(hosts, Math.Clamp(Environment.ProcessorCount * 4, 8, 16));
        transactions = new(hosts, replays);
        counts = new(writers);
        Changes = new PostgresChanges(writers, replays, counts, away, hosts.Notifies);
        Pools = new PostgresPools(readers, counts);
        Resources = new PostgresResources(readers);
        Users = new PostgresUsers(readers, away);
        UserParts = new PostgresUserParts(readers);
        Groups = new PostgresGroups(readers);
        Codes = new PostgresCodes(readers);
        var attempts = new PostgresAttempts(readers, writers, replays, away);
        Attempts = attempts;
        SignIns = new PostgresSignIns(readers);
        Keys = new PostgresKeys(readers, writers, transactions);
        Messages = new PostgresMessages(readers, writers);
        Installation = new PostgresInstallation(readers, writers, transactions, counts);
        Feed = new PostgresFeed(hosts);
        Sealed = new PostgresSealedValues(readers, writers, replays);
        hosts.PrimaryBack += () => _ = WriteAway(attempts, logger);
        hosts.Opened();
    }

    public IChanges Changes { get; }

    public IPoolStore Pools { get; }

    public IResourceStore Resources { get; }

    public IUserStore Users { get; }

    public IUserPartStore UserParts { get; }

    public IGroupStore Groups { get; }

    public ICodeStore Codes { get; }

    public IAttemptStore Attempts { get; }

    public ISignInStore SignIns { get; }

    public IKeyStore Keys { get; }

    public IMessageStore Messages { get; }

    public IInstallationStore Installation { get; }

    public ISettingsFeed Feed { get; }

    public ISealedValues Sealed { get; }

    /// <summary>The database for people to read: without its password.</summary>
    /// <exception cref="StorageException">The connection string can't be read.</exception>
    public static string Describe(string connectionString) => ConnectionSettings.Describe(ConnectionSettings.Read(connectionString));

    /// <summary>Opens a database and brings it to this program's schema.</summary>
    /// <param name="connectionString">Npgsql's, or a <c>postgres://</c> URL; it may name several hosts.</param>
    /// <exception cref="StorageUnavailableException">It can't be reached.</exception>
    /// <exception cref="StorageException">Its schema is newer than this program, or can't be made; the connection string can't be read.</exception>
    public static async ValueTask<PostgresStore> Open(string connectionString, TimeProvider time, ILoggerFactory loggers, CancellationToken stop)
    {
        var logger = loggers.CreateLogger<PostgresStore>();
        var hosts = new Hosts(connectionString, logger);
        try
        {
            await Migrator.Migrate(hosts, time, stop);
            hosts.Notifies = await SettingsChanges.CanNotify(hosts);
            return new(hosts, logger);
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Finishes what waits, then closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposals, 1) != 0)
            return;
        await counts.DisposeAsync();
        await writers.DisposeAsync();
        await readers.DisposeAsync();
        transactions.Dispose();
        await hosts.DisposeAsync();
    }

    private static async Task WriteAway(PostgresAttempts attempts, ILogger logger)
    {
        try
        {
            await attempts.WriteAway(CancellationToken.None);
        }
        catch (Exception failure) when (failure is StorageException or ObjectDisposedException)
        {
            // They count on in memory, and are written at the next return.
            logger.AttemptsNotWritten(failure.Message);
        }
    }
}
