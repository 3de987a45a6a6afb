using System.Runtime.InteropServices;

namespace Postern.Load.Generator;

/// <summary>Linux's epoll: which of many sockets can be read.</summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Most = 256;
    private const int Add = 1;
    private const uint Readable = 1;

    // struct epoll_event is packed on x86 alone: 32 bits of events, then 64 bits that the caller chose.
    private static readonly int data = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;
    private static readonly int size = data + 8;

    private readonly int handle;
    private readonly byte[] events = new byte[size * Most];

    public Epoll()
    {
        handle = Create(0);
        if (handle < 0)
            throw new LoadException($"epoll failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <param name="id">Names the socket when it can be read.</param>
    public void Watch(int socket, int id)
    {
        Span<byte> wanted = stackalloc byte[size];
        wanted.Clear();
        MemoryMarshal.Write(wanted, Readable);
        MemoryMarshal.Write(wanted[data..], (long)id);
        if (Control(handle, Add, socket, wanted) < 0)
            throw new LoadException($"epoll failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Waits until a socket can be read, or for so long; how many can.</summary>
    public int Wait(int milliseconds) => Math.Max(0, Wait(handle, events, Most, milliseconds));

    /// <summary>The id of one of those that can be read.</summary>
    public int Id(int index) => (int)MemoryMarshal.Read<long>(events.AsSpan(index * size + data));

    public void Dispose() => _ = Close(handle);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int handle, int operation, int socket, Span<byte> wanted);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int handle, byte[] events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
