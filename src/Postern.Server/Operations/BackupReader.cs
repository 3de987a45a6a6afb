using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>Reads a backup: its head, then <see cref="Verify"/>, then its tables one after another.</summary>
internal sealed partial class BackupReader : IDisposable
{
    private readonly string path;
    private readonly FileStream file;
    private readonly long bodyAt;
    private readonly IncrementalHash rows = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<TableSum> tables = [];
    private BinaryReader? body;
    private byte[] buffer = [];
    private Table? current;
    private (long Rows, long Bytes) counted;

    /// <exception cref="BackupException">It is no backup, or of a newer program.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public BackupReader(string path)
    {
        this.path = path;
        file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan);
        try
        {
            using var head = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
            if (!head.ReadBytes(BackupFormat.Magic.Length).AsSpan().SequenceEqual(BackupFormat.Magic))
                throw new BackupException($"{path} is no backup of Postern.");
            if (head.ReadUInt16() is > BackupFormat.Version and var version)
            {
                throw new BackupException(string.Create(CultureInfo.InvariantCulture,
                    $"{path} has format version {version}, and this program knows versions up to {BackupFormat.Version}: restore it with the program that wrote it, or one after it."));
            }
            Header = new(
                head.ReadInt32(), Time(head.ReadInt64()), BackupFormat.ReadText(head), BackupFormat.ReadText(head), BackupFormat.ReadText(head));
            bodyAt = file.Position;
        }
        catch (EndOfStreamException)
        {
            file.Dispose();
            throw CutOff();
        }
        catch (FormatException)
        {
            file.Dispose();
            throw Malformed();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public BackupHeader Header { get; }

    /// <summary>The tables that were read to their end.</summary>
    public IReadOnlyList<TableSum> Tables => tables;

    public long Length => file.Length;

    /// <summary>Bytes of the file that were read.</summary>
    public long Position => Math.Min(file.Position, file.Length);

    /// <summary>Reads the whole file once and compares its checksum, so that nothing is loaded from a damaged one.</summary>
    /// <param name="told">Called with the bytes read so far.</param>
    /// <exception cref="BackupException">It is cut off, or was changed.</exception>
    public void Verify(Action<long> told, CancellationToken stop)
    {
        var end = file.Length - BackupFormat.TrailerLength;
        if (end < bodyAt)
            throw CutOff();
        var trailer = new byte[BackupFormat.TrailerLength];
        file.Position = end;
        file.ReadExactly(trailer);
        if (!trailer.AsSpan(0, 4).SequenceEqual(BackupFormat.Trailer) || BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(4)) != end)
            throw CutOff();

        file.Position = 0;
        var block = new byte[1024 * 1024];
        for (var left = end; left > 0;)
        {
            stop.ThrowIfCancellationRequested();
            var read = file.Read(block, 0, (int)Math.Min(left, block.Length));
            if (read == 0)
                throw CutOff();
            rows.AppendData(block, 0, read);
            left -= read;
            told(end - left);
        }
        rows.AppendData(trailer, 0, 12);
        if (!rows.GetHashAndReset().AsSpan().SequenceEqual(trailer.AsSpan(12)))
            throw new BackupException($"{path} was changed since it was written: its checksum is not the one at its end. Nothing was restored; use another copy.");
    }

    /// <summary>Goes to the next table; null at the end.</summary>
    /// <exception cref="BackupException">The file is not in the form of a backup, although its checksum is right; so for <see cref="Next"/>.</exception>
    public Table? NextTable()
    {
        try
        {
            if (body is null)
            {
                file.Position = bodyAt;
                body = new(new BufferedStream(new BrotliStream(file, CompressionMode.Decompress, leaveOpen: true), 128 * 1024), Encoding.UTF8);
            }
            switch (body.ReadByte())
            {
                case BackupFormat.BeginTable:
                    return current = ReadTable(body);
                case BackupFormat.End:
                    if (body.ReadInt32() != tables.Count || body.ReadInt64() != tables.Sum(table => table.Rows))
                        throw Malformed();
                    return null;
                default:
                    throw Malformed();
            }
        }
        catch (Exception failure) when (failure is EndOfStreamException or InvalidDataException or FormatException)
        {
            throw Malformed();
        }
    }

    /// <summary>The next rows of the table; null at its end, where its checksum was compared.</summary>
    public RowBatch? Next()
    {
        try
        {
            switch (body!.ReadByte())
            {
                case BackupFormat.Batch:
                    var (count, length) = (body.ReadInt32(), body.ReadInt32());
                    if (count <= 0 || length is <= 0 or > BackupFormat.GreatestBatch)
                        throw Malformed();
                    if (buffer.Length < length)
                        buffer = new byte[Math.Max(length, RowWriter.BatchSize * 2)];
                    body.BaseStream.ReadExactly(buffer, 0, length);
                    rows.AppendData(buffer, 0, length);
                    counted = (counted.Rows + count, counted.Bytes + length);
                    return new(count, buffer.AsMemory(0, length));
                case BackupFormat.EndTable:
                    var sum = new TableSum(current!.Name, counted.Rows, counted.Bytes, rows.GetHashAndReset());
                    counted = default;
                    if (body.ReadInt64() != sum.Rows || body.ReadInt64() != sum.Bytes || !body.ReadBytes(32).AsSpan().SequenceEqual(sum.Checksum.Span))
                        throw Malformed();
                    tables.Add(sum);
                    return null;
                default:
                    throw Malformed();
            }
        }
        catch (Exception failure) when (failure is EndOfStreamException or InvalidDataException)
        {
            throw Malformed();
        }
    }

    public void Dispose()
    {
        body?.Dispose();
        file.Dispose();
        rows.Dispose();
    }

    /// <summary>Names become a part of statements: they are plain words, or the file is not ours.</summary>
    private Table ReadTable(BinaryReader reader)
    {
        var name = Word(reader);
        var key = reader.ReadByte();
        var columns = new Column[reader.ReadByte()];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new(Word(reader), (ColumnKind)reader.ReadByte(), reader.ReadByte() == 1);
            if (columns[i].Kind is < ColumnKind.Long or > ColumnKind.Bytes)
                throw Malformed();
        }
        return key >= 1 && key <= columns.Length ? new(name, key, columns) : throw Malformed();
    }

    private string Word(BinaryReader reader) => BackupFormat.ReadText(reader) is var word && Plain.IsMatch(word) ? word : throw Malformed();

    private static DateTimeOffset Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private BackupException CutOff() => new($"{path} is cut off: its end is missing. Nothing was restored; use another copy.");

    private BackupException Malformed() => new($"{path} is not in the form of a backup. Nothing was restored.");

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain { get; }
}
