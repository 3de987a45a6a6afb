using System.Numerics;

namespace Postern.Load.Generator;

/// <summary>Counts durations in steps of at most 1/64, so that adding one costs a few instructions.</summary>
public sealed class Histogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    private readonly long[] counts = new long[Steps * 40];
    private long total;

    /// <param name="microseconds">Not negative; 9 years are the most.</param>
    public void Add(long microseconds)
    {
        counts[Slot(microseconds)]++;
        total++;
    }

    /// <summary>The duration that this part of all does not exceed, in milliseconds; 0 where there are none.</summary>
    /// <param name="part">Above 0, at most 1.</param>
    public double Milliseconds(double part)
    {
        var wanted = (long)Math.Ceiling(part * total);
        var seen = 0L;
        for (var slot = 0; slot < counts.Length && total > 0; slot++)
        {
            seen += counts[slot];
            if (seen >= wanted)
                return Least(slot) / 1000.0;
        }
        return 0;
    }

    // Below 64 us a slot is a microsecond; above, each doubling has 64 slots.
    private static int Slot(long value)
    {
        var doublings = Math.Max(0, BitOperations.Log2((ulong)value) - StepBits);
        return doublings * Steps + (int)(value >> doublings);
    }

    private static long Least(int slot)
    {
        var doublings = Math.Max(0, slot / Steps - 1);
        return (slot - (long)doublings * Steps) << doublings;
    }
}
