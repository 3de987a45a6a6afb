namespace Postern.Storage.Sqlite;

/// <summary>Copies of the whole file beside it, in a folder of its own.</summary>
internal sealed class Snapshots(string dataFile, TimeProvider time)
{
    private readonly string folder = dataFile + ".snapshots";

    /// <exception cref="ArgumentException">The name is none for a snapshot.</exception>
    public string FileOf(string name) => Path.Combine(folder, SnapshotNames.Check(name) + ".db");

    /// <summary>Copies the file as it is now. Runs outside of a transaction: SQLite wants it so.</summary>
    public bool Save(Connection connection, string file)
    {
        var draft = file + ".draft";
        Folders.Make(folder);
        File.Delete(draft);
        connection.Use("VACUUM INTO ?").With(draft).Run();
        File.Move(draft, file, overwrite: true);
        return true;
    }

    /// <summary>Puts a copy's rows in the place of today's; false where there is no such copy.</summary>
    public bool Restore(Connection connection, string file)
    {
        if (!File.Exists(file))
            return false;
        // One from before an upgrade is brought to today's schema first, so that tables can be copied as they are.
        using (var copy = Connection.Open(file, ""))
            Migrator.Migrate(copy, file, time);

        connection.Use("ATTACH ? AS snapshot").With(file).Run();
        try
        {
            connection.Execute("BEGIN IMMEDIATE");
            foreach (var table in Schema.State)
                connection.Execute($"DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM snapshot.{table}");
            connection.Execute($"""
                DELETE FROM main.installation WHERE name NOT IN ({Schema.KeptValues});
                INSERT INTO main.installation SELECT * FROM snapshot.installation WHERE name NOT IN ({Schema.KeptValues});
                """);
            connection.Execute("COMMIT");
        }
        finally
        {
            if (connection.IsInTransaction)
                connection.Execute("ROLLBACK");
            connection.Execute("DETACH snapshot");
        }
        return true;
    }
}
