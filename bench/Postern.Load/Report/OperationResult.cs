using Postern.Load.Generator;
using Postern.Load.Limits;
using Postern.Load.Operations;

namespace Postern.Load.Report;

/// <summary>What an operation did, seen against its limit.</summary>
internal sealed record OperationResult(LoadOperation Operation, int Users, Measurement Measurement, MachineLimits Limits)
{
    /// <summary>Calls that a second of CPU could serve at best; null for what is judged by its time.</summary>
    public double? LimitPerCoreSecond => Operation.Limit is { } limit ? 1e6 / limit(Limits) : null;

    /// <summary>The part of the limit that was reached; null where it is not known.</summary>
    public double? Share => LimitPerCoreSecond is { } limit && Measurement.PerCoreSecond > 0 ? Measurement.PerCoreSecond / limit : null;

    public bool MeetsGoal =>
        Measurement is { Failed: 0, Succeeded: > 0 } && !(Share < Operation.Goal) && !(Operation.LongestP50 <= Measurement.P50);
}
