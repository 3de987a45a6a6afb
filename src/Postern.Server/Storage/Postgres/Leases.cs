namespace Postern.Storage.Postgres;

/// <summary>Rows by which one node alone does something.</summary>
internal static class Leases
{
    /// <summary>Changes one row where the lease is free, over or the holder's own.</summary>
    public static Command Take(string name, Guid holder, DateTimeOffset now, TimeSpan length) => Command.Of("""
        INSERT INTO leases AS l (name, holder, expires) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires WHERE l.expires <= $4 OR l.holder = excluded.holder
        """).With(name).With(holder).With(now + length).With(now);

    public static Command GiveBack(string name, Guid holder) => Command.Of("DELETE FROM leases WHERE name = $1 AND holder = $2").With(name).With(holder);
}
