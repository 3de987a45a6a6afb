using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Postern.Load.Generator;

namespace Postern.Load.Target;

/// <summary>A server that this run started and ends.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;

    private static readonly TimeSpan longestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan longestStop = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly EventHandler killAtExit;
    private readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(string executable, IEnumerable<string> arguments)
    {
        process = new Process { StartInfo = new(executable, arguments) { RedirectStandardOutput = true } };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new LoadException($"{executable} does not start: {missing.Message}");
        }
        killAtExit = (_, _) => process.Kill();
        AppDomain.CurrentDomain.ProcessExit += killAtExit;
        process.BeginOutputReadLine();
    }

    public ProcessUsage Usage => new(process.Id);

    /// <summary>Starts it and waits for the line by which it tells its address.</summary>
    /// <exception cref="LoadException">It ended instead, or did not start at all.</exception>
    public static async Task<(ServerProcess Process, Uri Url)> Start(string executable, params IEnumerable<string> arguments)
    {
        var started = Begin(executable, arguments);
        try
        {
            return (started, await started.ready.Task.WaitAsync(longestStart));
        }
        catch (Exception failed) when (failed is TimeoutException or OperationCanceledException)
        {
            started.Dispose();
            throw new LoadException($"{executable} did not get ready.");
        }
    }

    /// <summary>Starts it and waits for nothing.</summary>
    /// <exception cref="LoadException">It does not start.</exception>
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

    /// <summary>Each line of its output, which is read to the end lest it wait for a reader; null is the end.</summary>
    private void Read(string? line)
    {
        if (line is null)
            ready.TrySetCanceled();
        else if (Uri.TryCreate(line.Split(' ')[^1], UriKind.Absolute, out var url) && url.Scheme is "http")
            ready.TrySetResult(url);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
