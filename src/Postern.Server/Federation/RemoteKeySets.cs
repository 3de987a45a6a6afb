using System.Text;

namespace Postern.Federation;

/// <summary>Key sets that others publish at an address (<c>jwks_uri</c>), kept for a while. A key that is not among them is looked for again, so
/// that a new one is good at once; how often is bounded.</summary>
public sealed class RemoteKeySets(OutsideDocuments documents, TimeProvider time)
{
    private const int MostKept = 1000;

    private static readonly TimeSpan freshFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(30);

    // Where the address does not answer any more: long enough for a restart, too short for a key that was taken back.
    private static readonly TimeSpan longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The keys at an address; null where none are to be had.</summary>
    /// <param name="kid">The key that is looked for; null: any.</param>
    public async ValueTask<KeySet?> Get(string address, string? kid, CancellationToken stop) => (await Found(address, kid).WaitAsync(stop))?.Keys;

    private Task<Fetched?> Found(string address, string? kid)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var known = kept.GetValueOrDefault(address);
            if (known is not null && (!known.Fetching.IsCompleted || now < known.Asked + pause || IsGood(Result(known), kid, now)))
                return known.Fetching;
            if (known is null && kept.Count >= MostKept)
                kept.Clear();
            var fetching = Fetch(address, Result(known), now);
            kept[address] = new(now, fetching);
            return fetching;
        }
    }

    private static Fetched? Result(Kept? kept) => kept?.Fetching is { IsCompletedSuccessfully: true } done ? done.Result : null;

    private static bool IsGood(Fetched? found, string? kid, DateTimeOffset now) =>
        found is not null && now < found.At + freshFor && (kid is null || found.Keys.Has(kid));

    // Not the caller's to cancel: others wait for it as well.
    private async Task<Fetched?> Fetch(string address, Fetched? before, DateTimeOffset now)
    {
        await Task.Yield();
        var bytes = await documents.Fetch(address, KeySet.LongestDocument, CancellationToken.None);
        if (bytes is not null && KeySet.TryRead(Encoding.UTF8.GetString(bytes), out var keys, out _))
            return new(keys, now);
        return before is not null && now < before.At + longest ? before : null;
    }

    private sealed record Kept(DateTimeOffset Asked, Task<Fetched?> Fetching);

    private sealed record Fetched(KeySet Keys, DateTimeOffset At);
}
