using Postern.CommandLine;
using Postern.Storage;
using Postern.Storage.Postgres;
using Postern.Storage.Sqlite;

namespace Postern;

/// <summary>Opens what <c>--db</c> names, and for the verbs that keep and move a database what <c>--db</c> or <c>--data</c> names.</summary>
internal static class Databases
{
    public static string ProgramVersion => typeof(Databases).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>The database for people to read: without its password.</summary>
    public static string Describe(string connection) => PostgresStore.Describe(connection);

    /// <exception cref="StorageUnavailableException">It can't be reached now.</exception>
    /// <exception cref="StorageException">It can't be used: the text tells why.</exception>
    public static async ValueTask<IStore> Open(string connection, TimeProvider time, ILoggerFactory loggers, CancellationToken stop) =>
        await PostgresStore.Open(connection, time, loggers, stop);

    /// <exception cref="OptionException">There is nothing that could be kept.</exception>
    public static IDatabase Of(ServerOptions options)
    {
        if (options.Db is { } connection)
            return new PostgresDatabase(connection, TimeProvider.System);
        return options.Data is ":memory:"
            ? throw new OptionException("What is in memory ends with its server: name a file by --data.")
            : new SqliteDatabase(options.Data ?? DataFolder.DefaultFile(), TimeProvider.System);
    }
}
