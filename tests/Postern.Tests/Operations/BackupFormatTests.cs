using CsCheck;
using Postern.Operations;
using Postern.Storage;
using Postern.Tests.Storage;

namespace Postern.Tests.Operations;

/// <summary>The file of a backup: what is written is read again, and what is damaged is refused.</summary>
public sealed class BackupFormatTests : IDisposable
{
    private static readonly BackupHeader Header = new(1, new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), "1.2.3", "SQLite 3", "0a1b2c3d");

    private readonly string folder = Directory.CreateTempSubdirectory("postern-test-").FullName;

    private string File => Path.Combine(folder, "backup");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Rows_of_any_tables_round_trip()
    {
        var column = Gen.Select(Gen.Int[1, 3], Gen.Bool, static (kind, isNullable) => ((ColumnKind)kind, isNullable));
        var table = Gen.Select(column.List[1, 8], Gen.Int[0, 50], Gen.Int, static (columns, rows, seed) => (
            Table: new Table("t", 1, [.. columns.Select(static (column, i) => new Column("c" + i, column.Item1, column.isNullable && i > 0))]), rows, seed));
        table.List[0, 4].Sample(
            tables =>
            {
                var path = Path.Combine(folder, Guid.NewGuid().ToString());
                var written = tables.Select(static one => (one.Table, Rows: SampleRows.Encode(one.Table, SampleRows.Of(one.Table, one.rows, one.seed)))).ToList();
                using (var writer = new BackupWriter(path, Header))
                {
                    foreach (var (name, rows) in written)
                    {
                        writer.BeginTable(name);
                        if (rows.Count > 0)
                            writer.Write(rows);
                        writer.EndTable();
                    }
                    writer.Complete();
                }
                using var reader = new BackupReader(path);
                Assert.Equal(Header, reader.Header);
                reader.Verify(static _ => { }, CancellationToken.None);
                foreach (var (expected, rows) in written)
                {
                    var read = reader.NextTable();
                    Assert.Equal((expected.Name, expected.Key), (read?.Name, read?.Key));
                    Assert.Equal(expected.Columns, read!.Columns);
                    if (rows.Count > 0)
                    {
                        var batch = reader.Next();
                        Assert.Equal(rows.Count, batch?.Count);
                        Assert.Equal(rows.Rows.ToArray(), batch!.Value.Rows.ToArray());
                    }
                    Assert.Null(reader.Next());
                    var skipping = new RowReader(rows.Rows.Span);
                    for (var row = 0; row < rows.Count; row++)
                        skipping.Skip(read);
                    Assert.True(skipping.IsAtEnd);
                }
                Assert.Null(reader.NextTable());
            },
            iter: 200);
    }

    [Fact]
    public void A_changed_byte_is_refused_wherever_it_is()
    {
        Write(rows: 6);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 << (at % 8));
            System.IO.File.WriteAllBytes(File, changed);
            Assert.True(IsRefused(), $"byte {at} of {whole.Length}");
        }
        System.IO.File.WriteAllBytes(File, whole);
        Assert.False(IsRefused());
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused_wherever_it_ends()
    {
        Write(rows: 6);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.True(IsRefused(), $"{length} bytes of {whole.Length}");
        }
        System.IO.File.WriteAllBytes(File, [.. whole, 0]);
        Assert.True(IsRefused(), "a byte at the end");
    }

    [Fact]
    public void What_is_wrong_is_told_with_the_file_and_what_to_do()
    {
        Write(rows: 3);
        var whole = System.IO.File.ReadAllBytes(File);
        Assert.Equal($"{File} is cut off: its end is missing. Nothing was restored; use another copy.", Refusal(whole[..^50]));
        Assert.Equal($"{File} was changed since it was written: its checksum is not the one at its end. Nothing was restored; use another copy.", Refusal(With(whole, whole.Length / 2)));
        Assert.Equal($"{File} is no backup of Postern.", Refusal([.. "SQLite format 3"u8, .. whole]));
        var newer = whole.ToArray();
        newer[8] = 77;
        Assert.Equal(
            $"{File} has format version 77, and this program knows versions up to 1: restore it with the program that wrote it, or one after it.", Refusal(newer));
    }

    [Fact]
    public void A_backup_is_its_owners_alone_and_has_its_name_only_when_it_is_complete()
    {
        using (var writer = new BackupWriter(File, Header))
        {
            writer.BeginTable(Tables.All[0]);
            Assert.False(System.IO.File.Exists(File));
            Assert.True(System.IO.File.Exists(File + ".partial"));
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Write(rows: 1);
        Assert.Equal([File], Directory.GetFileSystemEntries(folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_backup_takes_the_place_of_an_older_one_and_of_nothing_else()
    {
        Write(rows: 1);
        Write(rows: 2);
        System.IO.File.WriteAllText(File, "SQLite format 3");
        var refusal = Assert.Throws<BackupException>(() => Write(rows: 3));
        Assert.Equal($"{File} is there already, and is no backup: it is not overwritten. Choose another name.", refusal.Message);
        Assert.Equal("SQLite format 3", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task A_damaged_file_leaves_the_database_as_it_was()
    {
        Write(rows: 3);
        System.IO.File.WriteAllBytes(File, With(System.IO.File.ReadAllBytes(File), 200));
        var data = Path.Combine(folder, "new", "postern.db");
        await using var database = new Postern.Storage.Sqlite.SqliteDatabase(data, TimeProvider.System);
        await Assert.ThrowsAsync<BackupException>(() => Restore.Run(database, File, static _ => { }, Stop));
        Assert.False(Directory.Exists(Path.GetDirectoryName(data)));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_with_both_versions()
    {
        using (var writer = new BackupWriter(File, Header with { SchemaVersion = 987 }))
            writer.Complete();
        await using var database = new Postern.Storage.Sqlite.SqliteDatabase(Path.Combine(folder, "postern.db"), TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<BackupException>(() => Restore.Run(database, File, static _ => { }, Stop));
        Assert.Contains($"has schema version 987, and this program knows versions up to {database.Steps.Count}", refusal.Message, StringComparison.Ordinal);
    }

    private void Write(int rows)
    {
        using var writer = new BackupWriter(File, Header);
        foreach (var table in Tables.All.Take(4))
        {
            writer.BeginTable(table);
            writer.Write(SampleRows.Encode(table, SampleRows.Of(table, rows, seed: 1)));
            writer.EndTable();
        }
        writer.Complete();
    }

    private bool IsRefused()
    {
        try
        {
            using var reader = new BackupReader(File);
            reader.Verify(static _ => { }, CancellationToken.None);
            return false;
        }
        catch (BackupException)
        {
            return true;
        }
    }

    private string Refusal(byte[] content)
    {
        System.IO.File.WriteAllBytes(File, content);
        return Assert.Throws<BackupException>(() =>
        {
            using var reader = new BackupReader(File);
            reader.Verify(static _ => { }, CancellationToken.None);
        }).Message;
    }

    private static byte[] With(byte[] whole, int changed)
    {
        var copy = whole.ToArray();
        copy[changed] ^= 1;
        return copy;
    }
}
