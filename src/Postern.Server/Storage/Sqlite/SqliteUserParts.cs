namespace Postern.Storage.Sqlite;

internal sealed class SqliteUserParts(Readers readers) : IUserPartStore
{
    private const string Columns = "name, created, modified, expires, secret, data, version";

    private const string InsertSql =
        "INSERT INTO user_parts (created, modified, expires, secret, data, pool, sub, kind, name, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)";

    private const string AddSql = $"{InsertSql} ON CONFLICT DO NOTHING";

    private const string ReplaceSql = $"""
        {InsertSql}
        ON CONFLICT (pool, sub, kind, name) DO UPDATE SET created = excluded.created, modified = excluded.modified, expires = excluded.expires,
            secret = excluded.secret, data = excluded.data, version = version + 1
        """;

    public ValueTask<UserPart?> Find(long pool, Guid sub, UserPartKind kind, string name, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM user_parts WHERE pool = ? AND sub = ? AND kind = ? AND name = ?")
            .With(pool).With(sub).With((int)kind).With(name);
        return new(row.Step() ? Read(row, pool, sub, kind) : null);
    }

    public ValueTask<Page<UserPart>> List(long pool, Guid sub, UserPartKind kind, string? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = (after is null
            ? reader.Use($"SELECT {Columns} FROM user_parts WHERE pool = ? AND sub = ? AND kind = ? ORDER BY name LIMIT ?")
                .With(pool).With(sub).With((int)kind)
            : reader.Use($"SELECT {Columns} FROM user_parts WHERE pool = ? AND sub = ? AND kind = ? AND name > ? ORDER BY name LIMIT ?")
                .With(pool).With(sub).With((int)kind).With(after)).With(limit + 1L);
        return new(Pages.Read(rows, limit, row => Read(row, pool, sub, kind)));
    }

    public static SaveOutcome Put(Connection connection, UserPart part)
    {
        if (part.Version == 0)
            return With(connection.Use(AddSql), part).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.NameTaken;
        return With(connection.Use("""
            UPDATE user_parts SET created = ?, modified = ?, expires = ?, secret = ?, data = ?, version = version + 1
            WHERE pool = ? AND sub = ? AND kind = ? AND name = ? AND version = ?
            """), part).With(part.Version).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.VersionLost;
    }

    public static SaveOutcome Replace(Connection connection, UserPart part)
    {
        With(connection.Use(ReplaceSql), part).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Delete(Connection connection, UserPart part) =>
        connection.Use("DELETE FROM user_parts WHERE pool = ? AND sub = ? AND kind = ? AND name = ? AND version = ?")
            .With(part.Pool).With(part.Sub).With((int)part.Kind).With(part.Name).With(part.Version).Run() == 1
            ? SaveOutcome.Saved : SaveOutcome.VersionLost;

    public static SaveOutcome Drop(Connection connection, DropUserPart drop)
    {
        connection.Use("DELETE FROM user_parts WHERE pool = ? AND sub = ? AND kind = ? AND name = ?")
            .With(drop.Pool).With(drop.Sub).With((int)drop.Kind).With(drop.Name).Run();
        return SaveOutcome.Saved;
    }

    private static Statement With(Statement statement, UserPart part) => statement
        .With(part.Created).With(part.Modified).With(part.Expires?.ToUnixTimeMilliseconds()).With(part.Secret).With(part.Data)
        .With(part.Pool).With(part.Sub).With((int)part.Kind).With(part.Name);

    private static UserPart Read(Statement row, long pool, Guid sub, UserPartKind kind) => new(
        pool, sub, kind, row.Text(0), row.Time(1), row.Time(2), row.IsNull(3) ? null : row.Time(3), row.Blob(4), row.Blob(5), row.Long(6));
}
