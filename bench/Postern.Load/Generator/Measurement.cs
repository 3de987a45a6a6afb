namespace Postern.Load.Generator;

/// <summary>What a run of one operation showed.</summary>
/// <param name="Seconds">How long it was measured.</param>
/// <param name="ServerCpu">CPU seconds of the server's process meanwhile; 0 where it is not known.</param>
/// <param name="DatabaseCpu">CPU seconds of the database's processes meanwhile; 0 where there is none but the server's own.</param>
/// <param name="GeneratorCpu">CPU seconds of this process meanwhile.</param>
/// <param name="FirstError">Status and body of the first answer that was none of 2xx; null where there was none.</param>
public sealed record Measurement(long Succeeded, long Failed, double Seconds, double ServerCpu, double DatabaseCpu, double GeneratorCpu, Histogram Durations, string? FirstError)
{
    public double PerSecond => Succeeded / Seconds;

    /// <summary>Calls for each second of CPU that the server and its database used; 0 where that is not known.</summary>
    public double PerCoreSecond => ServerCpu > 0 ? (Succeeded + Failed) / (ServerCpu + DatabaseCpu) : 0;

    /// <summary>CPU microseconds of the database for one call.</summary>
    public double DatabaseMicroseconds => 1e6 * DatabaseCpu / Math.Max(1, Succeeded + Failed);

    /// <summary>CPU microseconds of the server for one call; 0 where that is not known.</summary>
    public double Microseconds => PerCoreSecond > 0 ? 1e6 / PerCoreSecond : 0;

    public double P50 => Durations.Milliseconds(0.50);

    public double P99 => Durations.Milliseconds(0.99);
}
