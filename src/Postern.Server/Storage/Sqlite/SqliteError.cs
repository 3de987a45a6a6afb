using SQLitePCL;

namespace Postern.Storage.Sqlite;

/// <summary>What SQLite refused, with its result code.</summary>
internal sealed class SqliteError : StorageException
{
    private SqliteError(string message, int code) : base(message) => Code = code;

    /// <summary>The primary result code, without the extension.</summary>
    public int Code { get; }

    /// <summary>Whether the transaction as a whole can't go on, and not the one statement alone.</summary>
    public bool IsOfTheTransaction => Code is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_BUSY or raw.SQLITE_LOCKED
        or raw.SQLITE_CORRUPT or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_INTERRUPT;

    public static void ThrowUnless(int wanted, int code, sqlite3 connection)
    {
        if (code != wanted)
            throw Of(code, connection);
    }

    public static SqliteError Of(int code, sqlite3 connection)
    {
        var primary = code & 0xff;
        var told = raw.sqlite3_errmsg(connection).utf8_to_string();
        var message = primary switch
        {
            raw.SQLITE_FULL => "The disk is full, or the database has reached its greatest size",
            raw.SQLITE_IOERR => "The disk failed to read or write",
            raw.SQLITE_BUSY => "The database file is in use by another process",
            raw.SQLITE_READONLY => "The database file can't be written",
            raw.SQLITE_CANTOPEN => "The database file can't be opened",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The database file is damaged, or is none",
            _ => "The database refused a statement",
        };
        return new($"{message} (SQLite {raw.sqlite3_extended_errcode(connection)}: {told}).", primary);
    }
}
