using System.Text;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>What stands at the head of a backup.</summary>
/// <param name="SchemaVersion">The version of the schema that its rows are of.</param>
/// <param name="Program">The version of the program that wrote it.</param>
/// <param name="Engine">The engine that it was read from.</param>
/// <param name="MasterKeyId">The id of the master key that opens what is sealed in it; empty where the database had none yet.</param>
public sealed record BackupHeader(int SchemaVersion, DateTimeOffset Created, string Program, string Engine, string MasterKeyId);

/// <summary>A table of a backup as it was counted: the checksum is SHA-256 over its rows in the order of its key, in the form of
/// <see cref="RowWriter"/>. It is the same for the same rows, whatever the engine.</summary>
public sealed record TableSum(string Table, long Rows, long Bytes, ReadOnlyMemory<byte> Checksum)
{
    public bool Equals(TableSum? other) =>
        other is not null && Table == other.Table && Rows == other.Rows && Bytes == other.Bytes && Checksum.Span.SequenceEqual(other.Checksum.Span);

    public override int GetHashCode() => HashCode.Combine(Table, Rows, Bytes);
}

/// <summary>A file is no backup, or a damaged one, or of a newer program. The text says what to do.</summary>
public sealed class BackupException(string message) : Exception(message);

/// <summary>The form of a backup's file, version 1. Numbers are little-endian; a text is its length (LEB128) and its UTF-8.
/// <code>
/// file    = magic (8 bytes) | format version (2) | header | body | trailer
/// header  = schema version (4) | created, ms since 1970 UTC (8) | program (text) | engine (text) | master key id (text)
/// body    = Brotli of: table* | 00 | number of tables (4) | rows in all (8)
/// table   = 01 | name (text) | columns of the key (1) | columns (1) | column* | batch* | 03 | rows (8) | bytes (8) | SHA-256 of its rows (32)
/// column  = name (text) | kind: 1 number, 2 text, 3 bytes (1) | may be null (1)
/// batch   = 02 | rows (4) | bytes (4) | rows in the form of RowWriter
/// trailer = "END!" | length of all before the trailer (8) | SHA-256 of all before this value (32)
/// </code>
/// A table bears its own columns, so that an older backup can be read by a newer program.</summary>
internal static class BackupFormat
{
    public const ushort Version = 1;
    public const int TrailerLength = 4 + 8 + 32;
    public const int LongestText = 200;
    public const int GreatestBatch = 64 * 1024 * 1024;
    public const byte End = 0, BeginTable = 1, Batch = 2, EndTable = 3;

    public static ReadOnlySpan<byte> Magic => [0x8f, (byte)'P', (byte)'O', (byte)'S', (byte)'T', (byte)'E', (byte)'R', (byte)'N'];

    public static ReadOnlySpan<byte> Trailer => "END!"u8;

    public static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > LongestText)
            bytes = bytes[..LongestText];
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    /// <exception cref="BackupException">It is longer than any that is written.</exception>
    public static string ReadText(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        if (length is < 0 or > LongestText)
            throw new BackupException("The backup is damaged: it has a name that is too long.");
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }
}
