namespace Postern.Storage.Sqlite;

/// <summary>The embedded back end: one SQLite file, durable at every answer.</summary>
public sealed class SqliteStore : IStore
{
    private const string Shared = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;";

    private readonly string? temporary;
    private readonly Readers readers;
    private readonly Writer writer;
    private int disposals;

    private SqliteStore(string path, string? temporary, TimeProvider time, string settings)
    {
        File = path;
        this.temporary = temporary;
        var flush = temporary is null ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = OFF;";
        var connection = Connection.Open(path, $"PRAGMA journal_mode = WAL; {flush} PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864; {Shared} {settings}");
        try
        {
            Migrator.Migrate(connection, path, time);
        }
        catch (StorageException)
        {
            connection.Dispose();
            throw;
        }
        writer = new(connection);
        readers = new(path, $"{Shared} PRAGMA query_only = ON;", () => writer.CommitsOften);
        var snapshots = new Snapshots(path, time);
        Changes = new SqliteChanges(writer);
        Pools = new SqlitePools(readers);
        Resources = new SqliteResources(readers);
        Users = new SqliteUsers(readers);
        UserParts = new SqliteUserParts(readers);
        Groups = new SqliteGroups(readers);
        Codes = new SqliteCodes(readers);
        Attempts = new SqliteAttempts(readers, writer);
        SignIns = new SqliteSignIns(readers);
        Keys = new SqliteKeys(readers, writer);
        Messages = new SqliteMessages(readers, writer);
        Installation = new SqliteInstallation(readers, writer, snapshots);
        Feed = new SqliteFeed(writer, isShared: temporary is null);
        Sealed = new SqliteSealedValues(readers, writer);
    }

    /// <summary>The file that it keeps everything in.</summary>
    public string File { get; }

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

    /// <summary>Opens a file, and makes it where there is none. <c>:memory:</c> is a file of its own in the temporary folder, never flushed,
    /// and deleted with the store: SQLite's shared cache in memory locks readers out while a change is open.</summary>
    /// <exception cref="StorageException">The file can't be opened, is no database, or was written by a newer program.</exception>
    public static SqliteStore Open(string path, TimeProvider time) => Open(path, time, settings: "");

    /// <param name="settings">Further statements for the connection that writes: a test's small disk.</param>
    internal static SqliteStore Open(string path, TimeProvider time, string settings)
    {
        if (path is not ":memory:")
        {
            var full = Path.GetFullPath(path);
            try
            {
                Folders.Make(Path.GetDirectoryName(full)!);
                Folders.MakeFile(full);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new StorageException($"{full}: the database file can't be made. {failure.Message}", failure);
            }
            return new(full, temporary: null, time, settings);
        }
        var folder = Directory.CreateTempSubdirectory("postern-").FullName;
        return new(Path.Combine(folder, "postern.db"), folder, time, settings);
    }

    /// <summary>Finishes the changes that wait, then closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposals, 1) == 0)
        {
            // Readers first: the last connection to close folds the log into the file.
            readers.Dispose();
            writer.Dispose();
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
        return ValueTask.CompletedTask;
    }
}
