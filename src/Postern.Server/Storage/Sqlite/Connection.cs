using System.Globalization;
using System.Text;
using SQLitePCL;

namespace Postern.Storage.Sqlite;

/// <summary>One connection to the file, used by one thread at a time. It keeps what it has prepared.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 handle;

    // By reference: the text of a statement is one constant, and hashing it would cost more than the lookup.
    private readonly Dictionary<string, Statement> prepared = new(ReferenceEqualityComparer.Instance);

    static Connection()
    {
        Batteries_V2.Init();
        // Counting its memory takes a lock at each allocation, which all readers would meet at. Refused where SQLite runs already, which is fine.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private Connection(sqlite3 handle) => this.handle = handle;

    /// <summary>The version of SQLite.</summary>
    public static string LibraryVersion => raw.sqlite3_libversion().utf8_to_string();

    /// <summary>Rows that the last statement inserted, changed or deleted.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>Rows inserted, changed or deleted since the connection was opened.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(handle);

    /// <summary>Whether a transaction is open: some errors roll it back by themselves.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>The texts of the statements that it keeps.</summary>
    public IReadOnlyCollection<string> Prepared => prepared.Keys;

    /// <summary>Opens the file, and makes it where there is none.</summary>
    /// <exception cref="StorageException">The file can't be opened.</exception>
    public static Connection Open(string path, string settings)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(handle);
        try
        {
            SqliteError.ThrowUnless(raw.SQLITE_OK, code, handle);
            raw.sqlite3_busy_timeout(handle, 10_000);
            // Else SQLite prepares a statement again for each value of its LIMIT, which costs more than the search.
            SqliteError.ThrowUnless(raw.SQLITE_OK, raw.sqlite3_db_config(handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _), handle);
            connection.Execute(settings);
            return connection;
        }
        catch (SqliteError error)
        {
            connection.Dispose();
            throw new StorageException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>The prepared statement of this text, ready to be given its parameters. Dispose of it to end its run.</summary>
    /// <param name="sql">A constant: statements are kept by the identity of their text.</param>
    public Statement Use(string sql)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            SqliteError.ThrowUnless(raw.SQLITE_OK, raw.sqlite3_prepare_v3(handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var made), handle);
            prepared.Add(sql, statement = new(handle, made));
        }
        return statement.Begin();
    }

    /// <summary>Runs a script that has neither parameters nor rows.</summary>
    public void Execute(string script)
    {
        var rest = Encoding.UTF8.GetBytes(script).AsSpan();
        while (!rest.IsEmpty)
        {
            SqliteError.ThrowUnless(raw.SQLITE_OK, raw.sqlite3_prepare_v2(handle, rest, out var made, out var tail), handle);
            using (made)
            {
                if (made.IsInvalid)
                    return;
                int code;
                do
                {
                    code = raw.sqlite3_step(made);
                }
                while (code == raw.SQLITE_ROW);
                SqliteError.ThrowUnless(raw.SQLITE_DONE, code, handle);
            }
            rest = rest[^tail.Length..];
        }
    }

    /// <summary>The version of the schema in the file; 0 in a new one.</summary>
    public int ReadVersion()
    {
        using var version = Use("PRAGMA user_version");
        return version.Step() ? version.Int(0) : 0;
    }

    public void WriteVersion(int version) => Execute($"PRAGMA user_version = {version.ToString(CultureInfo.InvariantCulture)}");

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
            statement.Close();
        prepared.Clear();
        handle.Dispose();
    }
}
