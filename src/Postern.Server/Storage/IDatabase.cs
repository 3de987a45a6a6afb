namespace Postern.Storage;

/// <summary>A database as a thing that is kept and moved, whatever stands in it: its schema, its size, and all of its rows.</summary>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>The engine with its version, for people.</summary>
    string Engine { get; }

    /// <summary>Where it is, for people: a path, or a server and a name; never with a password.</summary>
    string Place { get; }

    /// <summary>What each version of the schema brought, oldest first: a line for people. There are as many as the newest version says.</summary>
    IReadOnlyList<string> Steps { get; }

    /// <summary>The version of the schema that it has; 0 where it has none, or does not exist.</summary>
    ValueTask<int> ReadVersion(CancellationToken stop);

    /// <summary>Brings the schema to a version, one step after another, forward only; safe beside other processes that do the same, and beside
    /// running nodes of the version before. Nothing happens where it has that version, or a later one that the program knows.</summary>
    /// <param name="told">Called with the version of each step once it is made.</param>
    /// <exception cref="StorageException">The schema is newer than the program.</exception>
    ValueTask Migrate(int version, Action<int> told, CancellationToken stop);

    /// <summary>Bytes on disk, of all that belongs to it; null where the engine does not tell.</summary>
    ValueTask<long?> Size(CancellationToken stop);

    /// <summary>All rows as they are at one moment, while others go on writing.</summary>
    /// <exception cref="StorageException">There is no database.</exception>
    ValueTask<ITableSnapshot> OpenSnapshot(CancellationToken stop);

    /// <summary>Begins to fill an empty database, whose schema it makes.</summary>
    /// <param name="version">The version of the schema that the rows are of.</param>
    /// <exception cref="StorageException">The database is not empty; the text says what to do.</exception>
    ValueTask<ITableLoad> BeginLoad(int version, CancellationToken stop);
}

/// <summary>The rows of a database as they were at one moment.</summary>
public interface ITableSnapshot : IAsyncDisposable
{
    /// <summary>The version of the schema at that moment.</summary>
    int Version { get; }

    /// <summary>The rows of a table, in the order of its key.</summary>
    IAsyncEnumerable<RowBatch> Rows(Table table, CancellationToken stop);

    /// <summary>About how many rows a table has.</summary>
    /// <param name="isThorough">Whether it may take a walk through an index, as is fair before all rows are read; else it takes milliseconds.</param>
    ValueTask<RowEstimate> Estimate(Table table, bool isThorough, CancellationToken stop);
}

/// <summary>About how many rows there are.</summary>
/// <param name="IsAtLeast">There are more, and how many is not known.</param>
/// <param name="IsExact">They were counted.</param>
public readonly record struct RowEstimate(long Rows, bool IsExact, bool IsAtLeast = false);

/// <summary>A database that is being filled. Nobody else sees anything of it before <see cref="Commit"/>; without that, all of it goes.</summary>
public interface ITableLoad : ITableSnapshot
{
    ValueTask Insert(Table table, RowBatch rows, CancellationToken stop);

    /// <summary>Makes it durable, and visible.</summary>
    ValueTask Commit(CancellationToken stop);
}
