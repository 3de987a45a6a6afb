namespace Postern.Storage.Sqlite;

/// <summary>The tables. Keys begin with the pool's number; a table whose rows are short is its own index (WITHOUT ROWID), users are not:
/// their rows are a page's quarter.</summary>
internal static class Schema
{
    /// <summary>What each version added, oldest first; the file's <c>user_version</c> is how many it has. Only ever append.</summary>
    public static readonly string[] Migrations = [First, Second, Third];

    /// <summary>What each version brought, for people.</summary>
    public static readonly string[] Steps = ["all tables", "an end for signing keys that were replaced", "devices, passkeys and sessions of users"];

    /// <summary>Every table that a reset empties and a restore replaces. The ring, the stock of keys and the installation's own values
    /// are apart.</summary>
    public static readonly string[] State =
    [
        "pools", "purged_pools", "user_counts", "resources", "directory", "users", "names", "terms", "user_groups", "members", "purged_groups",
        "user_parts", "codes", "attempts", "revocations", "used_sessions", "rotations", "signing_keys", "messages",
    ];

    /// <summary>The names of the installation's values that outlive a reset and a restore, as SQL has them.</summary>
    public const string KeptValues = "'installation-secret', 'master-key-check', 'master-key-next'";

    private const string First = """
        CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied INTEGER NOT NULL);

        CREATE TABLE pools (
            number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
            created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL, settings BLOB NOT NULL);
        CREATE UNIQUE INDEX pools_by_id ON pools (kind, id);
        CREATE INDEX pools_by_owner ON pools (kind, account, region, id);
        CREATE TABLE purged_pools (pool INTEGER PRIMARY KEY);
        CREATE TABLE user_counts (pool INTEGER PRIMARY KEY, users INTEGER NOT NULL);

        CREATE TABLE resources (
            pool INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
            created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL, secret BLOB NOT NULL, settings BLOB NOT NULL,
            PRIMARY KEY (pool, kind, name)) WITHOUT ROWID;
        CREATE TABLE directory (kind INTEGER NOT NULL, name TEXT NOT NULL, pool INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
        CREATE INDEX directory_by_pool ON directory (pool);

        CREATE TABLE users (
            pool INTEGER NOT NULL, sub BLOB NOT NULL, username TEXT NOT NULL, status INTEGER NOT NULL, enabled INTEGER NOT NULL,
            sign_outs INTEGER NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, password_set INTEGER NOT NULL,
            salt BLOB NOT NULL, verifier BLOB NOT NULL, attributes BLOB NOT NULL, state BLOB NOT NULL);
        CREATE UNIQUE INDEX users_by_sub ON users (pool, sub);
        CREATE TABLE names (pool INTEGER NOT NULL, name TEXT NOT NULL, sub BLOB NOT NULL, PRIMARY KEY (pool, name)) WITHOUT ROWID;
        CREATE TABLE terms (
            pool INTEGER NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL, sub BLOB NOT NULL,
            PRIMARY KEY (pool, attribute, value, sub)) WITHOUT ROWID;

        CREATE TABLE user_groups (
            pool INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, description TEXT, role_arn TEXT, precedence INTEGER,
            created INTEGER NOT NULL, modified INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (pool, number)) WITHOUT ROWID;
        CREATE UNIQUE INDEX user_groups_by_name ON user_groups (pool, name);
        CREATE TABLE members (
            pool INTEGER NOT NULL, sub BLOB NOT NULL, group_number INTEGER NOT NULL, added INTEGER NOT NULL,
            PRIMARY KEY (pool, sub, group_number)) WITHOUT ROWID;
        CREATE INDEX members_by_group ON members (pool, group_number, sub);
        CREATE TABLE purged_groups (pool INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (pool, number)) WITHOUT ROWID;

        CREATE TABLE codes (
            pool INTEGER NOT NULL, sub BLOB NOT NULL, purpose INTEGER NOT NULL, hash BLOB NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
            issued INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (pool, sub, purpose)) WITHOUT ROWID;
        CREATE INDEX codes_by_end ON codes (expires);
        CREATE TABLE attempts (
            pool INTEGER NOT NULL, name BLOB NOT NULL, tries INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            PRIMARY KEY (pool, name)) WITHOUT ROWID;
        CREATE INDEX attempts_by_end ON attempts (last_at);

        CREATE TABLE revocations (
            pool INTEGER NOT NULL, origin_jti BLOB NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (pool, origin_jti)) WITHOUT ROWID;
        CREATE INDEX revocations_by_end ON revocations (expires);
        CREATE TABLE used_sessions (
            pool INTEGER NOT NULL, sign_in BLOB NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (pool, sign_in)) WITHOUT ROWID;
        CREATE INDEX used_sessions_by_end ON used_sessions (expires);
        CREATE TABLE rotations (
            pool INTEGER NOT NULL, origin_jti BLOB NOT NULL, generation INTEGER NOT NULL, rotated INTEGER NOT NULL, expires INTEGER NOT NULL,
            PRIMARY KEY (pool, origin_jti)) WITHOUT ROWID;
        CREATE INDEX rotations_by_end ON rotations (expires);

        CREATE TABLE signing_keys (
            pool INTEGER NOT NULL, purpose INTEGER NOT NULL, kid TEXT NOT NULL, created INTEGER NOT NULL, sealed BLOB NOT NULL,
            PRIMARY KEY (pool, kid));
        CREATE INDEX signing_keys_by_kid ON signing_keys (kid);
        CREATE TABLE key_stock (kid TEXT NOT NULL PRIMARY KEY, created INTEGER NOT NULL, sealed BLOB NOT NULL);
        CREATE TABLE ring_keys (id INTEGER PRIMARY KEY, created INTEGER NOT NULL, sealed BLOB NOT NULL);

        CREATE TABLE messages (
            id BLOB NOT NULL PRIMARY KEY, pool INTEGER NOT NULL, at INTEGER NOT NULL, recipient TEXT NOT NULL, state INTEGER NOT NULL,
            attempts INTEGER NOT NULL, next_attempt INTEGER NOT NULL, expires INTEGER NOT NULL, content BLOB NOT NULL);
        CREATE INDEX messages_by_time ON messages (at);
        CREATE INDEX messages_by_recipient ON messages (recipient, at);
        CREATE INDEX messages_due ON messages (next_attempt) WHERE state = 1;
        CREATE INDEX messages_by_end ON messages (expires);

        CREATE TABLE installation (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        """;

    // Keys that were replaced verify for a while.
    private const string Second = """
        ALTER TABLE signing_keys ADD COLUMN expires INTEGER;
        CREATE INDEX signing_keys_by_end ON signing_keys (expires) WHERE expires IS NOT NULL;
        """;

    // What a user has several of. A device's verifier makes its row too long for a table that is its own index.
    private const string Third = """
        CREATE TABLE user_parts (
            pool INTEGER NOT NULL, sub BLOB NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL,
            created INTEGER NOT NULL, modified INTEGER NOT NULL, expires INTEGER, version INTEGER NOT NULL, secret BLOB NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (pool, sub, kind, name));
        CREATE INDEX user_parts_by_end ON user_parts (expires) WHERE expires IS NOT NULL;
        """;
}
