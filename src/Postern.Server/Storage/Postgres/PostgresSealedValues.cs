namespace Postern.Storage.Postgres;

internal sealed class PostgresSealedValues(ReadLanes readers, WriteLanes writers, Replays replays) : ISealedValues
{
    public ValueTask<long> Estimate(SealedColumn column, CancellationToken stop) => readers.Run(
        Command.Of(column switch
        {
            SealedColumn.StockKey => "SELECT count(*) FROM key_stock",
            SealedColumn.SigningKey => "SELECT count(*) FROM signing_keys",
            SealedColumn.RingKey => "SELECT count(*) FROM ring_keys",
            SealedColumn.InstallationValue => "SELECT count(*) FROM installation",
            SealedColumn.ResourceSecret => "SELECT count(*) FROM resources",
            SealedColumn.UserVerifier => "SELECT coalesce(sum(users), 0)::bigint FROM user_counts",
            SealedColumn.UserPartSecret => "SELECT count(*) FROM user_parts",
            SealedColumn.MessageContent => "SELECT count(*) FROM messages",
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        }),
        static async row => await row.Step() ? row.Long(0) : 0, stop);

    public ValueTask<Page<SealedValue>> List(SealedColumn column, SealedPlace? after, int limit, CancellationToken stop)
    {
        // Numbers of pools and ids begin at 1, no name is empty, no id is zero: the default place is before the first.
        var from = after ?? new(column);
        var command = column switch
        {
            SealedColumn.StockKey => Command.Of("SELECT kid, sealed FROM key_stock WHERE kid > $1 ORDER BY kid LIMIT $2").With(from.Name),
            SealedColumn.SigningKey => Command.Of("SELECT pool, kid, sealed FROM signing_keys WHERE (pool, kid) > ($1, $2) ORDER BY pool, kid LIMIT $3")
                .With(from.Pool).With(from.Name),
            SealedColumn.RingKey => Command.Of("SELECT id, sealed FROM ring_keys WHERE id > $1 ORDER BY id LIMIT $2").With(from.Number),
            SealedColumn.InstallationValue => Command.Of("SELECT name, value FROM installation WHERE name > $1 ORDER BY name LIMIT $2").With(from.Name),
            SealedColumn.ResourceSecret => Command.Of(
                "SELECT pool, kind, name, secret FROM resources WHERE (pool, kind, name) > ($1, $2, $3) ORDER BY pool, kind, name LIMIT $4")
                .With(from.Pool).With(from.Number).With(from.Name),
            SealedColumn.UserVerifier => Command.Of("SELECT pool, sub, verifier FROM users WHERE (pool, sub) > ($1, $2) ORDER BY pool, sub LIMIT $3")
                .With(from.Pool).With(from.Id),
            SealedColumn.UserPartSecret => Command.Of("""
                SELECT pool, sub, kind, name, secret FROM user_parts WHERE (pool, sub, kind, name) > ($1, $2, $3, $4)
                ORDER BY pool, sub, kind, name LIMIT $5
                """).With(from.Pool).With(from.Id).With(from.Number).With(from.Name),
            SealedColumn.MessageContent => Command.Of("SELECT id, content FROM messages WHERE id > $1 ORDER BY id LIMIT $2").With(from.Id),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
        return readers.Run(command.With(limit + 1L), rows => rows.Page(limit, row => Read(column, row)), stop);
    }

    public async ValueTask<int> Replace(IReadOnlyList<ResealedValue> values, CancellationToken stop)
    {
        // No transaction spans pools.
        var replaced = await Task.WhenAll(values.GroupBy(static value => value.Place.Pool).Select(ofPool => replays.Run(
            static (state, stop) => state.writers.Run([.. state.ofPool.Select(static value => Replace(value).Statement)], stop),
            (writers, ofPool), stop).AsTask()));
        return replaced.Sum();
    }

    private static Command Replace(ResealedValue value)
    {
        var ((column, pool, number, name, id), before, after) = value;
        return column switch
        {
            SealedColumn.StockKey => With("UPDATE key_stock SET sealed = $1 WHERE sealed = $2 AND kid = $3").With(name),
            SealedColumn.SigningKey => With("UPDATE signing_keys SET sealed = $1 WHERE sealed = $2 AND pool = $3 AND kid = $4").With(pool).With(name),
            SealedColumn.RingKey => With("UPDATE ring_keys SET sealed = $1 WHERE sealed = $2 AND id = $3").With(number),
            SealedColumn.InstallationValue => With("UPDATE installation SET value = $1 WHERE value = $2 AND name = $3").With(name),
            SealedColumn.ResourceSecret => With(
                "UPDATE resources SET secret = $1, version = version + 1 WHERE secret = $2 AND pool = $3 AND kind = $4 AND name = $5")
                .With(pool).With(number).With(name),
            SealedColumn.UserVerifier => With("UPDATE users SET verifier = $1, version = version + 1 WHERE verifier = $2 AND pool = $3 AND sub = $4")
                .With(pool).With(id),
            SealedColumn.UserPartSecret => With(
                "UPDATE user_parts SET secret = $1, version = version + 1 WHERE secret = $2 AND pool = $3 AND sub = $4 AND kind = $5 AND name = $6")
                .With(pool).With(id).With(number).With(name),
            SealedColumn.MessageContent => With("UPDATE messages SET content = $1 WHERE content = $2 AND id = $3").With(id),
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };

        Command With(string sql) => Command.Of(sql).With(after).With(before);
    }

    private static SealedValue Read(SealedColumn column, Row row) => column switch
    {
        SealedColumn.SigningKey => new(new(column, row.Long(0), Name: row.Text(1)), row.Blob(2)),
        SealedColumn.RingKey => new(new(column, Number: row.Int(0)), row.Blob(1)),
        SealedColumn.ResourceSecret => new(new(column, row.Long(0), row.Int(1), row.Text(2)), row.Blob(3)),
        SealedColumn.UserVerifier => new(new(column, row.Long(0), Id: row.Guid(1)), row.Blob(2)),
        SealedColumn.UserPartSecret => new(new(column, row.Long(0), row.Int(2), row.Text(3), row.Guid(1)), row.Blob(4)),
        SealedColumn.MessageContent => new(new(column, Id: row.Guid(0)), row.Blob(1)),
        _ => new(new(column, Name: row.Text(0)), row.Blob(1)),
    };
}
