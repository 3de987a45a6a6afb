using System.Buffers.Binary;
using Postern.Storage;

namespace Postern.Development;

/// <summary>A clock that tests move. Lifetimes follow it; timers and waits (mechanics) run on real time.</summary>
public sealed class Clock : TimeProvider
{
    private const string Name = "clock-offset";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private long offset;
    private int moves;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>Takes up the offset that the state holds.</summary>
    public async ValueTask Load(IInstallationStore installation, CancellationToken stop)
    {
        var before = Volatile.Read(ref moves);
        var stored = await installation.Get(Name, stop);
        // What was read while the clock was moved may be what it said before.
        if (Volatile.Read(ref moves) == before)
            Interlocked.Exchange(ref offset, stored is { Length: 8 } ? BinaryPrimitives.ReadInt64BigEndian(stored) : 0);
    }

    /// <summary>Takes up what other nodes of the same database set, within a second, until stopped.</summary>
    public async Task Follow(IInstallationStore installation, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Look, stop);
                await Load(installation, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException)
            {
                // The requests tell of a database that is away.
            }
        }
    }

    /// <summary>Moves the clock, and keeps it so.</summary>
    public async ValueTask Move(TimeSpan newOffset, IInstallationStore installation, CancellationToken stop)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, newOffset.Ticks);
        Interlocked.Increment(ref moves);
        await installation.Set(Name, bytes, stop);
        Interlocked.Exchange(ref offset, newOffset.Ticks);
        Interlocked.Increment(ref moves);
    }

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>The time without the offset.</summary>
    public DateTimeOffset RealNow => base.GetUtcNow();
}
