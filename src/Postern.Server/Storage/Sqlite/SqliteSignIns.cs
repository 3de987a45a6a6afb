namespace Postern.Storage.Sqlite;

internal sealed class SqliteSignIns(Readers readers) : ISignInStore
{
    public ValueTask<bool> IsRevoked(long pool, Guid originJti, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT 1 FROM revocations WHERE pool = ? AND origin_jti = ?").With(pool).With(originJti);
        return new(row.Step());
    }

    public ValueTask<bool> IsUsed(long pool, Guid signIn, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT 1 FROM used_sessions WHERE pool = ? AND sign_in = ?").With(pool).With(signIn);
        return new(row.Step());
    }

    public ValueTask<Rotation?> FindRotation(long pool, Guid originJti, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT generation, rotated, expires FROM rotations WHERE pool = ? AND origin_jti = ?").With(pool).With(originJti);
        return new(row.Step() ? new Rotation(pool, originJti, row.Int(0), row.Time(1), row.Time(2)) : null);
    }

    public static SaveOutcome Use(Connection connection, UseSession use) =>
        connection.Use("INSERT INTO used_sessions (pool, sign_in, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .With(use.Pool).With(use.SignIn).With(use.Expires).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.AlreadyUsed;

    public static SaveOutcome Revoke(Connection connection, Revoke revoke)
    {
        connection.Use("""
            INSERT INTO revocations (pool, origin_jti, expires) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET expires = max(expires, excluded.expires)
            """).With(revoke.Pool).With(revoke.OriginJti).With(revoke.Expires).Run();
        return SaveOutcome.Saved;
    }

    public static SaveOutcome Rotate(Connection connection, Rotation rotation)
    {
        if (connection.Use("UPDATE rotations SET generation = ?1, rotated = ?2, expires = ?3 WHERE pool = ?4 AND origin_jti = ?5 AND generation = ?1 - 1")
            .With(rotation.Generation).With(rotation.Rotated).With(rotation.Expires).With(rotation.Pool).With(rotation.OriginJti).Run() == 1)
            return SaveOutcome.Saved;
        return rotation.Generation == 1 && connection.Use("""
            INSERT INTO rotations (generation, rotated, expires, pool, origin_jti) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """).With(rotation.Rotated).With(rotation.Expires).With(rotation.Pool).With(rotation.OriginJti).Run() == 1
            ? SaveOutcome.Saved : SaveOutcome.VersionLost;
    }
}
