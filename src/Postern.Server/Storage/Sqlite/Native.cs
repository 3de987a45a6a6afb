using System.Runtime.InteropServices;

namespace Postern.Storage.Sqlite;

/// <summary>The calls of SQLite that a row is read and written with, straight to the library that SQLitePCL brings: a page of users makes
/// two thousand of them, and SQLitePCL counts references to its handle in each. What is short and never waits does not tell the collector.</summary>
internal static unsafe partial class Native
{
    private const string Library = "e_sqlite3";

    /// <summary>SQLite copies what it is given.</summary>
    private const nint Transient = -1;

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindLong(nint statement, int parameter, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int parameter);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static partial int Type(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long Long(nint statement, int column);

    public static int BindBlob(nint statement, int parameter, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
            return BindBlob(statement, parameter, Address(bytes), value.Length, Transient);
    }

    public static int BindText(nint statement, int parameter, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
            return BindText(statement, parameter, Address(bytes), value.Length, Transient);
    }

    /// <summary>A blob's or text's bytes, which stay until the next step.</summary>
    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        var bytes = Blob(statement, column);
        return bytes is null ? default : new(bytes, Length(statement, column));
    }

    /// <summary>An empty value must have an address: without one it is NULL.</summary>
    private static byte* Address(byte* bytes) => bytes is null ? (byte*)1 : bytes;

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static partial int BindBlob(nint statement, int parameter, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int parameter, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    private static partial byte* Blob(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int Length(nint statement, int column);
}
