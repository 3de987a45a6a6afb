using System.Runtime.InteropServices;

namespace Postern.Cryptography;

/// <summary>Gives the calling thread way to all others.</summary>
internal static partial class ThreadPriorities
{
    private const int Process = 0;

    // A tenth of the weight of other threads: it comes forward even while the cores are busy.
    private const int Nice = 10;

    public static void LowerCurrent()
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        if (!OperatingSystem.IsLinux())
            return;
        // .NET's priority does nothing on Linux. There setpriority(2) of "process" 0 is that of the calling thread alone.
        try
        {
            _ = SetPriority(Process, 0, Nice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // It is a courtesy: the thread runs without it.
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
