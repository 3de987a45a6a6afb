namespace Postern.Load.Limits;

/// <summary>Measures the parts of the limits again and again, for a machine's pace changes from one minute to the next.</summary>
internal sealed class LimitMeter : IDisposable
{
    private static readonly MachineLimits none = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private readonly RsaLimits rsa = new();
    private readonly SrpLimits srp = new();
    private readonly SqliteLimits sqlite = SqliteLimits.Make();
    private readonly KestrelLimits kestrel;
    private readonly (Func<double> Measure, Func<MachineLimits, double, MachineLimits> Put)[] parts;

    private LimitMeter(KestrelLimits kestrel)
    {
        this.kestrel = kestrel;
        parts =
        [
            (rsa.Sign, static (limits, value) => limits with { Sign = value }),
            (rsa.Verify, static (limits, value) => limits with { Verify = value }),
            (srp.PowerOfGenerator, static (limits, value) => limits with { PowerOfGenerator = value }),
            (srp.PublicValue, static (limits, value) => limits with { PublicValue = value }),
            (srp.SharedSecret, static (limits, value) => limits with { SharedSecret = value }),
            (kestrel.Get, static (limits, value) => limits with { Get = value }),
            (kestrel.Post, static (limits, value) => limits with { Post = value }),
            (sqlite.Read, static (limits, value) => limits with { Read = value }),
            (sqlite.Page, static (limits, value) => limits with { Page = value }),
            (sqlite.Insert, static (limits, value) => limits with { Insert = value }),
        ];
    }

    /// <summary>Makes what is measured, and measures everything once for nothing: that compiles it and warms the caches.</summary>
    public static async Task<LimitMeter> Start()
    {
        var meter = new LimitMeter(await KestrelLimits.Start());
        meter.Measure();
        return meter;
    }

    /// <summary>All parts: about 3 seconds.</summary>
    public MachineLimits Measure() => Measure(parts);

    /// <summary>The parts that the sum has; the others are 0.</summary>
    public MachineLimits Measure(Func<MachineLimits, double> sum) => Measure(parts.Where(part => sum(part.Put(none, 1)) > 0));

    public void Dispose()
    {
        kestrel.Dispose();
        sqlite.Dispose();
        rsa.Dispose();
    }

    private static MachineLimits Measure(IEnumerable<(Func<double> Measure, Func<MachineLimits, double, MachineLimits> Put)> parts) =>
        parts.Aggregate(none, static (limits, part) => part.Put(limits, part.Measure()));
}
