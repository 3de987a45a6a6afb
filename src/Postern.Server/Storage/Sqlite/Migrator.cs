namespace Postern.Storage.Sqlite;

/// <summary>Brings a file to this program's schema: forward only, all steps in one transaction.</summary>
internal static class Migrator
{
    public static void Migrate(Connection connection, string path, TimeProvider time) =>
        Migrate(connection, path, time, Schema.Migrations.Length, static _ => { });

    /// <param name="newest">The version to come to.</param>
    /// <param name="told">Called with the version of each step.</param>
    public static void Migrate(Connection connection, string path, TimeProvider time, int newest, Action<int> told)
    {
        if (Check(connection.ReadVersion()) >= newest)
            return;

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            // Another process may have been first.
            for (var version = Check(connection.ReadVersion()); version < newest; version++)
            {
                connection.Execute(Schema.Migrations[version]);
                connection.Use("INSERT INTO migrations (version, applied) VALUES (?, ?)").With(version + 1).With(time.GetUtcNow()).Run();
                told(version + 1);
            }
            connection.WriteVersion(Math.Max(newest, connection.ReadVersion()));
            connection.Execute("COMMIT");
        }
        catch (StorageException)
        {
            if (connection.IsInTransaction)
                connection.Execute("ROLLBACK");
            throw;
        }

        int Check(int version) => SchemaVersion.Check(path, version, Schema.Migrations.Length);
    }
}
