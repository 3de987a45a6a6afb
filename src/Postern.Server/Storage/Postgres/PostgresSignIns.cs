namespace Postern.Storage.Postgres;

internal sealed class PostgresSignIns(ReadLanes readers) : ISignInStore
{
    public ValueTask<bool> IsRevoked(long pool, Guid originJti, CancellationToken stop) => readers.Run(
        Command.Of("SELECT 1 FROM revocations WHERE pool = $1 AND origin_jti = $2").With(pool).With(originJti), Row.Exists, stop);

    public ValueTask<bool> IsUsed(long pool, Guid signIn, CancellationToken stop) => readers.Run(
        Command.Of("SELECT 1 FROM used_sessions WHERE pool = $1 AND sign_in = $2").With(pool).With(signIn), Row.Exists, stop);

    public ValueTask<Rotation?> FindRotation(long pool, Guid originJti, CancellationToken stop) => readers.Run(
        Command.Of("SELECT generation, rotated, expires FROM rotations WHERE pool = $1 AND origin_jti = $2").With(pool).With(originJti),
        async row => await row.Step() ? new Rotation(pool, originJti, row.Int(0), row.Time(1), row.Time(2)) : null, stop);

    public static void Use(Steps steps, UseSession use) =>
        steps.Add(use, "INSERT INTO used_sessions (pool, sign_in, expires) VALUES ($1, $2, $3)", SaveOutcome.AlreadyUsed)
            .With(use.Pool).With(use.SignIn).With(use.Expires);

    public static void Revoke(Steps steps, Revoke revoke) => steps.Add(revoke, """
        INSERT INTO revocations (pool, origin_jti, expires) VALUES ($1, $2, $3)
        ON CONFLICT (pool, origin_jti) DO UPDATE SET expires = greatest(revocations.expires, excluded.expires)
        """).With(revoke.Pool).With(revoke.OriginJti).With(revoke.Expires);

    public static void Rotate(Steps steps, PutRotation put)
    {
        var rotation = put.Rotation;
        var command = rotation.Generation == 1
            ? steps.Add(
                put, "INSERT INTO rotations (rotated, expires, pool, origin_jti, generation) VALUES ($1, $2, $3, $4, $5)", SaveOutcome.VersionLost)
            : steps.Add(
                put,
                $"""
                {Steps.GuardBefore}UPDATE rotations SET rotated = $1, expires = $2, generation = $5
                WHERE pool = $3 AND origin_jti = $4 AND generation = $5 - 1{Steps.GuardAfter}
                """,
                SaveOutcome.VersionLost);
        command.With(rotation.Rotated).With(rotation.Expires).With(rotation.Pool).With(rotation.OriginJti).With(rotation.Generation);
    }
}
