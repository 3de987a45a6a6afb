namespace Postern.Storage.Postgres;

internal sealed class PostgresUserParts(ReadLanes readers) : IUserPartStore
{
    private const string Columns = "name, created, modified, expires, secret, data, version";

    private const string InsertSql =
        "INSERT INTO user_parts (created, modified, expires, secret, data, pool, sub, kind, name, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)";

    public ValueTask<UserPart?> Find(long pool, Guid sub, UserPartKind kind, string name, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM user_parts WHERE pool = $1 AND sub = $2 AND kind = $3 AND name = $4")
            .With(pool).With(sub).With((int)kind).With(name),
        async row => await row.Step() ? Read(row, pool, sub, kind) : null, stop);

    public ValueTask<Page<UserPart>> List(long pool, Guid sub, UserPartKind kind, string? after, int limit, CancellationToken stop) => readers.Run(
        (after is null
            ? Command.Of($"SELECT {Columns} FROM user_parts WHERE pool = $1 AND sub = $2 AND kind = $3 ORDER BY name LIMIT $4")
                .With(pool).With(sub).With((int)kind)
            : Command.Of($"SELECT {Columns} FROM user_parts WHERE pool = $1 AND sub = $2 AND kind = $3 AND name > $4 ORDER BY name LIMIT $5")
                .With(pool).With(sub).With((int)kind).With(after)).With(limit + 1L),
        rows => rows.Page(limit, row => Read(row, pool, sub, kind)), stop);

    public static void Put(Steps steps, PutUserPart put)
    {
        var part = put.Part;
        if (part.Version == 0)
        {
            With(steps.Add(put, InsertSql, SaveOutcome.NameTaken), part);
            return;
        }
        With(
            steps.Add(
                put,
                $"""
                {Steps.GuardBefore}UPDATE user_parts SET created = $1, modified = $2, expires = $3, secret = $4, data = $5, version = version + 1
                WHERE pool = $6 AND sub = $7 AND kind = $8 AND name = $9 AND version = $10{Steps.GuardAfter}
                """,
                SaveOutcome.VersionLost),
            part).With(part.Version);
    }

    public static void Replace(Steps steps, ReplaceUserPart replace) => With(
        steps.Add(
            replace,
            $"""
            {InsertSql}
            ON CONFLICT (pool, sub, kind, name) DO UPDATE SET created = excluded.created, modified = excluded.modified, expires = excluded.expires,
                secret = excluded.secret, data = excluded.data, version = user_parts.version + 1
            """),
        replace.Part);

    public static void Delete(Steps steps, DeleteUserPart delete)
    {
        var part = delete.Part;
        steps.Add(
            delete,
            $"{Steps.GuardBefore}DELETE FROM user_parts WHERE pool = $1 AND sub = $2 AND kind = $3 AND name = $4 AND version = $5{Steps.GuardAfter}",
            SaveOutcome.VersionLost)
            .With(part.Pool).With(part.Sub).With((int)part.Kind).With(part.Name).With(part.Version);
    }

    public static void Drop(Steps steps, DropUserPart drop) =>
        steps.Add(drop, "DELETE FROM user_parts WHERE pool = $1 AND sub = $2 AND kind = $3 AND name = $4")
            .With(drop.Pool).With(drop.Sub).With((int)drop.Kind).With(drop.Name);

    private static Command With(Command command, UserPart part) => command
        .With(part.Created).With(part.Modified).With(part.Expires?.ToUnixTimeMilliseconds()).With(part.Secret).With(part.Data)
        .With(part.Pool).With(part.Sub).With((int)part.Kind).With(part.Name);

    private static UserPart Read(Row row, long pool, Guid sub, UserPartKind kind) => new(
        pool, sub, kind, row.Text(0), row.Time(1), row.Time(2), row.IsNull(3) ? null : row.Time(3), row.Blob(4), row.Blob(5), row.Long(6));
}
