using System.Globalization;
using Postern.Operations;
using Postern.Storage;

namespace Postern.CommandLine;

/// <summary><c>postern db status</c> and <c>postern db migrate</c>.</summary>
internal static class DatabaseCommands
{
    /// <summary>Exit status 1 where this program can't work with the database.</summary>
    public static async Task<int> Status(CommandCall call)
    {
        await using var database = Databases.Of(call.Options);
        var version = await database.ReadVersion(call.Stop);
        var newest = database.Steps.Count;
        Line("engine", database.Engine);
        Line("place", database.Place);
        if (await database.Size(call.Stop) is { } size)
            Line("size on disk", string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:N1} MB"));
        Line("schema", version == 0 ? $"none yet; this program makes version {newest}" : $"version {version}; this program knows versions up to {newest}");
        if (version > newest)
        {
            Line("", "This program is too old for it: run the newer program that wrote it, or one after it.");
            return 1;
        }
        for (var pending = version + 1; pending <= newest; pending++)
            Line(pending == version + 1 ? "pending" : "", $"{pending}: {database.Steps[pending - 1]}");
        if (version < newest)
        {
            Line("", version == 0 ? "A server makes it when it starts, and so does `postern restore`." : "`postern db migrate` brings it there, and so does the start of a server.");
            return 0;
        }
        Line("pending", "none");

        await using var snapshot = await database.OpenSnapshot(call.Stop);
        Line("master key", await Backup.MasterKeyId(snapshot, call.Stop) ?? "none yet: no server has been started on it");
        call.Out.WriteLine();
        call.Out.WriteLine($"{"table",-16} {"rows",14}");
        foreach (var table in Tables.All)
        {
            var rows = await snapshot.Estimate(table, isThorough: false, call.Stop);
            var sign = rows.IsAtLeast ? ">" : rows.IsExact ? " " : "~";
            call.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table.Name,-16} {sign}{rows.Rows,13:N0}"));
        }
        return 0;

        void Line(string name, string value) => call.Out.WriteLine($"{name,-14} {value}");
    }

    public static async Task<int> Migrate(CommandCall call)
    {
        await using var database = Databases.Of(call.Options);
        var newest = database.Steps.Count;
        var from = await database.ReadVersion(call.Stop);
        var made = 0;
        await database.Migrate(
            newest,
            version =>
            {
                made++;
                call.Out.WriteLine($"version {version}: {database.Steps[version - 1]}");
            },
            call.Stop);
        call.Out.WriteLine(made == 0 ? $"{database.Place} has schema version {newest} already." : $"{database.Place} went from schema version {from} to {newest}.");
        return 0;
    }
}
