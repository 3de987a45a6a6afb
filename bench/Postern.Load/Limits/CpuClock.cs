using System.Runtime.InteropServices;

namespace Postern.Load.Limits;

/// <summary>CPU time of this thread: what work costs, whatever else the machine does meanwhile.</summary>
internal static partial class CpuClock
{
    private const int Bouts = 5;
    private const int ThreadCpuTime = 3;   // CLOCK_THREAD_CPUTIME_ID

    private static readonly TimeSpan bout = TimeSpan.FromMilliseconds(150);

    /// <summary>CPU microseconds of one unit of work: the median of five bouts of 0.15 s.</summary>
    /// <param name="units">How many units one call of <paramref name="work"/> does.</param>
    public static double Microseconds(Action work, int units = 1)
    {
        Bout(work);   // compiles it, and warms the caches
        var bouts = Enumerable.Range(0, Bouts).Select(_ => Bout(work)).Order().ToArray();
        return bouts[Bouts / 2] / units;
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
