using System.Globalization;

namespace Postern.Storage.Postgres;

/// <summary>Users as they are written: the row, its names and its search terms.</summary>
internal static class PostgresUserWrites
{
    /// <summary>Rows of one statement; more take several.</summary>
    private const int Most = 16;

    private const string UpdateSql = $"""
        {Steps.GuardBefore}UPDATE users SET username = $1, status = $2, enabled = $3, sign_outs = $4, created = $5, modified = $6, password_set = $7,
            salt = $8, verifier = $9, attributes = $10, state = $11, version = version + 1
        WHERE pool = $12 AND sub = $13 AND version = $14{Steps.GuardAfter}
        """;

    private const string InsertSql = """
        INSERT INTO users (username, status, enabled, sign_outs, created, modified, password_set, salt, verifier, attributes, state, pool, sub, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
        """;

    /// <summary>Takes so many names, or finds that they are the user's already; by the number of names.</summary>
    private static readonly string[] ClaimSql = [.. Enumerable.Range(0, Most + 1).Select(count => $"""
        {Steps.GuardBefore}INSERT INTO names (pool, sub, name) VALUES {Rows(count, static i => $"($1, $2, ${i + 3})")}
        ON CONFLICT (pool, name) DO UPDATE SET sub = excluded.sub WHERE names.sub = excluded.sub
        RETURNING 1) SELECT 1 / (count(*) / {count.ToString(CultureInfo.InvariantCulture)}) FROM written
        """)];

    private static readonly string[] TermsSql = [.. Enumerable.Range(0, Most + 1).Select(count =>
        $"INSERT INTO terms (pool, sub, attribute, value) VALUES {Rows(count, static i => $"($1, $2, ${2 * i + 3}, ${2 * i + 4})")} ON CONFLICT DO NOTHING")];

    public static void Put(Steps steps, PutUser put)
    {
        var user = put.User;
        if (user.Version == 0)
            With(steps.Add(put, InsertSql, SaveOutcome.NameTaken), user);
        else
            With(steps.Add(put, UpdateSql, SaveOutcome.VersionLost), user).With(user.Version);

        foreach (var name in put.Releases)
            Release(steps, put, user, name);
        // In one order, so that two users who want the same names do not wait for each other; each once, as a statement may not write a row twice.
        foreach (var names in put.Claims.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(Most))
        {
            var claim = steps.Add(put, ClaimSql[names.Length], SaveOutcome.NameTaken).With(user.Pool).With(user.Sub);
            foreach (var name in names)
                claim.With(name);
        }
        foreach (var term in put.OldTerms)
            RemoveTerm(steps, put, user, term);
        foreach (var terms in put.NewTerms.Chunk(Most))
        {
            var insert = steps.Add(put, TermsSql[terms.Length]).With(user.Pool).With(user.Sub);
            foreach (var term in terms)
                insert.With(term.Attribute).With(term.Value);
        }
    }

    public static void Delete(Steps steps, DeleteUser delete)
    {
        var user = delete.User;
        steps.Add(
            delete, $"{Steps.GuardBefore}DELETE FROM users WHERE pool = $1 AND sub = $2 AND version = $3{Steps.GuardAfter}", SaveOutcome.VersionLost)
            .With(user.Pool).With(user.Sub).With(user.Version);
        foreach (var name in delete.Names)
            Release(steps, delete, user, name);
        foreach (var term in delete.Terms)
            RemoveTerm(steps, delete, user, term);
        steps.Add(delete, "DELETE FROM members WHERE pool = $1 AND sub = $2").With(user.Pool).With(user.Sub);
        steps.Add(delete, "DELETE FROM user_parts WHERE pool = $1 AND sub = $2").With(user.Pool).With(user.Sub);
        steps.Add(delete, "DELETE FROM codes WHERE pool = $1 AND sub = $2").With(user.Pool).With(user.Sub);
    }

    private static Command With(Command command, User user) => command
        .With(user.Username).With((int)user.Status).With(user.Enabled ? 1 : 0).With(user.SignOuts).With(user.Created).With(user.Modified)
        .With(user.PasswordSet).With(user.Salt).With(user.Verifier).With(user.Attributes).With(user.State).With(user.Pool).With(user.Sub);

    private static void Release(Steps steps, Write write, User user, string name) =>
        steps.Add(write, "DELETE FROM names WHERE pool = $1 AND name = $2 AND sub = $3").With(user.Pool).With(name).With(user.Sub);

    private static void RemoveTerm(Steps steps, Write write, User user, SearchTerm term) =>
        steps.Add(write, "DELETE FROM terms WHERE pool = $1 AND attribute = $2 AND value = $3 AND sub = $4")
            .With(user.Pool).With(term.Attribute).With(term.Value).With(user.Sub);

    private static string Rows(int count, Func<int, string> row) => string.Join(", ", Enumerable.Range(0, count).Select(row));
}
