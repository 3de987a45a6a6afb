namespace Postern.Storage.Postgres;

/// <summary>Attempts that are counted while there is no primary, in this node's memory: who guesses passwords is locked out then as well.</summary>
internal sealed class AwayAttempts
{
    /// <summary>With more, counting fails, and so do the sign-ins that are to be counted.</summary>
    private const int Most = 20_000;

    private readonly Dictionary<(long Pool, AttemptKey Key), Entry> entries = [];
    private volatile bool isEmpty = true;

    /// <summary>What is stored, with what was counted here since.</summary>
    public Attempts With(Attempts stored, long pool, AttemptKey key)
    {
        if (isEmpty)
            return stored;
        lock (entries)
            return entries.TryGetValue((pool, key), out var here) ? Sum(stored, here) : stored;
    }

    /// <exception cref="StorageUnavailableException">There is no room for more.</exception>
    public Attempts Add(Attempts stored, long pool, AttemptKey key, DateTimeOffset at, TimeSpan window, bool sliding, StorageUnavailableException away)
    {
        lock (entries)
        {
            var here = entries.GetValueOrDefault((pool, key));
            var before = Sum(stored, here);
            if (before.Count > 0 && at - (sliding ? before.Last : before.First) >= window)
                here = new(IsForgotten: true, default);
            if (entries.Count >= Most && !entries.ContainsKey((pool, key)))
                throw away;
            here = here with { Since = Sum(here.Since, new(false, new(1, at, at))) };
            entries[(pool, key)] = here;
            isEmpty = false;
            return Sum(stored, here);
        }
    }

    /// <exception cref="StorageUnavailableException">There is no room for more.</exception>
    public void Forget(long pool, AttemptKey key, StorageUnavailableException away)
    {
        lock (entries)
        {
            if (entries.Count >= Most && !entries.ContainsKey((pool, key)))
                throw away;
            entries[(pool, key)] = new(IsForgotten: true, default);
            isEmpty = false;
        }
    }

    /// <summary>Hands what was counted to whoever writes it, one after another, and keeps what could not be written.</summary>
    public async ValueTask Write(Func<long, AttemptKey, bool, Attempts, ValueTask> write)
    {
        KeyValuePair<(long Pool, AttemptKey Key), Entry>[] all;
        lock (entries)
            all = [.. entries];
        foreach (var (place, here) in all)
        {
            await write(place.Pool, place.Key, here.IsForgotten, here.Since);
            lock (entries)
            {
                // What was counted meanwhile stays for the next time.
                if (entries.TryGetValue(place, out var now) && now == here)
                    entries.Remove(place);
                isEmpty = entries.Count == 0;
            }
        }
    }

    private static Attempts Sum(Attempts stored, Entry here)
    {
        var (count, first, last) = here.Since;
        if (here.IsForgotten || stored.Count == 0)
            return here.Since;
        return count == 0 ? stored : new(stored.Count + count, first < stored.First ? first : stored.First, last > stored.Last ? last : stored.Last);
    }

    /// <param name="IsForgotten">What is stored counts no more.</param>
    private readonly record struct Entry(bool IsForgotten, Attempts Since);
}
