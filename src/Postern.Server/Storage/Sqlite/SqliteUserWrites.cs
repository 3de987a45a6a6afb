using System.Buffers;

namespace Postern.Storage.Sqlite;

/// <summary>Users as they are written: the row, its names, its search terms and the pool's count.</summary>
internal static class SqliteUserWrites
{
    public static SaveOutcome Put(Connection connection, PutUser put)
    {
        var user = put.User;
        var outcome = user.Version == 0 ? Insert(connection, user) : Update(connection, user);
        if (outcome is not SaveOutcome.Saved)
            return outcome;

        foreach (var name in put.Releases)
            Release(connection, user, name);
        foreach (var name in put.Claims)
        {
            if (!Claim(connection, user, name))
                return SaveOutcome.NameTaken;
        }
        foreach (var term in put.OldTerms)
            RemoveTerm(connection, user, term);
        foreach (var term in put.NewTerms)
        {
            connection.Use("INSERT INTO terms (pool, attribute, value, sub) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
                .With(user.Pool).With(term.Attribute).With(term.Value).With(user.Sub).Run();
        }
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Delete(Connection connection, DeleteUser delete)
    {
        var user = delete.User;
        if (connection.Use("DELETE FROM users WHERE pool = ? AND sub = ? AND version = ?").With(user.Pool).With(user.Sub).With(user.Version).Run() == 0)
            return SaveOutcome.VersionLost;
        foreach (var name in delete.Names)
            Release(connection, user, name);
        foreach (var term in delete.Terms)
            RemoveTerm(connection, user, term);
        connection.Use("DELETE FROM members WHERE pool = ? AND sub = ?").With(user.Pool).With(user.Sub).Run();
        connection.Use("DELETE FROM user_parts WHERE pool = ? AND sub = ?").With(user.Pool).With(user.Sub).Run();
        connection.Use("DELETE FROM codes WHERE pool = ? AND sub = ?").With(user.Pool).With(user.Sub).Run();
        Count(connection, user.Pool, -1);
        return SaveOutcome.Saved;
    }

    private static SaveOutcome Insert(Connection connection, User user)
    {
        var isNew = With(connection.Use("""
            INSERT INTO users (username, status, enabled, sign_outs, created, modified, password_set, salt, verifier, attributes, state, pool, sub, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING
            """), user).With(user.Pool).With(user.Sub).Run() == 1;
        if (!isNew)
            return SaveOutcome.NameTaken;
        Count(connection, user.Pool, 1);
        return SaveOutcome.Saved;
    }

    private static SaveOutcome Update(Connection connection, User user) => With(connection.Use("""
        UPDATE users SET username = ?, status = ?, enabled = ?, sign_outs = ?, created = ?, modified = ?, password_set = ?, salt = ?, verifier = ?,
            attributes = ?, state = ?, version = version + 1
        WHERE pool = ? AND sub = ? AND version = ?
        """), user).With(user.Pool).With(user.Sub).With(user.Version).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.VersionLost;

    private static Statement With(Statement statement, User user)
    {
        statement.With(user.Username).With((int)user.Status).With(user.Enabled ? 1 : 0).With(user.SignOuts).With(user.Created).With(user.Modified)
            .With(user.PasswordSet).With(user.Salt).With(user.Verifier);
        var buffer = ArrayPool<byte>.Shared.Rent(PackedAttributes.GreatestLength(user.Attributes));
        statement.With(buffer.AsSpan(0, PackedAttributes.Write(user.Attributes, buffer))).With(user.State);
        ArrayPool<byte>.Shared.Return(buffer);
        return statement;
    }

    private static bool Claim(Connection connection, User user, string name)
    {
        if (connection.Use("INSERT INTO names (pool, name, sub) VALUES (?, ?, ?) ON CONFLICT DO NOTHING").With(user.Pool).With(name).With(user.Sub).Run() == 1)
            return true;
        using var own = connection.Use("SELECT 1 FROM names WHERE pool = ? AND name = ? AND sub = ?").With(user.Pool).With(name).With(user.Sub);
        return own.Step();
    }

    private static void Release(Connection connection, User user, string name) =>
        connection.Use("DELETE FROM names WHERE pool = ? AND name = ? AND sub = ?").With(user.Pool).With(name).With(user.Sub).Run();

    private static void RemoveTerm(Connection connection, User user, SearchTerm term) =>
        connection.Use("DELETE FROM terms WHERE pool = ? AND attribute = ? AND value = ? AND sub = ?")
            .With(user.Pool).With(term.Attribute).With(term.Value).With(user.Sub).Run();

    private static void Count(Connection connection, long pool, int more) =>
        connection.Use("UPDATE user_counts SET users = users + ? WHERE pool = ?").With(more).With(pool).Run();
}
