using System.Globalization;
using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Operations;

/// <summary>Fills an empty database from a backup, of whichever engine. The file's checksum is compared before anything is made, and each
/// table's rows are read back from the database and compared before anybody sees them.</summary>
public static class Restore
{
    /// <exception cref="BackupException">The file is no backup, was changed or cut off, or is of a newer program.</exception>
    /// <exception cref="StorageException">The database is not empty, or can't be written.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static async Task<Transfer> Run(IDatabase database, string path, Action<Progress> told, CancellationToken stop)
    {
        using var reader = new BackupReader(path);
        var version = reader.Header.SchemaVersion;
        var newest = database.Steps.Count;
        if (version < 1 || version > newest)
        {
            throw new BackupException(string.Create(CultureInfo.InvariantCulture,
                $"{path} has schema version {version}, and this program knows versions up to {newest}: restore it with the newer program that wrote it, or one after it."));
        }
        reader.Verify(bytes => told(new("checking the file", 0, bytes, 0.1 * bytes / reader.Length)), stop);

        await using (var load = await database.BeginLoad(version, stop))
        {
            var tables = new List<Table>();
            long rows = 0, bytes = 0;
            while (reader.NextTable() is { } table)
            {
                tables.Add(table);
                while (reader.Next() is { } batch)
                {
                    await load.Insert(table, batch, stop);
                    rows += batch.Count;
                    bytes += batch.Rows.Length;
                    told(new("loading " + table.Name, rows, bytes, 0.1 + (0.7 * reader.Position / reader.Length)));
                }
            }
            var compared = 0L;
            foreach (var (table, sum) in tables.Zip(reader.Tables))
            {
                await Compare(load, table, sum, done => told(new("comparing " + table.Name, rows, bytes, 0.8 + (0.19 * (compared + done) / Math.Max(1, rows)))), stop);
                compared += sum.Rows;
            }
            await load.Commit(stop);
        }
        // A backup of an older version was loaded into that version's schema, and goes the way of a database of that age.
        await database.Migrate(newest, static _ => { }, stop);
        told(new("done", reader.Tables.Sum(static table => table.Rows), reader.Tables.Sum(static table => table.Bytes), 1));
        return new(reader.Header, reader.Tables, reader.Length);
    }

    private static async Task Compare(ITableSnapshot there, Table table, TableSum expected, Action<long> told, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long rows = 0, bytes = 0;
        await foreach (var batch in there.Rows(table, stop))
        {
            hash.AppendData(batch.Rows.Span);
            rows += batch.Count;
            bytes += batch.Rows.Length;
            told(rows);
        }
        if (new TableSum(table.Name, rows, bytes, hash.GetHashAndReset()) != expected)
        {
            throw new StorageException(string.Create(CultureInfo.InvariantCulture,
                $"The table {table.Name} has {rows} rows with another checksum than the backup's {expected.Rows}: the database does not keep what it is given. Nothing was restored."));
        }
    }
}
