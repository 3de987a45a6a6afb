using Npgsql;

namespace Postern.Storage.Postgres;

/// <summary>What the database refused, told for people.</summary>
internal static class PostgresError
{
    public const string DivisionByZero = "22012";
    public const string UniqueViolation = "23505";
    public const string UndefinedTable = "42P01";

    public static StorageException Of(PostgresException error)
    {
        var message = error.SqlState switch
        {
            "53100" => "The database's disk is full",
            "57014" => "The database took too long",
            "25006" => "The database takes no writes: it is a replica",
            _ when error.SqlState.StartsWith("53", StringComparison.Ordinal) => "The database has no room for more",
            _ when IsAway(error) => "The database is going away",
            _ => "The database refused a statement",
        };
        message = $"The change was not saved. {message} ({error.SqlState}: {error.MessageText}).";
        return IsPassing(error) ? new ReplayException(message, error) : new StorageException(message, error);
    }

    /// <summary>Whether the same statements may pass when they are sent again, and are known to have left nothing.</summary>
    public static bool IsPassing(PostgresException error) => error.SqlState
        // Serialization failure, deadlock; a host that is no primary any more; a plan or prepared statement that a migration made useless.
        is "40001" or "40P01" or "25006" or "26000" || error is { SqlState: "0A000", Routine: "RevalidateCachedQuery" };

    /// <summary>Whether the connection is of no more use.</summary>
    public static bool IsAway(PostgresException error) =>
        error.SqlState.StartsWith("57P", StringComparison.Ordinal) || error.SqlState.StartsWith("08", StringComparison.Ordinal)
        || error.SqlState is "25006" or "26000" || error.Severity is "FATAL" or "PANIC";
}

/// <summary>Nothing of the change was kept, and the same change may pass if it is sent again.</summary>
internal sealed class ReplayException(string message, Exception inner) : StorageException(message, inner);

/// <summary>The change was kept, and what it answered was lost because a neighbour in its batch was refused.</summary>
internal sealed class RowsLostException() : StorageException("The change was saved, and what it answered was lost.");
