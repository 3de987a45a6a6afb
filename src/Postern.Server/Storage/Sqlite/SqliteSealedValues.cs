namespace Postern.Storage.Sqlite;

internal sealed class SqliteSealedValues(Readers readers, Writer writer) : ISealedValues
{
    public ValueTask<long> Estimate(SealedColumn column, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(column switch
        {
            SealedColumn.StockKey => "SELECT count(*) FROM key_stock",
            SealedColumn.SigningKey => "SELECT count(*) FROM signing_keys",
            SealedColumn.RingKey => "SELECT count(*) FROM ring_keys",
            SealedColumn.InstallationValue => "SELECT count(*) FROM installation",
            SealedColumn.ResourceSecret => "SELECT count(*) FROM resources",
            SealedColumn.UserVerifier => "SELECT coalesce(sum(users), 0) FROM user_counts",
            SealedColumn.UserPartSecret => "SELECT count(*) FROM user_parts",
            SealedColumn.MessageContent => "SELECT count(*) FROM messages",
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        });
        row.Step();
        return new(row.Long(0));
    }

    public ValueTask<Page<SealedValue>> List(SealedColumn column, SealedPlace? after, int limit, CancellationToken stop)
    {
        // Numbers of pools and ids begin at 1, no name is empty, no id is zero: the default place is before the first.
        var from = after ?? new(column);
        using var reader = readers.Take();
        using var rows = column switch
        {
            SealedColumn.StockKey => reader.Use("SELECT kid, sealed FROM key_stock WHERE kid > ? ORDER BY kid LIMIT ?").With(from.Name),
            SealedColumn.SigningKey => reader.Use("SELECT pool, kid, sealed FROM signing_keys WHERE (pool, kid) > (?, ?) ORDER BY pool, kid LIMIT ?")
                .With(from.Pool).With(from.Name),
            SealedColumn.RingKey => reader.Use("SELECT id, sealed FROM ring_keys WHERE id > ? ORDER BY id LIMIT ?").With(from.Number),
            SealedColumn.InstallationValue => reader.Use("SELECT name, value FROM installation WHERE name > ? ORDER BY name LIMIT ?").With(from.Name),
            SealedColumn.ResourceSecret => reader.Use(
                "SELECT pool, kind, name, secret FROM resources WHERE (pool, kind, name) > (?, ?, ?) ORDER BY pool, kind, name LIMIT ?")
                .With(from.Pool).With(from.Number).With(from.Name),
            SealedColumn.UserVerifier => reader.Use("SELECT pool, sub, verifier FROM users WHERE (pool, sub) > (?, ?) ORDER BY pool, sub LIMIT ?")
                .With(from.Pool).With(from.Id),
            SealedColumn.UserPartSecret => reader.Use("""
                SELECT pool, sub, kind, name, secret FROM user_parts WHERE (pool, sub, kind, name) > (?, ?, ?, ?) ORDER BY pool, sub, kind, name LIMIT ?
                """).With(from.Pool).With(from.Id).With(from.Number).With(from.Name),
            SealedColumn.MessageContent => reader.Use("SELECT id, content FROM messages WHERE id > ? ORDER BY id LIMIT ?").With(from.Id),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
        return new(Pages.Read(rows.With(limit + 1), limit, row => Read(column, row)));
    }

    public ValueTask<int> Replace(IReadOnlyList<ResealedValue> values, CancellationToken stop) => writer.Run(
        connection =>
        {
            var replaced = 0;
            foreach (var value in values)
                replaced += Replace(connection, value);
            return replaced;
        },
        stop);

    private static int Replace(Connection connection, ResealedValue value)
    {
        var ((column, pool, number, name, id), before, after) = value;
        var statement = column switch
        {
            SealedColumn.StockKey => connection.Use("UPDATE key_stock SET sealed = ? WHERE kid = ? AND sealed = ?").With(after).With(name),
            SealedColumn.SigningKey => connection.Use("UPDATE signing_keys SET sealed = ? WHERE pool = ? AND kid = ? AND sealed = ?")
                .With(after).With(pool).With(name),
            SealedColumn.RingKey => connection.Use("UPDATE ring_keys SET sealed = ? WHERE id = ? AND sealed = ?").With(after).With(number),
            SealedColumn.InstallationValue => connection.Use("UPDATE installation SET value = ? WHERE name = ? AND value = ?").With(after).With(name),
            SealedColumn.ResourceSecret => connection.Use(
                "UPDATE resources SET secret = ?, version = version + 1 WHERE pool = ? AND kind = ? AND name = ? AND secret = ?")
                .With(after).With(pool).With(number).With(name),
            SealedColumn.UserVerifier => connection.Use(
                "UPDATE users SET verifier = ?, version = version + 1 WHERE pool = ? AND sub = ? AND verifier = ?")
                .With(after).With(pool).With(id),
            SealedColumn.UserPartSecret => connection.Use(
                "UPDATE user_parts SET secret = ?, version = version + 1 WHERE pool = ? AND sub = ? AND kind = ? AND name = ? AND secret = ?")
                .With(after).With(pool).With(id).With(number).With(name),
            SealedColumn.MessageContent => connection.Use("UPDATE messages SET content = ? WHERE id = ? AND content = ?").With(after).With(id),
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };
        return statement.With(before).Run();
    }

    private static SealedValue Read(SealedColumn column, Statement row) => column switch
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
