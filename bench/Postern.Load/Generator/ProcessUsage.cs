using System.Globalization;

namespace Postern.Load.Generator;

/// <summary>What a process used, from <c>/proc</c>.</summary>
public sealed class ProcessUsage(int pid)
{
    // USER_HZ: what the kernel counts CPU time in for programs, on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>CPU time in user mode and in the kernel, all threads, to 10 ms.</summary>
    /// <exception cref="LoadException">There is no such process.</exception>
    public double CpuSeconds()
    {
        // The name, in parentheses, may hold anything; after it come state, ppid, … utime and stime as 12th and 13th.
        var stat = Read("stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    /// <summary>Resident memory, in MB of 1,048,576 bytes.</summary>
    /// <exception cref="LoadException">There is no such process.</exception>
    public double ResidentMegabytes()
    {
        var line = Read("status").Split('\n').Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
    }

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (IOException)
        {
            throw new LoadException($"The server's process {pid} is gone.");
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
