using System.Text;
using Postern.Cryptography;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>How far a long operation is.</summary>
/// <param name="Doing">What it does now, for people.</param>
/// <param name="Share">From 0 to 1; about right.</param>
public readonly record struct Progress(string Doing, long Rows, long Bytes, double Share);

/// <summary>What a backup or restore came to.</summary>
/// <param name="Length">Bytes of the file.</param>
public sealed record Transfer(BackupHeader Header, IReadOnlyList<TableSum> Tables, long Length);

/// <summary>Writes all rows of a database, as they are at one moment, into one file, while servers go on.</summary>
public static class Backup
{
    /// <exception cref="StorageException">There is no database, or its schema is not this program's.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public static async Task<Transfer> Run(IDatabase database, string path, string program, TimeProvider time, Action<Progress> told, CancellationToken stop)
    {
        await using var snapshot = await database.OpenSnapshot(stop);
        SchemaVersions.Require(database, snapshot.Version);
        var header = new BackupHeader(snapshot.Version, time.GetUtcNow(), program, database.Engine, await MasterKeyId(snapshot, stop) ?? "");

        long expected = 0, rows = 0, bytes = 0;
        foreach (var table in Tables.All)
            expected += (await snapshot.Estimate(table, isThorough: true, stop)).Rows;
        using var writer = new BackupWriter(path, header);
        foreach (var table in Tables.All)
        {
            writer.BeginTable(table);
            await foreach (var batch in snapshot.Rows(table, stop))
            {
                writer.Write(batch);
                rows += batch.Count;
                bytes += batch.Rows.Length;
                told(new(table.Name, rows, bytes, Math.Min(0.99, (double)rows / Math.Max(1, expected))));
            }
            writer.EndTable();
        }
        var length = writer.Complete();
        told(new("done", rows, bytes, 1));
        return new(header, writer.Tables, length);
    }

    /// <summary>The id of the master key that opens what is sealed in the database, or of both while it is being changed; null where it has
    /// none yet.</summary>
    public static async Task<string?> MasterKeyId(ITableSnapshot snapshot, CancellationToken stop) => await MasterKeyIds(snapshot, stop) switch
    {
        (null, _) => null,
        ({ } current, null) => current,
        ({ } current, { } next) => $"{current} and {next}",
    };

    /// <summary>The id of the database's master key, and of the next one while it is being changed.</summary>
    internal static async Task<(string? Current, string? Next)> MasterKeyIds(ITableSnapshot snapshot, CancellationToken stop)
    {
        string? current = null, next = null;
        await foreach (var batch in snapshot.Rows(Tables.All.Single(static table => table.Name is "installation"), stop))
            Find(batch);
        return (current, next == current ? null : next);

        void Find(RowBatch batch)
        {
            var reader = new RowReader(batch.Rows.Span);
            while (!reader.IsAtEnd)
            {
                var name = Encoding.UTF8.GetString(reader.Bytes());
                var value = reader.Bytes();
                if (name is MasterKey.CheckName)
                    current = MasterKey.IdOf(value);
                else if (name is MasterKey.NextName)
                    next = MasterKey.IdOf(value);
            }
        }
    }
}
