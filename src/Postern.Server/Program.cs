using Postern;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Operations;
using Postern.Storage;

if (args is ["help"] || args.Any(static argument => argument is "--help" or "-h"))
{
    Console.Write(Help.Text());
    return 0;
}
var command = Commands.Find(args);
if (command is null && args is not ["serve", ..] && args is not [] && args is not [['-', '-', ..], ..])
{
    Console.Error.WriteLine($"postern has no command '{string.Join(' ', args.TakeWhile(static word => !word.StartsWith("--", StringComparison.Ordinal)))}'. Try: postern --help");
    return 2;
}
try
{
    if (command is not null)
        return await Commands.Run(command, args, Environment.GetEnvironmentVariable);
    var options = Options.Read(args is ["serve", .. var rest] ? rest : args, Environment.GetEnvironmentVariable);
    if (options.Mode is ServerMode.Production)
        throw new OptionException("Production mode is not there yet: it needs verified signatures and access keys. Run without --mode production to develop against Postern.");
    await using var server = await PosternServer.Begin(options);
    var shutdown = server.WaitForShutdown();
    if (await Task.WhenAny(server.Ready, shutdown) != shutdown)
    {
        await server.Ready;
        Console.WriteLine(options.Quiet ? $"Postern is ready at {server.Url}" : Banner.Text(server, options));
        await shutdown;
    }
    return 0;
}
catch (Exception refused) when (refused is OptionException or MasterKeyException or StorageException or BackupException or FormatException or IOException or UnauthorizedAccessException)
{
    // For the person who starts it: what is wrong and what to do, without a stack.
    Console.Error.WriteLine(refused.Message);
    return 1;
}
