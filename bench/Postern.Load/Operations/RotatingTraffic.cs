using Postern.Load.Generator;

namespace Postern.Load.Operations;

/// <summary>Requests that were made beforehand, sent in turn.</summary>
public sealed class RotatingTraffic(params IEnumerable<byte[]> requests) : Traffic
{
    private readonly byte[][] requests = [.. requests];
    private int turn;

    public override ReadOnlySpan<byte> Begin(Call call)
    {
        turn = turn + 1 < requests.Length ? turn + 1 : 0;
        return requests[turn];
    }
}
