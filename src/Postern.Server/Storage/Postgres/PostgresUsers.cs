namespace Postern.Storage.Postgres;

internal sealed class PostgresUsers(ReadLanes readers, AwayAttempts away) : IUserStore
{
    private const string Columns = UserRow.Columns;

    // A sub before a name: who signs up with another's sub as username must not be taken for them. $1 pool, $2 name, $3 sub.
    private const string IsWanted = """
        u.pool = $1 AND u.sub = coalesce(
            (SELECT s.sub FROM users s WHERE s.pool = $1 AND s.sub = $3), (SELECT n.sub FROM names n WHERE n.pool = $1 AND n.name = $2))
        """;

    private const string FindSql = $"SELECT {Columns} FROM users u WHERE {IsWanted}";

    private const string FindForSignInSql = $"""
        SELECT {Columns}, a.tries, a.first_at, a.last_at, {PostgresGroups.Columns}
        FROM (SELECT 1) one
        LEFT JOIN users u ON {IsWanted}
        LEFT JOIN attempts a ON a.pool = $1 AND a.name = $4 || coalesce(u.sub, $5)
        LEFT JOIN members m ON m.pool = $1 AND m.sub = u.sub
        LEFT JOIN user_groups g ON g.pool = $1 AND g.number = m.group_number
        """;

    private const string FindForTokenSql = $"""
        SELECT {Columns}, EXISTS (SELECT 1 FROM revocations r WHERE r.pool = $1 AND r.origin_jti = $3)
        FROM users u WHERE u.pool = $1 AND u.sub = $2
        """;

    private const string ListSql = $"SELECT {Columns} FROM users u WHERE u.pool = $1 AND u.sub > $2 ORDER BY u.sub LIMIT $3";

    // The inner LIMIT keeps the planner from any other way than one search of the key for each term.
    private const string SearchSql = $"""
        SELECT {Columns}, t.value
        FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
        WHERE t.pool = $1 AND t.attribute = $2
        """;

    private const string EqualSql = $"{SearchSql} AND t.value = $3 AND t.sub > $4 ORDER BY t.sub LIMIT $5";
    private const string FirstSql = $"{SearchSql} AND t.value >= $3 AND t.value < $4 ORDER BY t.value, t.sub LIMIT $5";
    private const string FirstToEndSql = $"{SearchSql} AND t.value >= $3 ORDER BY t.value, t.sub LIMIT $4";
    private const string NextSql = $"{SearchSql} AND (t.value, t.sub) > ($3, $4) AND t.value < $5 ORDER BY t.value, t.sub LIMIT $6";
    private const string NextToEndSql = $"{SearchSql} AND (t.value, t.sub) > ($3, $4) ORDER BY t.value, t.sub LIMIT $5";

    public ValueTask<User?> Find(long pool, string foldedName, Guid? sub, CancellationToken stop) => readers.Run(
        Command.Of(FindSql).With(pool).With(foldedName).With(sub), async row => await row.Step() ? UserRow.Read(row, pool) : null, stop);

    public async ValueTask<SignInView> FindForSignIn(long pool, string foldedName, Guid? sub, AttemptKey attempts, CancellationToken stop)
    {
        var view = await readers.Run(
            Command.Of(FindForSignInSql).With(pool).With(foldedName).With(sub).With([attempts.Kind]).With(attempts.Who), row => ReadSignIn(row, pool), stop);
        var failed = away.With(view.FailedAttempts, pool, view.User is { } user ? attempts with { Who = user.Sub } : attempts);
        return failed == view.FailedAttempts ? view : view with { FailedAttempts = failed };
    }

    public ValueTask<TokenView?> FindForToken(long pool, Guid sub, Guid originJti, CancellationToken stop) => readers.Run(
        Command.Of(FindForTokenSql).With(pool).With(sub).With(originJti),
        async row => await row.Step() ? new TokenView(UserRow.Read(row, pool), row.Bool(UserRow.Count)) : null, stop);

    public ValueTask<Page<User>> List(long pool, Guid? after, int limit, CancellationToken stop) => readers.Run(
        // Every sub comes after no bytes.
        (after is { } sub ? Command.Of(ListSql).With(pool).With(sub) : Command.Of(ListSql).With(pool).With(Array.Empty<byte>())).With(limit + 1L),
        rows => rows.Page(limit, row => UserRow.Read(row, pool)), stop);

    public ValueTask<Page<(User User, string Value)>> Search(
        long pool, string attribute, string value, bool isPrefix, (string Value, Guid Sub)? after, int limit, CancellationToken stop)
    {
        var end = isPrefix ? StoredText.EndOf(StoredText.Of(value)) : null;
        var command = (isPrefix, after, end) switch
        {
            (false, null, _) => Of(EqualSql).With(value).With(Array.Empty<byte>()),
            (false, var (_, sub), _) => Of(EqualSql).With(value).With(sub),
            (true, null, null) => Of(FirstToEndSql).With(value),
            (true, null, _) => Of(FirstSql).With(value).WithStored(end),
            (true, var (last, sub), null) => Of(NextToEndSql).With(last).With(sub),
            (true, var (last, sub), _) => Of(NextSql).With(last).With(sub).WithStored(end),
        };
        return readers.Run(
            command.With(limit + 1L), rows => rows.Page(limit, row => (UserRow.Read(row, pool), row.Text(UserRow.Count))), stop);

        Command Of(string sql) => Command.Of(sql).With(pool).With(attribute);
    }

    private static async ValueTask<SignInView> ReadSignIn(Row row, long pool)
    {
        await row.Step();
        const int after = UserRow.Count;
        var failed = row.IsNull(after) ? default : new Attempts(row.Int(after), row.Time(after + 1), row.Time(after + 2));
        if (row.IsNull(0))
            return new(null, [], failed);

        var user = UserRow.Read(row, pool);
        List<StoredGroup>? groups = null;
        do
        {
            // A membership of a group that is being purged has no group.
            if (!row.IsNull(after + 3))
                (groups ??= []).Add(PostgresGroups.Read(row, pool, after + 3));
        }
        while (await row.Step());
        groups?.Sort(Utf8Order.ByPrecedence);
        return new(user, groups ?? (IReadOnlyList<StoredGroup>)[], failed);
    }
}
