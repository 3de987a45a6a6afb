namespace Postern.Cryptography;

/// <summary>The two tables of the generator's powers: one that is scanned, for x, and a wide one for b. Neither is made before it is needed.</summary>
/// <param name="scannedWidth">Bits of a window of the scanned table: wider ones cost more to scan than their products save.</param>
/// <param name="fill">Fills a table.</param>
internal sealed class GeneratorTables(int scannedWidth, Action<FixedBaseTable> fill)
{
    // b is used once, so which entries it touches tells nothing that lasts: no scan, and as few products as there are bytes (4 MiB).
    private const int UnscannedWidth = 8;

    private readonly Lazy<FixedBaseTable> scanned = new(() => Make(scannedWidth, fill));
    private readonly Lazy<Task<FixedBaseTable>> unscanned = new(() => Task.Run(() => Make(UnscannedWidth, fill)));

    public FixedBaseTable Scanned => scanned.Value;

    /// <summary>The wide table; null while it is being made, which begins with the first call.</summary>
    public FixedBaseTable? Unscanned => unscanned.Value is { IsCompletedSuccessfully: true } task ? task.Result : null;

    /// <summary>Makes both tables, or waits for them.</summary>
    public void Prepare()
    {
        _ = scanned.Value;
        unscanned.Value.Wait();
    }

    private static FixedBaseTable Make(int width, Action<FixedBaseTable> fill)
    {
        var table = new FixedBaseTable(width);
        fill(table);
        return table;
    }
}
