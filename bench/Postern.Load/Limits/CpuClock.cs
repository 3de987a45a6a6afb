using System.Runtime.InteropServices;

namespace Postern.Load.Limits;

/// <summary>What work costs in CPU time, with every core at it: the server that is compared has all of them busy, too.</summary>
internal static partial class CpuClock
{
    private const int ThreadCpuTime = 3;   // CLOCK_THREAD_CPUTIME_ID

    private static readonly TimeSpan bout = TimeSpan.FromMilliseconds(150);

    /// <summary>CPU microseconds of one unit of work: the mean of a bout of 0.15 s on each of the threads, all at once.</summary>
    /// <param name="works">The work of each thread, with its own state.</param>
    /// <param name="units">How many units one call does.</param>
    public static double Microseconds(IReadOnlyList<Action> works, int units = 1)
    {
        var spent = new double[works.Count];
        var threads = works.Select((work, index) => new Thread(() => spent[index] = Bout(work))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        return spent.Average() / units;
    }

    private static double Bout(Action work)
    {
        var calls = 0L;
        var start = Now();
        TimeSpan spent;
        do
        {
            work();
            calls++;
            spent = Now() - start;
        }
        while (spent < bout);
        return spent.TotalMicroseconds / calls;
    }

    private static TimeSpan Now()
    {
        _ = Read(ThreadCpuTime, out var time);
        return TimeSpan.FromTicks(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
