using Postern;
using Postern.CommandLine;
using Postern.Cryptography;
using Postern.Storage;

if (args is ["--help" or "-h" or "help"] or ["serve", "--help" or "-h"])
{
    Console.Write(Help.Text());
    return 0;
}
if (args is not ["serve", ..] && args is not [] && args is not [['-', '-', ..], ..])
{
    Console.Error.WriteLine($"postern has no command '{args[0]}'. Try: postern serve --help");
    return 2;
}
try
{
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
catch (Exception refused) when (refused is OptionException or MasterKeyException or FormatException or IOException or StorageException)
{
    // For the person who starts it: what is wrong and what to do, without a stack.
    Console.Error.WriteLine(refused.Message);
    return 1;
}
