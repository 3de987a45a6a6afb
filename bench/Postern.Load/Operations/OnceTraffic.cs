using Postern.Load.Generator;

namespace Postern.Load.Operations;

/// <summary>Requests that were made beforehand, each sent once.</summary>
public sealed class OnceTraffic(byte[][] requests) : Traffic
{
    private int turn;

    public override ReadOnlySpan<byte> Begin(Call call) => turn < requests.Length
        ? requests[turn++]
        : throw new LoadException($"All {requests.Length} requests that work once were sent: measure for fewer --seconds.");
}
