using Postern.Storage;

namespace Postern;

/// <summary>Opens what <c>--db</c> names.</summary>
internal static class Databases
{
    /// <summary>The database for people to read: without its password.</summary>
    public static string Describe(string connection) => connection;

    /// <exception cref="StorageUnavailableException">It can't be reached now.</exception>
    /// <exception cref="StorageException">It can't be used: the text tells why.</exception>
    public static ValueTask<IStore> Open(string connection, TimeProvider time, ILoggerFactory loggers, CancellationToken stop) =>
        throw new StorageException("PostgreSQL is not there yet.");
}
