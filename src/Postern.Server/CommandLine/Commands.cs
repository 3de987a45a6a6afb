using System.Runtime.InteropServices;

namespace Postern.CommandLine;

/// <summary>What a verb is run with.</summary>
/// <param name="Operands">What was given besides options, as many as the verb takes.</param>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, and what is wrong.</param>
public sealed record CommandCall(ServerOptions Options, IReadOnlyList<string> Operands, TextWriter Out, TextWriter Error, CancellationToken Stop);

/// <summary>A verb besides <c>serve</c>.</summary>
/// <param name="Verb">Its words, such as <c>db status</c>.</param>
/// <param name="Operands">The names of what it takes besides options, each one needed.</param>
/// <param name="Meaning">For <c>--help</c>.</param>
/// <param name="Run">Does it; answers the exit status.</param>
public sealed record Command(string Verb, IReadOnlyList<string> Operands, string Meaning, Func<CommandCall, Task<int>> Run)
{
    /// <summary>As it is typed.</summary>
    public string Usage => string.Join(' ', [Verb, .. Operands]);

    internal IReadOnlyList<string> Words => Verb.Split(' ');
}

/// <summary>The verbs, one row each; the options of all are those of <c>serve</c>.</summary>
public static class Commands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        new("db status", [], "what the database is: engine, schema, rows, size, master key", DatabaseCommands.Status),
        new("db migrate", [], "bring the database's schema to this program's, beside running servers", DatabaseCommands.Migrate),
        new("backup", ["FILE"], "write everything into one file, beside running servers", TransferCommands.BackUp),
        new("restore", ["FILE"], "fill an empty database from a backup, of whichever engine", TransferCommands.Restore),
        new("keys rotate", [], "seal everything under --master-key in the place of --previous-master-key, beside running servers", KeyCommands.Rotate),
        new("keys rotate-signing", [$"POOLID|{KeyCommands.All}"], "give a pool, or all, new signing keys, beside running servers", KeyCommands.RotateSigning),
        new("certificates", [], "where the certificate authority of --https-urls is, and how clients trust it", CertificateCommands.Tell),
    ];

    /// <summary>The verb that a command line begins with; null where it is none of these.</summary>
    public static Command? Find(IReadOnlyList<string> arguments) =>
        All.FirstOrDefault(command => arguments.Take(command.Words.Count).SequenceEqual(command.Words, StringComparer.Ordinal));

    /// <summary>Runs a verb until it ends, or until SIGINT or SIGTERM, after which it leaves nothing half done.</summary>
    /// <exception cref="OptionException">An option or operand is of no use.</exception>
    public static async Task<int> Run(Command command, IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var operands = new List<string>();
        var options = Options.Read([.. arguments.Skip(command.Words.Count)], environment, operands);
        if (operands.Count < command.Operands.Count)
            throw new OptionException($"postern {command.Usage}: {command.Operands[operands.Count]} is missing.");
        if (operands.Count > command.Operands.Count)
            throw new OptionException($"'{operands[command.Operands.Count]}' is too much. Try: postern {command.Usage} [OPTIONS]");

        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return await command.Run(new(options, operands, Console.Out, Console.Error, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped; nothing was left half done.");
            return 130;
        }

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
