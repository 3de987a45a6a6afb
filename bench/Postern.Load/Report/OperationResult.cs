using Postern.Load.Generator;
using Postern.Load.Operations;

namespace Postern.Load.Report;

/// <summary>A part of an operation's time, and the limits as they were right before it.</summary>
internal sealed record Round(Measurement Measurement, double? LimitMicroseconds)
{
    /// <summary>The part of the limit that was reached; null where it is not known.</summary>
    public double? Share => Measurement.Microseconds > 0 ? LimitMicroseconds / Measurement.Microseconds : null;
}

/// <summary>What an operation did in its rounds, seen against its limit: medians, since a machine's pace changes.</summary>
internal sealed record OperationResult(LoadOperation Operation, int Users, IReadOnlyList<Round> Rounds)
{
    public double PerSecond => Median(static round => round.Measurement.PerSecond) ?? 0;

    /// <summary>Calls for each second of CPU that the server used; null where that is not known.</summary>
    public double? PerCoreSecond => Median(static round => round.Measurement.PerCoreSecond is > 0 and var known ? known : null);

    /// <summary>CPU microseconds of the database's own processes for one call; null where it has none.</summary>
    public double? DatabaseMicroseconds => Median(static round => round.Measurement.DatabaseMicroseconds is > 0 and var used ? used : null);

    /// <summary>CPU microseconds that no server can do without; null for what is judged by its time.</summary>
    public double? LimitMicroseconds => Median(static round => round.LimitMicroseconds);

    public double? Share => Median(static round => round.Share);

    public double? LeastShare => Rounds.Min(static round => round.Share);

    public double? MostShare => Rounds.Max(static round => round.Share);

    public double P50 => Median(static round => round.Measurement.P50) ?? 0;

    public double P99 => Median(static round => round.Measurement.P99) ?? 0;

    public long Failed => Rounds.Sum(static round => round.Measurement.Failed);

    public bool MeetsGoal => Failed == 0 && PerSecond > 0 && !(Share < Operation.Goal) && !(Operation.LongestP50 <= P50);

    private double? Median(Func<Round, double?> value)
    {
        var known = Rounds.Select(value).OfType<double>().Order().ToArray();
        return known.Length == 0 ? null : (known[known.Length / 2] + known[(known.Length - 1) / 2]) / 2;
    }
}
