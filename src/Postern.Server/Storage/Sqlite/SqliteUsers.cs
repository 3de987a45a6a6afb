namespace Postern.Storage.Sqlite;

internal sealed class SqliteUsers(Readers readers) : IUserStore
{
    private const string Columns = UserRow.Columns;

    // A sub before a name: who signs up with another's sub as username must not be taken for them. ?1 pool, ?2 name, ?3 sub.
    private const string IsWanted = """
        u.pool = ?1 AND u.sub = coalesce(
            (SELECT s.sub FROM users s WHERE s.pool = ?1 AND s.sub = ?3), (SELECT n.sub FROM names n WHERE n.pool = ?1 AND n.name = ?2))
        """;

    private const string FindSql = $"SELECT {Columns} FROM users u WHERE {IsWanted}";

    private const string FindForSignInSql = $"""
        SELECT {Columns}, a.tries, a.first_at, a.last_at, {SqliteGroups.Columns}
        FROM (SELECT 1) one
        LEFT JOIN users u ON {IsWanted}
        LEFT JOIN attempts a ON a.pool = ?1 AND a.name = CAST(?4 || coalesce(u.sub, ?5) AS BLOB)
        LEFT JOIN members m ON m.pool = ?1 AND m.sub = u.sub
        LEFT JOIN user_groups g ON g.pool = ?1 AND g.number = m.group_number
        """;

    private const string SomeoneSql = $"SELECT {Columns} FROM users u WHERE u.pool = ? AND u.sub > ? ORDER BY u.sub LIMIT 1";

    private const string FindForTokenSql = $"""
        SELECT {Columns}, EXISTS (SELECT 1 FROM revocations r WHERE r.pool = ?1 AND r.origin_jti = ?3)
        FROM users u WHERE u.pool = ?1 AND u.sub = ?2
        """;

    private const string ListSql = $"SELECT {Columns} FROM users u WHERE u.pool = ? AND u.sub > ? ORDER BY u.sub LIMIT ?";

    private const string SearchSql = $"""
        SELECT {Columns}, t.value
        FROM terms t CROSS JOIN users u ON u.pool = t.pool AND u.sub = t.sub
        """;

    private const string IsEqual = "WHERE t.pool = ?1 AND t.attribute = ?2 AND t.value = ?3 AND t.sub > ?4 ORDER BY t.sub LIMIT ?5";
    private const string IsFirst = "WHERE t.pool = ?1 AND t.attribute = ?2 AND t.value >= ?3 AND t.value < ?4 ORDER BY t.value, t.sub LIMIT ?5";

    private const string IsNext =
        "WHERE t.pool = ?1 AND t.attribute = ?2 AND (t.value, t.sub) > (?3, ?5) AND t.value < ?4 ORDER BY t.value, t.sub LIMIT ?6";

    public ValueTask<User?> Find(long pool, string foldedName, Guid? sub, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(FindSql).With(pool).With(foldedName).With(sub);
        if (row.Step())
            return new(UserRow.Read(row, pool));
        ReadSomeone(reader, pool);
        return new((User?)null);
    }

    public ValueTask<SignInView> FindForSignIn(long pool, string foldedName, Guid? sub, AttemptKey attempts, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(FindForSignInSql).With(pool).With(foldedName).With(sub).With([attempts.Kind]).With(attempts.Who);
        row.Step();
        const int after = UserRow.Count;
        var failed = row.IsNull(after) ? default : new Attempts(row.Int(after), row.Time(after + 1), row.Time(after + 2));
        if (row.IsNull(0))
        {
            ReadSomeone(reader, pool);
            return new(new SignInView(null, [], failed));
        }

        var user = UserRow.Read(row, pool);
        List<StoredGroup>? groups = null;
        do
        {
            // A membership of a group that is being purged has no group.
            if (!row.IsNull(after + 3))
                (groups ??= []).Add(SqliteGroups.Read(row, pool, after + 3));
        }
        while (row.Step());
        groups?.Sort(Utf8Order.ByPrecedence);
        return new(new SignInView(user, groups ?? (IReadOnlyList<StoredGroup>)[], failed));
    }

    public ValueTask<TokenView?> FindForToken(long pool, Guid sub, Guid originJti, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use(FindForTokenSql).With(pool).With(sub).With(originJti);
        return new(row.Step() ? new TokenView(UserRow.Read(row, pool), row.Bool(UserRow.Count)) : null);
    }

    public ValueTask<Page<User>> List(long pool, Guid? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = reader.Use(ListSql).With(pool);
        // Every sub comes after no bytes.
        var page = (after is { } sub ? rows.With(sub) : rows.With([])).With(limit + 1L);
        return new(Pages.Read(page, limit, row => UserRow.Read(row, pool)));
    }

    public ValueTask<Page<(User User, string Value)>> Search(
        long pool, string attribute, string value, bool isPrefix, (string Value, Guid Sub)? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = (isPrefix, after) switch
        {
            (false, null) => reader.Use($"{SearchSql} {IsEqual}").With(pool).With(attribute).With(value).With([]),
            (false, var (_, sub)) => reader.Use($"{SearchSql} {IsEqual}").With(pool).With(attribute).With(value).With(sub),
            (true, null) => reader.Use($"{SearchSql} {IsFirst}").With(pool).With(attribute).With(value).WithEndOf(value),
            (true, var (last, sub)) => reader.Use($"{SearchSql} {IsNext}").With(pool).With(attribute).With(last).WithEndOf(value).With(sub),
        };
        return new(Pages.Read(rows.With(limit + 1L), limit, row => (UserRow.Read(row, pool), row.Text(UserRow.Count))));
    }

    /// <summary>Reads the first user for nothing: a name that nobody has shall take as long as one that somebody has (bench/hiding). In
    /// PostgreSQL a round trip hides the difference.</summary>
    private static void ReadSomeone(Readers.Reader reader, long pool)
    {
        using var row = reader.Use(SomeoneSql).With(pool).With(Guid.Empty);
        if (row.Step())
            UserRow.Read(row, pool);
    }
}
