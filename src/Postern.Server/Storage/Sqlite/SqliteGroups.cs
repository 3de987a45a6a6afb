namespace Postern.Storage.Sqlite;

/// <summary>Groups and members. A group has a number that its members' rows carry, so that a deleted group is gone at once however many
/// members it had, and one of the same name begins empty; <see cref="Purge"/> takes the rows.</summary>
internal sealed class SqliteGroups(Readers readers) : IGroupStore
{
    public const string Columns = "g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version";

    public ValueTask<StoredGroup?> Find(long pool, string name, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM user_groups g WHERE g.pool = ? AND g.name = ?").With(pool).With(name);
        return new(row.Step() ? Read(row, pool, 0) : null);
    }

    public ValueTask<Page<StoredGroup>> List(long pool, string? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use($"SELECT {Columns} FROM user_groups g WHERE g.pool = ? AND g.name > ? ORDER BY g.name LIMIT ?")
            .With(pool).With(after ?? "").With(limit + 1L);
        return new(Pages.Read(rows, limit, row => Read(row, pool, 0)));
    }

    public ValueTask<IReadOnlyList<StoredGroup>> ListForUser(long pool, Guid sub, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use($"""
            SELECT {Columns} FROM members m JOIN user_groups g ON g.pool = m.pool AND g.number = m.group_number
            WHERE m.pool = ? AND m.sub = ? ORDER BY g.precedence IS NULL, g.precedence, g.name
            """).With(pool).With(sub);
        return new(Pages.ReadAll(rows, row => Read(row, pool, 0)));
    }

    public ValueTask<Page<User>> ListUsers(long pool, string group, Guid? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use($"""
            SELECT {UserRow.Columns} FROM user_groups g
            CROSS JOIN members m ON m.pool = g.pool AND m.group_number = g.number
            CROSS JOIN users u ON u.pool = m.pool AND u.sub = m.sub
            WHERE g.pool = ? AND g.name = ? AND m.sub > ? ORDER BY m.sub LIMIT ?
            """).With(pool).With(group);
        var page = (after is { } sub ? rows.With(sub) : rows.With([])).With(limit + 1L);
        return new(Pages.Read(page, limit, row => UserRow.Read(row, pool)));
    }

    public static SaveOutcome Put(Connection connection, StoredGroup group)
    {
        if (group.Version == 0)
        {
            // The next number that neither a group nor a group whose members are still there has.
            return connection.Use("""
                INSERT INTO user_groups (pool, name, description, role_arn, precedence, created, modified, version, number)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1 + max(
                    coalesce((SELECT max(number) FROM user_groups WHERE pool = ?1), 0), coalesce((SELECT max(number) FROM purged_groups WHERE pool = ?1), 0))
                WHERE true ON CONFLICT DO NOTHING
                """)
                .With(group.Pool).With(group.Name).With(group.Description).With(group.RoleArn).With(group.Precedence)
                .With(group.Created).With(group.Modified).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.NameTaken;
        }
        return connection.Use("""
            UPDATE user_groups SET description = ?, role_arn = ?, precedence = ?, created = ?, modified = ?, version = version + 1
            WHERE pool = ? AND name = ? AND version = ?
            """)
            .With(group.Description).With(group.RoleArn).With(group.Precedence).With(group.Created).With(group.Modified)
            .With(group.Pool).With(group.Name).With(group.Version).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.VersionLost;
    }

    public static SaveOutcome Delete(Connection connection, DeleteGroup delete)
    {
        if (Number(connection, delete.Pool, delete.Name) is not { } number)
            return SaveOutcome.Saved;
        connection.Use("DELETE FROM user_groups WHERE pool = ? AND number = ?").With(delete.Pool).With(number).Run();
        connection.Use("INSERT INTO purged_groups (pool, number) VALUES (?, ?)").With(delete.Pool).With(number).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Add(Connection connection, AddMember add)
    {
        if (Number(connection, add.Pool, add.Group) is not { } number || !Exists(connection, add.Pool, add.Sub))
            return SaveOutcome.VersionLost;
        connection.Use("INSERT INTO members (pool, sub, group_number, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
            .With(add.Pool).With(add.Sub).With(number).With(add.At).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Remove(Connection connection, RemoveMember remove)
    {
        if (Number(connection, remove.Pool, remove.Group) is { } number)
        {
            connection.Use("DELETE FROM members WHERE pool = ? AND sub = ? AND group_number = ?")
                .With(remove.Pool).With(remove.Sub).With(number).Run();
        }
        return SaveOutcome.Saved;
    }

    public static StoredGroup Read(Statement row, long pool, int first) => new(
        pool, row.Text(first), row.OptionalText(first + 1), row.OptionalText(first + 2), row.OptionalInt(first + 3),
        row.Time(first + 4), row.Time(first + 5), row.Long(first + 6));

    private static long? Number(Connection connection, long pool, string name)
    {
        using var row = connection.Use("SELECT number FROM user_groups WHERE pool = ? AND name = ?").With(pool).With(name);
        return row.Step() ? row.Long(0) : null;
    }

    private static bool Exists(Connection connection, long pool, Guid sub)
    {
        using var row = connection.Use("SELECT 1 FROM users WHERE pool = ? AND sub = ?").With(pool).With(sub);
        return row.Step();
    }
}
