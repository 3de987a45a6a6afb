using System.Security.Cryptography;

namespace Postern.Storage.Postgres;

/// <summary>Groups and members. A group has a number that its members' rows carry, so that a deleted group is gone at once however many
/// members it had, and one of the same name begins empty; <see cref="Purge"/> takes the rows. The number is drawn, not counted: nodes would
/// count to the same one.</summary>
internal sealed class PostgresGroups(ReadLanes readers) : IGroupStore
{
    public const string Columns = "g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version";

    public ValueTask<StoredGroup?> Find(long pool, string name, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM user_groups g WHERE g.pool = $1 AND g.name = $2").With(pool).With(name),
        async row => await row.Step() ? Read(row, pool, 0) : null, stop);

    public ValueTask<Page<StoredGroup>> List(long pool, string? after, int limit, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM user_groups g WHERE g.pool = $1 AND g.name > $2 ORDER BY g.name LIMIT $3")
            .With(pool).With(after ?? "").With(limit + 1L),
        rows => rows.Page(limit, row => Read(row, pool, 0)), stop);

    public ValueTask<IReadOnlyList<StoredGroup>> ListForUser(long pool, Guid sub, CancellationToken stop) => readers.Run<IReadOnlyList<StoredGroup>>(
        Command.Of($"""
            SELECT {Columns} FROM members m JOIN user_groups g ON g.pool = m.pool AND g.number = m.group_number WHERE m.pool = $1 AND m.sub = $2
            """).With(pool).With(sub),
        async rows =>
        {
            var groups = new List<StoredGroup>();
            while (await rows.Step())
                groups.Add(Read(rows, pool, 0));
            groups.Sort(Utf8Order.ByPrecedence);
            return groups;
        },
        stop);

    public ValueTask<Page<User>> ListUsers(long pool, string group, Guid? after, int limit, CancellationToken stop)
    {
        var command = Command.Of($"""
            SELECT {UserRow.Columns} FROM members m
            CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = m.sub LIMIT 1) u
            WHERE m.pool = $1 AND m.group_number = (SELECT g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2) AND m.sub > $3
            ORDER BY m.sub LIMIT $4
            """).With(pool).With(group);
        return readers.Run(
            (after is { } sub ? command.With(sub) : command.With(Array.Empty<byte>())).With(limit + 1L), rows => rows.Page(limit, row => UserRow.Read(row, pool)), stop);
    }

    public static void Put(Steps steps, PutGroup put)
    {
        var group = put.Group;
        if (group.Version == 0)
        {
            steps.Add(
                put,
                """
                INSERT INTO user_groups (pool, name, description, role_arn, precedence, created, modified, version, number)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
                """,
                SaveOutcome.NameTaken)
                .With(group.Pool).With(group.Name).With(group.Description).With(group.RoleArn).With(group.Precedence)
                .With(group.Created).With(group.Modified).With(DrawNumber());
            return;
        }
        steps.Add(
            put,
            $"""
            {Steps.GuardBefore}UPDATE user_groups SET description = $1, role_arn = $2, precedence = $3, created = $4, modified = $5, version = version + 1
            WHERE pool = $6 AND name = $7 AND version = $8{Steps.GuardAfter}
            """,
            SaveOutcome.VersionLost)
            .With(group.Description).With(group.RoleArn).With(group.Precedence).With(group.Created).With(group.Modified)
            .With(group.Pool).With(group.Name).With(group.Version);
    }

    public static void Delete(Steps steps, DeleteGroup delete)
    {
        // FOR UPDATE: whoever adds a member meanwhile waits, and finds the group gone.
        steps.Add(delete, """
            INSERT INTO purged_groups (pool, number)
            SELECT g.pool, g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2 FOR UPDATE ON CONFLICT DO NOTHING
            """).With(delete.Pool).With(delete.Name);
        steps.Add(delete, "DELETE FROM user_groups WHERE pool = $1 AND name = $2").With(delete.Pool).With(delete.Name);
    }

    public static void Add(Steps steps, AddMember add)
    {
        // The locks keep both rows until the member's is there.
        steps.Add(
            add, "SELECT 1 / count(*) FROM (SELECT 1 FROM user_groups WHERE pool = $1 AND name = $2 FOR KEY SHARE) g", SaveOutcome.VersionLost)
            .With(add.Pool).With(add.Group);
        steps.Add(add, "SELECT 1 / count(*) FROM (SELECT 1 FROM users WHERE pool = $1 AND sub = $2 FOR KEY SHARE) u", SaveOutcome.VersionLost)
            .With(add.Pool).With(add.Sub);
        steps.Add(add, """
            INSERT INTO members (pool, sub, group_number, added)
            SELECT g.pool, $3, g.number, $4 FROM user_groups g WHERE g.pool = $1 AND g.name = $2 ON CONFLICT DO NOTHING
            """).With(add.Pool).With(add.Group).With(add.Sub).With(add.At);
    }

    public static void Remove(Steps steps, RemoveMember remove) => steps.Add(remove, """
        DELETE FROM members
        WHERE pool = $1 AND sub = $3 AND group_number = (SELECT g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2)
        """).With(remove.Pool).With(remove.Group).With(remove.Sub);

    public static StoredGroup Read(Row row, long pool, int first) => new(
        pool, row.Text(first), row.OptionalText(first + 1), row.OptionalText(first + 2), row.OptionalInt(first + 3),
        row.Time(first + 4), row.Time(first + 5), row.Long(first + 6));

    // 48 bits, as pools have.
    private static long DrawNumber() => BitConverter.ToInt64([.. RandomNumberGenerator.GetBytes(6), 0, 0]);
}
