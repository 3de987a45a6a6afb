namespace Postern.Load.Generator;

/// <summary>What the connections of a run send. Called by one thread.</summary>
public abstract class Traffic
{
    /// <summary>The first request of the next call; valid until the next call of this object.</summary>
    public abstract ReadOnlySpan<byte> Begin(Call call);

    /// <summary>Reads an answer of status 2xx. The next request of the call; empty where the call is over.</summary>
    public virtual ReadOnlySpan<byte> Continue(Call call, ReadOnlySpan<byte> body) => default;
}

/// <summary>A call on its way: one exchange of messages or more.</summary>
public sealed class Call
{
    /// <summary>What the traffic remembers of it: whose turn it was.</summary>
    public long Item { get; set; }

    /// <summary>How many answers came.</summary>
    public int Answers { get; set; }

    /// <summary>When it began, as <see cref="System.Diagnostics.Stopwatch"/> counts.</summary>
    public long Begun { get; set; }
}
