using System.Globalization;

namespace Postern.Storage.Sqlite;

/// <summary>Brings a file to this program's schema: forward only, all steps in one transaction.</summary>
internal static class Migrator
{
    public static void Migrate(Connection connection, string path, TimeProvider time)
    {
        var newest = Schema.Migrations.Length;
        if (Check(connection.ReadVersion()) == newest)
            return;

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            // Another process may have been first.
            for (var version = Check(connection.ReadVersion()); version < newest; version++)
            {
                connection.Execute(Schema.Migrations[version]);
                connection.Use("INSERT INTO migrations (version, applied) VALUES (?, ?)").With(version + 1).With(time.GetUtcNow()).Run();
            }
            connection.WriteVersion(newest);
            connection.Execute("COMMIT");
        }
        catch (StorageException)
        {
            if (connection.IsInTransaction)
                connection.Execute("ROLLBACK");
            throw;
        }

        int Check(int version) => version <= newest ? version : throw new StorageException(string.Create(CultureInfo.InvariantCulture,
            $"{path} has schema version {version}, and this program knows versions up to {newest}: run the newer program that wrote it, or one after it."));
    }
}
