using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>Writes a backup beside its name, as FILE.partial, which is renamed once it is complete and on the disk. The file is its owner's
/// alone. Without <see cref="Complete"/> nothing stays.</summary>
internal sealed class BackupWriter : IDisposable
{
    private readonly string path;
    private readonly FileStream file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash rows = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BinaryWriter body;
    private readonly List<TableSum> tables = [];
    private (string Name, long Rows, long Bytes) current;
    private bool isComplete;

    /// <exception cref="BackupException">There is a file of that name which is no backup: it is not overwritten.</exception>
    public BackupWriter(string path, BackupHeader header)
    {
        if (File.Exists(path) && !IsBackup(path))
            throw new BackupException($"{path} is there already, and is no backup: it is not overwritten. Choose another name.");
        this.path = path;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 128 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // One that was left half-written may have another mode.
        File.Delete(Partial);
        file = new(Partial, options);
        var hashed = new HashingStream(file, hash);
        using (var head = new BinaryWriter(hashed, Encoding.UTF8, leaveOpen: true))
        {
            head.Write(BackupFormat.Magic);
            head.Write(BackupFormat.Version);
            head.Write(header.SchemaVersion);
            head.Write(header.Created.ToUnixTimeMilliseconds());
            BackupFormat.WriteText(head, header.Program);
            BackupFormat.WriteText(head, header.Engine);
            BackupFormat.WriteText(head, header.MasterKeyId);
        }
        body = new(new BufferedStream(new BrotliStream(hashed, CompressionLevel.Fastest, leaveOpen: true), 128 * 1024));
    }

    public IReadOnlyList<TableSum> Tables => tables;

    private string Partial => path + ".partial";

    public void BeginTable(Table table)
    {
        body.Write(BackupFormat.BeginTable);
        BackupFormat.WriteText(body, table.Name);
        body.Write((byte)table.Key);
        body.Write((byte)table.Columns.Count);
        foreach (var column in table.Columns)
        {
            BackupFormat.WriteText(body, column.Name);
            body.Write((byte)column.Kind);
            body.Write(column.IsNullable);
        }
        current = (table.Name, 0, 0);
    }

    public void Write(RowBatch batch)
    {
        if (batch.Rows.Length > BackupFormat.GreatestBatch)
            throw new BackupException($"A row of the table {current.Name} is too large for a backup: {batch.Rows.Length:N0} bytes.");
        body.Write(BackupFormat.Batch);
        body.Write(batch.Count);
        body.Write(batch.Rows.Length);
        body.Write(batch.Rows.Span);
        rows.AppendData(batch.Rows.Span);
        current = (current.Name, current.Rows + batch.Count, current.Bytes + batch.Rows.Length);
    }

    public void EndTable()
    {
        var sum = new TableSum(current.Name, current.Rows, current.Bytes, rows.GetHashAndReset());
        body.Write(BackupFormat.EndTable);
        body.Write(sum.Rows);
        body.Write(sum.Bytes);
        body.Write(sum.Checksum.Span);
        tables.Add(sum);
    }

    /// <summary>Ends the file, and gives it its name once it is on the disk.</summary>
    /// <returns>Its length in bytes.</returns>
    public long Complete()
    {
        body.Write(BackupFormat.End);
        body.Write(tables.Count);
        body.Write(tables.Sum(table => table.Rows));
        body.Dispose();
        Span<byte> length = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(length, file.Position);
        foreach (var part in (ReadOnlySpan<byte[]>)[BackupFormat.Trailer.ToArray(), length.ToArray()])
        {
            hash.AppendData(part);
            file.Write(part);
        }
        file.Write(hash.GetHashAndReset());
        file.Flush(flushToDisk: true);
        var ended = file.Length;
        file.Dispose();
        File.Move(Partial, path, overwrite: true);
        isComplete = true;
        return ended;
    }

    public void Dispose()
    {
        file.Dispose();
        hash.Dispose();
        rows.Dispose();
        if (!isComplete)
            File.Delete(Partial);
    }

    private static bool IsBackup(string path)
    {
        using var there = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[BackupFormat.Magic.Length];
        return there.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual(BackupFormat.Magic);
    }

    /// <summary>Writes through, and hashes what passes.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
