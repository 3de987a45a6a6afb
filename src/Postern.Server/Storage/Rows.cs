using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Postern.Storage;

/// <summary>Some rows of one table, one after another in the form of <see cref="RowWriter"/>. The bytes stand until the next batch is asked for.</summary>
public readonly record struct RowBatch(int Count, ReadOnlyMemory<byte> Rows);

/// <summary>Writes rows in the form that every engine has them in alike, so that the bytes of a table in key order are its checksum's input:
/// a number is 8 bytes, least significant first; text and bytes are their length (LEB128) and themselves; a column that may be null has a
/// byte before its value, 0 where it is null and 1 where it is not.</summary>
public sealed class RowWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(BatchSize + 4096);

    /// <summary>A batch is handed on when it has so many bytes; it is longer by at most one row.</summary>
    public const int BatchSize = 256 * 1024;

    public int Count { get; private set; }

    public bool IsFull => buffer.WrittenCount >= BatchSize;

    public RowBatch Batch => new(Count, buffer.WrittenMemory);

    public void Clear()
    {
        buffer.ResetWrittenCount();
        Count = 0;
    }

    public void EndRow() => Count++;

    public void Write(Column column, long? value)
    {
        if (IsNull(column, value is null))
            return;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), value!.Value);
        buffer.Advance(8);
    }

    /// <summary>Bytes, or UTF-8 text.</summary>
    public void Write(Column column, ReadOnlySpan<byte> value, bool isNull)
    {
        if (IsNull(column, isNull))
            return;
        WriteLength(value.Length);
        buffer.Write(value);
    }

    public void Write(Column column, string? value)
    {
        if (IsNull(column, value is null))
            return;
        var length = Encoding.UTF8.GetByteCount(value!);
        WriteLength(length);
        buffer.Advance(Encoding.UTF8.GetBytes(value, buffer.GetSpan(length)));
    }

    private bool IsNull(Column column, bool isNull)
    {
        if (column.IsNullable)
        {
            buffer.GetSpan(1)[0] = isNull ? (byte)0 : (byte)1;
            buffer.Advance(1);
        }
        else if (isNull)
        {
            throw new StorageException($"The database has no value in the column {column.Name}, which always has one: it is damaged.");
        }
        return isNull;
    }

    private void WriteLength(int length)
    {
        var bytes = buffer.GetSpan(5);
        var written = 0;
        for (var rest = (uint)length; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes[written++] = (byte)rest;
                break;
            }
            bytes[written++] = (byte)(rest | 0x80);
        }
        buffer.Advance(written);
    }
}

/// <summary>Reads what <see cref="RowWriter"/> wrote, a value at a time in the order of the columns.</summary>
public ref struct RowReader(ReadOnlySpan<byte> rows)
{
    private ReadOnlySpan<byte> rest = rows;

    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>How many bytes are not read yet.</summary>
    public readonly int Left => rest.Length;

    /// <summary>Whether the next value is null; else it follows.</summary>
    /// <exception cref="StorageException">The rows are damaged; so for the other members.</exception>
    public bool IsNull(Column column)
    {
        if (!column.IsNullable)
            return false;
        return Take(1)[0] switch
        {
            0 => true,
            1 => false,
            _ => throw Damaged(),
        };
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>The bytes of text or bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        uint length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(1)[0];
            if (shift == 28 && part > 7)
                throw Damaged();
            length |= (uint)(part & 0x7f) << shift;
            if (part < 0x80)
                break;
        }
        return Take((int)length);
    }

    /// <summary>Reads past one row.</summary>
    public void Skip(Table table)
    {
        foreach (var column in table.Columns)
        {
            if (IsNull(column))
                continue;
            if (column.Kind is ColumnKind.Long)
                Take(8);
            else
                Bytes();
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > rest.Length)
            throw Damaged();
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static StorageException Damaged() => new("The rows are not in the form that they were written in.");
}
