using Postern.Cryptography;
using Postern.Wire;

namespace Postern;

/// <summary>Fills the stock of signing keys, behind the requests.</summary>
internal static class Stocking
{
    private static readonly TimeSpan delay = TimeSpan.FromSeconds(2);

    // The first requests after a start have the cores to themselves.
    public static async Task Run(KeyStock stock, InFlight inFlight, CancellationToken stop)
    {
        try
        {
            await Task.Delay(delay, stop);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        await stock.Fill(() => inFlight.Count > 1, stop);
    }
}
