using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Postern.Load.Generator;

namespace Postern.Load.Target;

/// <summary>A server that this run started and ends.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;

    private static readonly TimeSpan longestStop = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly EventHandler killAtExit;

    private ServerProcess(string executable, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true };
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new LoadException($"{executable} does not start: {missing.Message}");
        }
        killAtExit = (_, _) => process.Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
    }

    public int Id => process.Id;

    public ProcessUsage Usage => new(process.Id);

    /// <summary>Starts it and waits for the line by which it tells its address.</summary>
    /// <exception cref="LoadException">It ended instead.</exception>
    public static (ServerProcess Process, Uri Url) Start(string executable, params IEnumerable<string> arguments)
    {
        var started = Begin(executable, arguments);
        while (started.process.StandardOutput.ReadLine() is { } line)
        {
            if (Uri.TryCreate(line.Split(' ')[^1], UriKind.Absolute, out var url) && url.Scheme is "http")
            {
                started.process.OutputDataReceived += static (_, _) => { };
                started.process.BeginOutputReadLine();
                return (started, url);
            }
        }
        started.Dispose();
        throw new LoadException($"{executable} ended before it was ready.");
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public static ServerProcess Begin(string executable, params IEnumerable<string> arguments) => new(executable, arguments);

    /// <summary>Asks it to stop, waits for its end, and ends it where it takes too long.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= killAtExit;
        _ = Kill(process.Id, SigTerm);
        if (!process.WaitForExit(longestStop))
            process.Kill();
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
