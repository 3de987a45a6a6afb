namespace Postern.Storage.Sqlite;

internal sealed class SqliteKeys(Readers readers, Writer writer) : IKeyStore
{
    private const string SigningKeysSql = "SELECT purpose, kid, sealed, created, expires FROM signing_keys WHERE pool = ? ORDER BY created, purpose, kid";

    public ValueTask<IReadOnlyList<StoredSigningKey>> SigningKeys(long pool, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use(SigningKeysSql).With(pool);
        return new(Pages.ReadAll(rows, row => ReadSigningKey(row, pool)));
    }

    public ValueTask<long?> FindPool(string kid, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT pool FROM signing_keys WHERE kid = ?").With(kid);
        return new(row.Step() ? row.Long(0) : null);
    }

    public ValueTask<IReadOnlyList<StoredSigningKey>?> DrawSigningKeys(long pool, IReadOnlyList<StoredKey> spare, CancellationToken stop) =>
        writer.Run(connection => Draw(connection, pool, spare), stop);

    public ValueTask<bool> RotateSigningKeys(
        long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires, CancellationToken stop) =>
        writer.Run(connection => Rotate(connection, pool, replaced, added, expires), stop);

    public ValueTask<Page<long>> PoolsWithKeys(long after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use("SELECT DISTINCT pool FROM signing_keys WHERE pool > ? ORDER BY pool LIMIT ?").With(after).With(limit + 1);
        return new(Pages.Read(rows, limit, static row => row.Long(0)));
    }

    public ValueTask<int> CountStock(CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT count(*) FROM key_stock");
        row.Step();
        return new(row.Int(0));
    }

    public async ValueTask AddToStock(StoredKey key, CancellationToken stop) => await writer.Run(
        connection => connection.Use("INSERT INTO key_stock (kid, created, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .With(key.Kid).With(key.Created).With(key.Sealed).Run(),
        stop);

    public ValueTask<IReadOnlyList<StoredRingKey>> Ring(CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use("SELECT id, sealed, created FROM ring_keys ORDER BY id");
        return new(Pages.ReadAll(rows, row => new StoredRingKey(row.Int(0), row.Blob(1), row.Time(2))));
    }

    public ValueTask<bool> AddToRing(StoredRingKey key, CancellationToken stop) => writer.Run(
        connection => connection.Use("INSERT INTO ring_keys (id, created, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .With(key.Id).With(key.Created).With(key.Sealed).Run() == 1,
        stop);

    private static IReadOnlyList<StoredSigningKey>? Draw(Connection connection, long pool, IReadOnlyList<StoredKey> spare)
    {
        using (var rows = connection.Use(SigningKeysSql).With(pool))
        {
            var drawn = Pages.ReadAll(rows, row => ReadSigningKey(row, pool));
            if (drawn.Count > 0)
                return drawn;
        }
        IReadOnlyList<StoredKey> pair;
        using (var rows = connection.Use("SELECT kid, sealed, created FROM key_stock ORDER BY created, kid LIMIT 2"))
            pair = Pages.ReadAll(rows, row => new StoredKey(row.Text(0), row.Blob(1), row.Time(2)));
        if (pair.Count < 2)
            pair = spare;
        if (pair.Count < 2)
            return null;

        StoredSigningKey[] keys = [new(pool, SigningKeyUse.IdToken, pair[0]), new(pool, SigningKeyUse.AccessToken, pair[1])];
        foreach (var key in keys)
        {
            connection.Use("DELETE FROM key_stock WHERE kid = ?").With(key.Key.Kid).Run();
            Insert(connection, key);
        }
        return keys;
    }

    private static bool Rotate(
        Connection connection, long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires)
    {
        IReadOnlyList<string> current;
        using (var rows = connection.Use("SELECT kid FROM signing_keys WHERE pool = ? AND expires IS NULL").With(pool))
            current = Pages.ReadAll(rows, static row => row.Text(0));
        if (!current.ToHashSet(StringComparer.Ordinal).SetEquals(replaced))
            return false;
        connection.Use("UPDATE signing_keys SET expires = ? WHERE pool = ? AND expires IS NULL").With(expires).With(pool).Run();
        foreach (var key in added)
            Insert(connection, key);
        return true;
    }

    private static void Insert(Connection connection, StoredSigningKey key) =>
        connection.Use("INSERT INTO signing_keys (pool, purpose, kid, created, sealed) VALUES (?, ?, ?, ?, ?)")
            .With(key.Pool).With((int)key.Use).With(key.Key.Kid).With(key.Key.Created).With(key.Key.Sealed).Run();

    private static StoredSigningKey ReadSigningKey(Statement row, long pool) => new(
        pool, (SigningKeyUse)row.Int(0), new(row.Text(1), row.Blob(2), row.Time(3)), row.IsNull(4) ? null : row.Time(4));
}
