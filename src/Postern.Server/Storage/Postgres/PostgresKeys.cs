namespace Postern.Storage.Postgres;

internal sealed class PostgresKeys(ReadLanes readers, WriteLanes writers, Transactions transactions) : IKeyStore
{
    private const string SigningKeysSql = "SELECT purpose, kid, sealed, created, expires FROM signing_keys WHERE pool = $1 ORDER BY created, purpose, kid";

    public ValueTask<IReadOnlyList<StoredSigningKey>> SigningKeys(long pool, CancellationToken stop) => readers.Run(
        Command.Of(SigningKeysSql).With(pool), rows => rows.All(row => ReadSigningKey(row, pool)), stop);

    public ValueTask<long?> FindPool(string kid, CancellationToken stop) => readers.Run<long?>(
        Command.Of("SELECT pool FROM signing_keys WHERE kid = $1").With(kid), static async row => await row.Step() ? row.Long(0) : null, stop);

    public ValueTask<IReadOnlyList<StoredSigningKey>?> DrawSigningKeys(long pool, IReadOnlyList<StoredKey> spare, CancellationToken stop) =>
        transactions.Run(transaction => Draw(transaction, pool, spare), stop);

    public ValueTask<bool> RotateSigningKeys(
        long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires, CancellationToken stop) =>
        transactions.Run(transaction => Rotate(transaction, pool, replaced, added, expires), stop);

    public ValueTask<Page<long>> PoolsWithKeys(long after, int limit, CancellationToken stop) => readers.Run(
        Command.Of("SELECT DISTINCT pool FROM signing_keys WHERE pool > $1 ORDER BY pool LIMIT $2").With(after).With(limit + 1L),
        rows => rows.Page(limit, static row => row.Long(0)), stop);

    public ValueTask<int> CountStock(CancellationToken stop) => readers.Run(
        Command.Of("SELECT count(*) FROM key_stock"), static async row => await row.Step() ? row.Int(0) : 0, stop);

    public async ValueTask AddToStock(StoredKey key, CancellationToken stop) => await writers.Run(
        Command.Of("INSERT INTO key_stock (kid, created, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .With(key.Kid).With(key.Created).With(key.Sealed),
        stop);

    public ValueTask<IReadOnlyList<StoredRingKey>> Ring(CancellationToken stop) => readers.Run(
        Command.Of("SELECT id, sealed, created FROM ring_keys ORDER BY id"),
        static rows => rows.All(static row => new StoredRingKey(row.Int(0), row.Blob(1), row.Time(2))), stop);

    public async ValueTask<bool> AddToRing(StoredRingKey key, CancellationToken stop) => await writers.Run(
        Command.Of("INSERT INTO ring_keys (id, created, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .With(key.Id).With(key.Created).With(key.Sealed),
        stop) == 1;

    private static async ValueTask<IReadOnlyList<StoredSigningKey>?> Draw(Transaction transaction, long pool, IReadOnlyList<StoredKey> spare)
    {
        // The lock of the pool's count decides between nodes: who comes second waits here, and then finds the keys.
        await transaction.Run(Command.Of("""
            INSERT INTO user_counts (pool, users) VALUES ($1, 0) ON CONFLICT (pool) DO UPDATE SET users = user_counts.users
            """).With(pool));
        var drawn = await transaction.Read(Command.Of(SigningKeysSql).With(pool), rows => rows.All(row => ReadSigningKey(row, pool)));
        if (drawn.Count > 0)
            return drawn;
        // What another pool is just taking is passed over.
        var pair = await transaction.Read(
            Command.Of("SELECT kid, sealed, created FROM key_stock ORDER BY created, kid LIMIT 2 FOR UPDATE SKIP LOCKED"),
            static rows => rows.All(static row => new StoredKey(row.Text(0), row.Blob(1), row.Time(2))));
        if (pair.Count < 2)
            pair = spare;
        if (pair.Count < 2)
            return null;

        StoredSigningKey[] keys = [new(pool, SigningKeyUse.IdToken, pair[0]), new(pool, SigningKeyUse.AccessToken, pair[1])];
        foreach (var key in keys)
        {
            await transaction.Run(Command.Of("DELETE FROM key_stock WHERE kid = $1").With(key.Key.Kid));
            await Insert(transaction, key);
        }
        await SettingsChanges.Tell(transaction, pool);
        return keys;
    }

    private static async ValueTask<bool> Rotate(
        Transaction transaction, long pool, IReadOnlyList<string> replaced, IReadOnlyList<StoredSigningKey> added, DateTimeOffset expires)
    {
        if (await transaction.Run(Command.Of("UPDATE user_counts SET users = users WHERE pool = $1").With(pool)) == 0)
            return false;
        var current = await transaction.Read(
            Command.Of("SELECT kid FROM signing_keys WHERE pool = $1 AND expires IS NULL").With(pool), static rows => rows.All(static row => row.Text(0)));
        if (!current.ToHashSet(StringComparer.Ordinal).SetEquals(replaced))
            return false;
        await transaction.Run(Command.Of("UPDATE signing_keys SET expires = $1 WHERE pool = $2 AND expires IS NULL").With(expires).With(pool));
        foreach (var key in added)
            await Insert(transaction, key);
        await SettingsChanges.Tell(transaction, pool);
        return true;
    }

    private static async ValueTask Insert(Transaction transaction, StoredSigningKey key) => await transaction.Run(
        Command.Of("INSERT INTO signing_keys (pool, purpose, kid, created, sealed) VALUES ($1, $2, $3, $4, $5)")
            .With(key.Pool).With((int)key.Use).With(key.Key.Kid).With(key.Key.Created).With(key.Key.Sealed));

    private static StoredSigningKey ReadSigningKey(Row row, long pool) =>
        new(pool, (SigningKeyUse)row.Int(0), new(row.Text(1), row.Blob(2), row.Time(3)), row.IsNull(4) ? null : row.Time(4));
}
