using System.Security.Cryptography;
using System.Text;

namespace Postern.Storage.Postgres;

/// <summary>Copies of the whole state, each in a schema of its own, and the state's end.</summary>
internal static class Snapshots
{
    /// <summary>A copy of many users takes its time.</summary>
    private const int Seconds = 600;

    /// <summary>PostgreSQL's names end at 63 bytes.</summary>
    private const int LongestName = 63;

    private static readonly string Kept = $"name NOT IN ({Schema.KeptValues})";

    /// <exception cref="ArgumentException">The name is none for a snapshot.</exception>
    public static string SchemaOf(string name)
    {
        var schema = "postern_snapshot_" + SnapshotNames.Check(name);
        return schema.Length <= LongestName
            ? schema : $"postern_snapshot_~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";
    }

    public static async ValueTask<bool> Reset(Transaction transaction)
    {
        // A test's state is small, and TRUNCATE makes new files for each table.
        foreach (var table in Schema.State)
            await transaction.Execute($"DELETE FROM {table}", Seconds);
        await transaction.Execute($"DELETE FROM installation WHERE {Kept}", Seconds);
        await SettingsChanges.Tell(transaction, SettingsChanges.Everything);
        return true;
    }

    public static async ValueTask<bool> Save(Transaction transaction, string schema)
    {
        await transaction.Execute($"DROP SCHEMA IF EXISTS \"{schema}\" CASCADE; CREATE SCHEMA \"{schema}\"", Seconds);
        foreach (var table in Schema.State.Append("installation"))
            await transaction.Execute($"CREATE TABLE \"{schema}\".{table} AS SELECT * FROM {table}", Seconds);
        return true;
    }

    /// <summary>Puts a copy's rows in the place of today's; false where there is no such copy.</summary>
    public static async ValueTask<bool> Restore(Transaction transaction, string schema)
    {
        var columns = await transaction.Read(
            Command.Of("SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = $1").With(schema),
            static rows => rows.All(static row => (Table: row.Text(0), Column: row.Text(1))));
        if (columns.Count == 0)
            return false;
        // A copy from before a migration has fewer columns: the new ones get what the migration gives to old rows.
        var byTable = columns.ToLookup(static column => column.Table, static column => column.Column);
        foreach (var table in Schema.State)
        {
            await transaction.Execute($"DELETE FROM {table}", Seconds);
            await Copy(table, "true");
        }
        await transaction.Execute($"DELETE FROM installation WHERE {Kept}", Seconds);
        await Copy("installation", Kept);
        await SettingsChanges.Tell(transaction, SettingsChanges.Everything);
        return true;

        async ValueTask Copy(string table, string condition)
        {
            if (string.Join(", ", byTable[table]) is { Length: > 0 } names)
                await transaction.Execute($"INSERT INTO {table} ({names}) SELECT {names} FROM \"{schema}\".{table} WHERE {condition}", Seconds);
        }
    }
}
