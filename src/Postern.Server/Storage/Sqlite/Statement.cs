using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Postern.Storage.Sqlite;

/// <summary>A prepared statement, kept by its connection: parameters in order, then steps and columns. Disposing ends the run, not the
/// statement. Ids are 16 bytes in the order that they are read in, times are milliseconds since 1970 UTC, text is UTF-8 compared by bytes.</summary>
internal sealed class Statement(sqlite3 connection, sqlite3_stmt owner) : IDisposable
{
    private const int OnStack = 256;
    private readonly nint handle = owner.DangerousGetHandle();
    private int parameter;

    /// <summary>How many parameters it has.</summary>
    public int Parameters => raw.sqlite3_bind_parameter_count(owner);

    public Statement Begin()
    {
        parameter = 0;
        return this;
    }

    public Statement With(long value) => Bound(Native.BindLong(handle, ++parameter, value));

    public Statement With(long? value) => value is { } some ? With(some) : WithNull();

    public Statement With(DateTimeOffset value) => With(value.ToUnixTimeMilliseconds());

    public Statement With(Guid? value) => value is { } some ? With(some) : WithNull();

    public Statement With(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return With(bytes);
    }

    /// <summary>Bytes; none are an empty value, not NULL.</summary>
    public Statement With(ReadOnlySpan<byte> value) => Bound(Native.BindBlob(handle, ++parameter, value));

    public Statement With(ReadOnlyMemory<byte> value) => With(value.Span);

    public Statement With(AttemptKey value)
    {
        Span<byte> bytes = stackalloc byte[AttemptKey.Size];
        value.Write(bytes);
        return With(bytes);
    }

    public Statement With(string? value) => value is null ? WithNull() : WithText(value, []);

    public Statement WithUtf8(ReadOnlySpan<byte> text) => Bound(Native.BindText(handle, ++parameter, text));

    /// <summary>The first text, by bytes, after all those that begin with this one: UTF-8 has no byte FF.</summary>
    public Statement WithEndOf(string prefix) => WithText(prefix, [0xff]);

    /// <summary>Goes to the next row; false where there is none.</summary>
    public bool Step()
    {
        var code = Native.Step(handle);
        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw SqliteError.Of(code, connection),
        };
    }

    /// <summary>Runs a statement without rows to its end; answers how many rows it changed.</summary>
    public int Run()
    {
        using (this)
        {
            while (Step())
            {
            }
            return raw.sqlite3_changes(connection);
        }
    }

    public bool IsNull(int column) => Native.Type(handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => Native.Long(handle, column);

    public int Int(int column) => (int)Long(column);

    public int? OptionalInt(int column) => IsNull(column) ? null : Int(column);

    public bool Bool(int column) => Int(column) != 0;

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    /// <summary>The bytes of a blob or text, until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => Native.Bytes(handle, column);

    public ReadOnlyMemory<byte> Blob(int column)
    {
        var bytes = Bytes(column);
        return bytes.IsEmpty ? default : bytes.ToArray();
    }

    public Guid Guid(int column) => new(Bytes(column), bigEndian: true);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? OptionalText(int column) => IsNull(column) ? null : Text(column);

    // Its result is that of the last step, which was told.
    public void Dispose() => _ = Native.Reset(handle);

    public void Close() => owner.Dispose();

    private Statement WithNull() => Bound(Native.BindNull(handle, ++parameter));

    private Statement WithText(string value, ReadOnlySpan<byte> end)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length) + 1;
        byte[]? rented = null;
        var buffer = most <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(value, buffer);
        end.CopyTo(buffer[length..]);
        var text = buffer[..(length + end.Length)];
        var code = Native.BindText(handle, ++parameter, text);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return Bound(code);
    }

    private Statement Bound(int code)
    {
        if (code != raw.SQLITE_OK)
            throw SqliteError.Of(code, connection);
        return this;
    }
}
