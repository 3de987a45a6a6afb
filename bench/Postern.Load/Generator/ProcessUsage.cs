using System.Globalization;

namespace Postern.Load.Generator;

/// <summary>What a process used, from <c>/proc</c>.</summary>
/// <param name="withChildren">Whether its children count, those that have ended included: PostgreSQL has a process for each connection.</param>
public sealed class ProcessUsage(int pid, bool withChildren = false)
{
    // USER_HZ: what the kernel counts CPU time in for programs, on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>CPU time in user mode and in the kernel, all threads, to 10 ms.</summary>
    /// <exception cref="LoadException">There is no such process.</exception>
    public double CpuSeconds()
    {
        var ticks = Ticks(Read("stat"), isParent: withChildren);
        foreach (var child in withChildren ? Children() : [])
        {
            try
            {
                ticks += Ticks(File.ReadAllText($"/proc/{child}/stat"), isParent: false);
            }
            catch (IOException)
            {
                // It ended meanwhile, and counts with its parent from now on.
            }
        }
        return ticks / TicksPerSecond;
    }

    /// <summary>Resident memory, in MB of 1,048,576 bytes.</summary>
    /// <exception cref="LoadException">There is no such process.</exception>
    public double ResidentMegabytes()
    {
        var line = Read("status").Split('\n').Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
    }

    private string[] Children() => Read($"task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // The name, in parentheses, may hold anything; after it come state, ppid, … utime, stime and those of ended children as 12th to 15th.
    private static long Ticks(string stat, bool isParent)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..(isParent ? 15 : 13)].Sum(Number);
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
