namespace Postern.Storage;

/// <summary>What a column holds: a whole number of 64 bits, UTF-8 text compared by its bytes, or bytes.</summary>
public enum ColumnKind
{
    Long = 1,
    Text = 2,
    Bytes = 3,
}

public sealed record Column(string Name, ColumnKind Kind, bool IsNullable = false);

/// <param name="Key">How many columns, from the first, are the key: no two rows have the same, and rows are told in its order.</param>
public sealed record Table(string Name, int Key, params IReadOnlyList<Column> Columns);

/// <summary>Every table of the newest schema, the same for all engines: what a backup holds, and what a restore brings back. Apart from
/// these are only the tables in which an engine keeps account of itself. A column's kind says how each engine declares it.</summary>
public static class Tables
{
    /// <summary>In the order of a backup. The installation's values come last: what bears them is whole.</summary>
    public static IReadOnlyList<Table> All { get; } =
    [
        new("ring_keys", 1, Long("id"), Long("created"), Bytes("sealed")),
        new("key_stock", 1, Text("kid"), Long("created"), Bytes("sealed")),
        new("pools", 1, Long("number"), Long("kind"), Text("id"), Text("account"), Text("region"), Text("name"),
            Long("created"), Long("modified"), Long("version"), Bytes("settings")),
        new("purged_pools", 1, Long("pool")),
        new("user_counts", 1, Long("pool"), Long("users")),
        new("signing_keys", 2, Long("pool"), Text("kid"), Long("purpose"), Long("created"), Bytes("sealed"),
            new("expires", ColumnKind.Long, true)),
        new("resources", 3, Long("pool"), Long("kind"), Text("name"), Long("created"), Long("modified"), Long("version"), Bytes("secret"), Bytes("settings")),
        new("directory", 2, Long("kind"), Text("name"), Long("pool")),
        new("users", 2, Long("pool"), Bytes("sub"), Text("username"), Long("status"), Long("enabled"), Long("sign_outs"), Long("version"),
            Long("created"), Long("modified"), Long("password_set"), Bytes("salt"), Bytes("verifier"), Bytes("attributes"), Bytes("state")),
        new("names", 2, Long("pool"), Text("name"), Bytes("sub")),
        new("terms", 4, Long("pool"), Text("attribute"), Text("value"), Bytes("sub")),
        new("user_groups", 2, Long("pool"), Long("number"), Text("name"), new("description", ColumnKind.Text, true), new("role_arn", ColumnKind.Text, true),
            new("precedence", ColumnKind.Long, true), Long("created"), Long("modified"), Long("version")),
        new("members", 3, Long("pool"), Bytes("sub"), Long("group_number"), Long("added")),
        new("purged_groups", 2, Long("pool"), Long("number")),
        new("user_parts", 4, Long("pool"), Bytes("sub"), Long("kind"), Text("name"), Long("created"), Long("modified"),
            new("expires", ColumnKind.Long, true), Long("version"), Bytes("secret"), Bytes("data")),
        new("codes", 3, Long("pool"), Bytes("sub"), Long("purpose"), Bytes("hash"), Text("attribute"), Text("value"), Long("issued"), Long("expires")),
        new("attempts", 2, Long("pool"), Bytes("name"), Long("tries"), Long("first_at"), Long("last_at")),
        new("revocations", 2, Long("pool"), Bytes("origin_jti"), Long("expires")),
        new("used_sessions", 2, Long("pool"), Bytes("sign_in"), Long("expires")),
        new("rotations", 2, Long("pool"), Bytes("origin_jti"), Long("generation"), Long("rotated"), Long("expires")),
        new("messages", 1, Bytes("id"), Long("pool"), Long("at"), Text("recipient"), Long("state"), Long("attempts"), Long("next_attempt"),
            Long("expires"), Bytes("content")),
        new("installation", 1, Text("name"), Bytes("value")),
    ];

    private static Column Long(string name) => new(name, ColumnKind.Long);

    private static Column Text(string name) => new(name, ColumnKind.Text);

    private static Column Bytes(string name) => new(name, ColumnKind.Bytes);
}
