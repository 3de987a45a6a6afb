using System.Buffers.Binary;
using Postern.Storage;

namespace Postern.Development;

/// <summary>A clock that tests move. Lifetimes follow it; timers and waits (mechanics) run on real time.</summary>
public sealed class Clock : TimeProvider
{
    private const string Name = "clock-offset";

    private long offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>Takes up the offset that the state holds.</summary>
    public async ValueTask Load(IInstallationStore installation, CancellationToken stop)
    {
        var stored = await installation.Get(Name, stop);
        Interlocked.Exchange(ref offset, stored is { Length: 8 } ? BinaryPrimitives.ReadInt64BigEndian(stored) : 0);
    }

    /// <summary>Moves the clock, and keeps it so.</summary>
    public async ValueTask Move(TimeSpan newOffset, IInstallationStore installation, CancellationToken stop)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, newOffset.Ticks);
        await installation.Set(Name, bytes, stop);
        Interlocked.Exchange(ref offset, newOffset.Ticks);
    }

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref offset));

    /// <summary>The time without the offset.</summary>
    public DateTimeOffset RealNow => base.GetUtcNow();
}
