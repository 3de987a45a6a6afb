using System.Globalization;
using Postern.Operations;

namespace Postern.CommandLine;

/// <summary><c>postern backup FILE</c> and <c>postern restore FILE</c>.</summary>
internal static class TransferCommands
{
    public static async Task<int> BackUp(CommandCall call)
    {
        await using var database = Databases.Of(call.Options);
        var file = Path.GetFullPath(call.Operands[0]);
        var progress = new ProgressLine(call.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var done = await Backup.Run(database, file, Databases.ProgramVersion, TimeProvider.System, progress.Tell, call.Stop);
        progress.End();
        Table(call.Out, done);
        call.Out.WriteLine($"""

            {file} holds all of {database.Place} as of {Moment(done.Header.Created)}, schema version {done.Header.SchemaVersion}, {Megabytes(done.Length)}.
            {Key(done.Header.MasterKeyId, "It does not hold the master key, without which nothing of it can be used: keep key {0} elsewhere.")}
            """);
        return 0;
    }

    public static async Task<int> Restore(CommandCall call)
    {
        await using var database = Databases.Of(call.Options);
        var file = Path.GetFullPath(call.Operands[0]);
        var progress = new ProgressLine(call.Error, !Console.IsErrorRedirected, TimeProvider.System);
        var done = await Operations.Restore.Run(database, file, progress.Tell, call.Stop);
        progress.End();
        Table(call.Out, done);
        call.Out.WriteLine($"""

            {database.Place} holds all of {file}, which was written on {Moment(done.Header.Created)} from {done.Header.Engine}.
            Every table was read back and has the checksum of the backup.
            {Key(done.Header.MasterKeyId, "It opens with the master key {0}: start with --master-key, or put that key's file beside the database as development has it.")}
            """);
        return 0;
    }

    private static void Table(TextWriter writer, Transfer done)
    {
        writer.WriteLine($"{"table",-16} {"rows",14} {"bytes",16}  checksum");
        foreach (var table in done.Tables)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{table.Table,-16} {table.Rows,14:N0} {table.Bytes,16:N0}  {Convert.ToHexStringLower(table.Checksum.Span[..8])}"));
        }
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"in all",-16} {done.Tables.Sum(static table => table.Rows),14:N0} {done.Tables.Sum(static table => table.Bytes),16:N0}"));
    }

    private static string Key(string id, string text) => id.Length == 0
        ? "No server has been started on it: it has no master key yet."
        : string.Format(CultureInfo.InvariantCulture, text, id);

    private static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");
}
