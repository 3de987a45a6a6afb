using System.Security.Cryptography;
using Postern.Storage;

namespace Postern.Cryptography;

/// <summary>How far a rotation is.</summary>
/// <param name="What">What is gone through, for people: <c>passwords</c>.</param>
/// <param name="Done">Rows seen of it in this pass.</param>
/// <param name="Estimated">About how many there are; less than 0 where nothing is counted.</param>
/// <param name="Pass">1 seals anew; those after it verify that nothing was left.</param>
public readonly record struct RotationProgress(string What, long Done, long Estimated, int Pass);

/// <param name="Seen">Sealed values that there are.</param>
/// <param name="Resealed">Values that this run sealed anew.</param>
/// <param name="Unopened">Values that open under neither key, which stay as they are: how many, and where some of them stand.</param>
public sealed record RotationResult(long Seen, long Resealed, int Unopened, IReadOnlyList<SealedPlace> Places);

/// <summary>Seals everything at rest under a new master key while servers that have both keys go on. It can be interrupted and run again.</summary>
/// <remarks>
/// The order keeps every node that may be running right. Nodes seal with the key that the database names: at first the old one, so that those
/// which have it alone read what those with both write. The next key is named, which nodes with both notice within a second, and whatever was
/// sealed before is sealed anew row by row, if it is still what was read. When requests that had begun before are over, all rows are seen once
/// more; only a pass that finds nothing under the old key lets the new one take the old one's place in the database.
/// </remarks>
/// <param name="keys">The new key, with the one before.</param>
/// <param name="settle">How long a request may hold what it has sealed before it is saved.</param>
public sealed class MasterKeyRotation(MasterKey keys, ISealedValues values, IInstallationStore installation, TimeSpan settle)
{
    /// <summary>Longer than a request takes, triggers and retries included, and the second in which a node notices.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    private const int PageSize = 400;
    private const int MostPasses = 10;
    private const int MostPlaces = 10;
    private const int Tries = 5;
    private static readonly TimeSpan longestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan retry = TimeSpan.FromSeconds(1);

    private static readonly SealedColumn[] columns = Enum.GetValues<SealedColumn>();

    private readonly List<SealedPlace> places = [];
    private int unopened;
    private long seen;
    private long resealed;

    /// <exception cref="MasterKeyException">The keys are not those of the database, or a server goes on sealing under the old one.</exception>
    /// <exception cref="StorageException">The database is away or full; what was sealed anew is.</exception>
    public async Task<RotationResult> Run(Action<RotationProgress> tell, CancellationToken stop)
    {
        await Begin(stop);
        var settled = Task.Delay(settle, stop);
        for (var pass = 1; await Pass(pass, tell, stop) > 0 || pass == 1; pass++)
        {
            if (pass == MostPasses)
            {
                throw new MasterKeyException(
                    $"Values sealed under master key {keys.PreviousId} keep coming: a server runs with that key alone. Start every one with "
                    + "--master-key NEW --previous-master-key OLD, and run this again.");
            }
            if (!settled.IsCompleted)
                tell(new("waiting for the end of requests that had begun", 0, Estimated: -1, pass));
            await settled;
        }
        await installation.Set(MasterKey.CheckName, keys.SealUnderOwn(SealedAs.Check, "postern"u8), stop);
        return new(seen, resealed, unopened, places);
    }

    private async ValueTask Begin(CancellationToken stop)
    {
        var record = await MasterKeyRecord.Read(installation, stop);
        if (record.Current is null)
            throw new MasterKeyException("This database has no master key yet: no server was started on it. Start it with the new key; there is nothing to rotate.");
        await keys.Check(installation, stop);
        if (record.Next is not null && record.NextId != keys.Id)
            throw new MasterKeyException($"A rotation from master key {record.CurrentId} to {record.NextId} has begun: finish it first, with that one as --master-key.");
        if (record.Next is null && record.CurrentId != keys.Id)
            await installation.Set(MasterKey.NextName, keys.SealUnderOwn(SealedAs.Check, "postern"u8), stop);
    }

    /// <summary>Goes through everything; answers how many values were under the key before.</summary>
    private async Task<long> Pass(int pass, Action<RotationProgress> tell, CancellationToken stop)
    {
        (seen, unopened) = (0, 0);
        places.Clear();
        var found = 0L;
        foreach (var column in columns)
        {
            var estimated = await values.Estimate(column, stop);
            var done = 0L;
            SealedPlace? after = null;
            Page<SealedValue> page;
            do
            {
                page = await Retried(() => values.List(column, after, PageSize, stop), stop);
                found += await Reseal(page.Items, stop);
                if (page.Items.Count > 0)
                    after = page.Items[^1].Place;
                done += page.Items.Count;
                tell(new(Name(column), done, Math.Max(estimated, done), pass));
            }
            while (page.HasMore);
        }
        return found;
    }

    private async Task<int> Reseal(IReadOnlyList<SealedValue> page, CancellationToken stop)
    {
        var changes = new List<ResealedValue>();
        foreach (var (place, bytes) in page)
        {
            if (bytes.IsEmpty || SealedAs.Of(place) is not { } kind)
                continue;
            seen++;
            if (keys.IsOfOwn(bytes.Span))
                continue;
            if (Open(kind, bytes.Span) is { } plain)
                changes.Add(new(place, bytes, keys.SealUnderOwn(kind, plain)));
            else if (unopened++ < MostPlaces)
                places.Add(place);
        }
        if (changes.Count == 0)
            return 0;
        var began = TimeProvider.System.GetTimestamp();
        resealed += await Retried(() => values.Replace(changes, stop), stop);
        // SQLite has one lock for all who write: what is taken of it is left to the servers again. Waiting for it was theirs already.
        var took = TimeProvider.System.GetElapsedTime(began);
        await Task.Delay(took < longestPause ? took : longestPause, stop);
        return changes.Count;
    }

    private byte[]? Open(SealedAs kind, ReadOnlySpan<byte> value)
    {
        try
        {
            return keys.Open(kind, value);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static async ValueTask<T> Retried<T>(Func<ValueTask<T>> work, CancellationToken stop)
    {
        for (var left = Tries; ; left--)
        {
            try
            {
                return await work();
            }
            catch (StorageException) when (left > 1)
            {
                await Task.Delay(retry, stop);
            }
        }
    }

    private static string Name(SealedColumn column) => column switch
    {
        SealedColumn.StockKey => "key stock",
        SealedColumn.SigningKey => "signing keys",
        SealedColumn.RingKey => "key ring",
        SealedColumn.InstallationValue => "installation",
        SealedColumn.ResourceSecret => "client and provider secrets",
        SealedColumn.UserVerifier => "passwords",
        SealedColumn.UserPartSecret => "devices",
        _ => "messages",
    };
}
