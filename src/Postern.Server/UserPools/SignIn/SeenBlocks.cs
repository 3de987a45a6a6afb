using System.Collections.Concurrent;

namespace Postern.UserPools.SignIn;

/// <summary>The SECRET_BLOCKs that this node has seen answered: a second answer is refused. Bounded by their short life.</summary>
/// <remarks>Two generations: what is older than a block's life is dropped as a whole.</remarks>
public sealed class SeenBlocks(TimeProvider time)
{
    private const int MostEntries = 1_000_000;

    private readonly Lock gate = new();
    private ConcurrentDictionary<Guid, byte> young = new();
    private ConcurrentDictionary<Guid, byte> old = new();
    private long turned = time.GetTimestamp();

    /// <summary>Lets an exchange be answered once more.</summary>
    public void Forget(Guid exchange)
    {
        young.TryRemove(exchange, out _);
        old.TryRemove(exchange, out _);
    }

    /// <summary>True the first time an exchange is seen.</summary>
    /// <param name="life">No block lives longer.</param>
    public bool IsFirst(Guid exchange, TimeSpan life)
    {
        if (time.GetElapsedTime(turned) > life || young.Count > MostEntries)
        {
            lock (gate)
            {
                if (time.GetElapsedTime(turned) > life || young.Count > MostEntries)
                {
                    (old, young) = (young, new());
                    turned = time.GetTimestamp();
                }
            }
        }
        return !old.ContainsKey(exchange) && young.TryAdd(exchange, 0);
    }
}
