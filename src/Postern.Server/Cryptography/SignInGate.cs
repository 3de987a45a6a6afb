namespace Postern.Cryptography;

/// <summary>Lets as many sign-ins calculate at once as there are cores, so that cheap calls do not wait behind hundreds of them.
/// Held for arithmetic alone (SRP, signatures): never across a trigger, a mail or the store.</summary>
public sealed class SignInGate : IDisposable
{
    private readonly SemaphoreSlim free;
    private readonly int longestQueue;
    private int waiting;

    /// <param name="concurrency">How many calculate at once; the number of cores.</param>
    /// <param name="longestQueue">How many may wait; more are refused.</param>
    public SignInGate(int concurrency, int longestQueue = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(longestQueue);
        free = new(concurrency, concurrency);
        this.longestQueue = longestQueue;
    }

    /// <summary>Waits for its turn, first come first served. After true, <see cref="Exit"/> must follow; false: too many wait already.</summary>
    public ValueTask<bool> TryEnter(CancellationToken stop)
    {
        if (free.Wait(0, CancellationToken.None))
            return new(true);
        if (Interlocked.Increment(ref waiting) <= longestQueue)
            return Wait(stop);
        Interlocked.Decrement(ref waiting);
        return new(false);
    }

    /// <summary>Ends the turn.</summary>
    public void Exit() => free.Release();

    public void Dispose() => free.Dispose();

    private async ValueTask<bool> Wait(CancellationToken stop)
    {
        try
        {
            await free.WaitAsync(stop);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
