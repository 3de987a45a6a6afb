namespace Postern.Storage.Postgres;

/// <summary>The tables, as SQLite has them: integers are bigint, bytes bytea, and text is compared by its bytes. Every key begins with the pool's
/// number, so that a distributed engine can keep a pool's rows together; the small tables without a pool are its reference tables.</summary>
internal static class Schema
{
    /// <summary>What each version added, oldest first and in step with SQLite's, each a list of statements that may run twice: a step that was cut short is begun again.
    /// Only ever append. The nodes of the version before still run meanwhile: add tables, add columns with a default, and make indexes on tables
    /// that have rows with CREATE INDEX CONCURRENTLY; never rename or take away what the version before uses.</summary>
    public static readonly string[][] Migrations = [Split(First), Split(Second), Split(Third)];

    /// <summary>What each version brought, for people.</summary>
    public static readonly string[] Steps =
    [
        "all tables", "an end for signing keys that were replaced, and what nodes tell each other of settings", "devices, passkeys and sessions of users",
    ];

    /// <summary>Every table that a reset empties and a restore replaces. The ring, the stock of keys and the installation's own values
    /// are apart.</summary>
    public static readonly string[] State =
    [
        "pools", "purged_pools", "user_counts", "resources", "directory", "users", "names", "terms", "user_groups", "members", "purged_groups",
        "user_parts", "codes", "attempts", "revocations", "used_sessions", "rotations", "signing_keys", "messages",
    ];

    /// <summary>The names of the installation's values that outlive a reset and a restore, as SQL has them.</summary>
    public const string KeptValues = "'installation-secret', 'master-key-check', 'master-key-next'";

    /// <summary>What a migration needs before it can begin.</summary>
    public static readonly string[] Before =
    [
        "CREATE TABLE IF NOT EXISTS migrations (version bigint PRIMARY KEY, applied bigint NOT NULL)",
        """CREATE TABLE IF NOT EXISTS leases (name text COLLATE "C" PRIMARY KEY, holder bytea NOT NULL, expires bigint NOT NULL)""",
    ];

    private const string First = """
        CREATE TABLE IF NOT EXISTS pools (
            number bigint PRIMARY KEY, kind bigint NOT NULL, id text COLLATE "C" NOT NULL, account text COLLATE "C" NOT NULL,
            region text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL,
            created bigint NOT NULL, modified bigint NOT NULL, version bigint NOT NULL, settings bytea NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS pools_by_id ON pools (kind, id);
        CREATE INDEX IF NOT EXISTS pools_by_owner ON pools (kind, account, region, id);
        CREATE TABLE IF NOT EXISTS purged_pools (pool bigint PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS user_counts (pool bigint PRIMARY KEY, users bigint NOT NULL);

        CREATE TABLE IF NOT EXISTS resources (
            pool bigint NOT NULL, kind bigint NOT NULL, name text COLLATE "C" NOT NULL,
            created bigint NOT NULL, modified bigint NOT NULL, version bigint NOT NULL, secret bytea NOT NULL, settings bytea NOT NULL,
            PRIMARY KEY (pool, kind, name));
        CREATE TABLE IF NOT EXISTS directory (kind bigint NOT NULL, name text COLLATE "C" NOT NULL, pool bigint NOT NULL, PRIMARY KEY (kind, name));
        CREATE INDEX IF NOT EXISTS directory_by_pool ON directory (pool);

        CREATE TABLE IF NOT EXISTS users (
            pool bigint NOT NULL, sub bytea NOT NULL, username text COLLATE "C" NOT NULL, status bigint NOT NULL, enabled bigint NOT NULL,
            sign_outs bigint NOT NULL, version bigint NOT NULL, created bigint NOT NULL, modified bigint NOT NULL, password_set bigint NOT NULL,
            salt bytea NOT NULL, verifier bytea NOT NULL, attributes bytea NOT NULL, state bytea NOT NULL, PRIMARY KEY (pool, sub));
        CREATE TABLE IF NOT EXISTS names (pool bigint NOT NULL, name text COLLATE "C" NOT NULL, sub bytea NOT NULL, PRIMARY KEY (pool, name));
        CREATE TABLE IF NOT EXISTS terms (
            pool bigint NOT NULL, attribute text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL, sub bytea NOT NULL,
            PRIMARY KEY (pool, attribute, value, sub));

        CREATE TABLE IF NOT EXISTS user_groups (
            pool bigint NOT NULL, number bigint NOT NULL, name text COLLATE "C" NOT NULL, description text COLLATE "C", role_arn text COLLATE "C",
            precedence bigint, created bigint NOT NULL, modified bigint NOT NULL, version bigint NOT NULL, PRIMARY KEY (pool, number));
        CREATE UNIQUE INDEX IF NOT EXISTS user_groups_by_name ON user_groups (pool, name);
        CREATE TABLE IF NOT EXISTS members (
            pool bigint NOT NULL, sub bytea NOT NULL, group_number bigint NOT NULL, added bigint NOT NULL, PRIMARY KEY (pool, sub, group_number));
        CREATE INDEX IF NOT EXISTS members_by_group ON members (pool, group_number, sub);
        CREATE TABLE IF NOT EXISTS purged_groups (pool bigint NOT NULL, number bigint NOT NULL, PRIMARY KEY (pool, number));

        CREATE TABLE IF NOT EXISTS codes (
            pool bigint NOT NULL, sub bytea NOT NULL, purpose bigint NOT NULL, hash bytea NOT NULL, attribute text COLLATE "C" NOT NULL,
            value text COLLATE "C" NOT NULL, issued bigint NOT NULL, expires bigint NOT NULL, PRIMARY KEY (pool, sub, purpose));
        CREATE INDEX IF NOT EXISTS codes_by_end ON codes (expires);
        CREATE TABLE IF NOT EXISTS attempts (
            pool bigint NOT NULL, name bytea NOT NULL, tries bigint NOT NULL, first_at bigint NOT NULL, last_at bigint NOT NULL,
            PRIMARY KEY (pool, name));
        CREATE INDEX IF NOT EXISTS attempts_by_end ON attempts (last_at);

        CREATE TABLE IF NOT EXISTS revocations (
            pool bigint NOT NULL, origin_jti bytea NOT NULL, expires bigint NOT NULL, PRIMARY KEY (pool, origin_jti));
        CREATE INDEX IF NOT EXISTS revocations_by_end ON revocations (expires);
        CREATE TABLE IF NOT EXISTS used_sessions (
            pool bigint NOT NULL, sign_in bytea NOT NULL, expires bigint NOT NULL, PRIMARY KEY (pool, sign_in));
        CREATE INDEX IF NOT EXISTS used_sessions_by_end ON used_sessions (expires);
        CREATE TABLE IF NOT EXISTS rotations (
            pool bigint NOT NULL, origin_jti bytea NOT NULL, generation bigint NOT NULL, rotated bigint NOT NULL, expires bigint NOT NULL,
            PRIMARY KEY (pool, origin_jti));
        CREATE INDEX IF NOT EXISTS rotations_by_end ON rotations (expires);

        CREATE TABLE IF NOT EXISTS signing_keys (
            pool bigint NOT NULL, purpose bigint NOT NULL, kid text COLLATE "C" NOT NULL, created bigint NOT NULL, sealed bytea NOT NULL,
            PRIMARY KEY (pool, kid));
        CREATE INDEX IF NOT EXISTS signing_keys_by_kid ON signing_keys (kid);
        CREATE TABLE IF NOT EXISTS key_stock (kid text COLLATE "C" PRIMARY KEY, created bigint NOT NULL, sealed bytea NOT NULL);
        CREATE TABLE IF NOT EXISTS ring_keys (id bigint PRIMARY KEY, created bigint NOT NULL, sealed bytea NOT NULL);

        CREATE TABLE IF NOT EXISTS messages (
            pool bigint NOT NULL, id bytea NOT NULL, at bigint NOT NULL, recipient text COLLATE "C" NOT NULL, state bigint NOT NULL,
            attempts bigint NOT NULL, next_attempt bigint NOT NULL, expires bigint NOT NULL, content bytea NOT NULL, PRIMARY KEY (pool, id));
        CREATE INDEX IF NOT EXISTS messages_by_id ON messages (id);
        CREATE INDEX IF NOT EXISTS messages_by_time ON messages (at, id);
        CREATE INDEX IF NOT EXISTS messages_by_recipient ON messages (recipient, at, id);
        CREATE INDEX IF NOT EXISTS messages_due ON messages (next_attempt, id) WHERE state = 1;
        CREATE INDEX IF NOT EXISTS messages_by_end ON messages (expires);

        CREATE TABLE IF NOT EXISTS installation (name text COLLATE "C" PRIMARY KEY, value bytea NOT NULL);
        """;

    // Keys that were replaced verify for a while, and nodes tell each other what they changed.
    private const string Second = """
        ALTER TABLE signing_keys ADD COLUMN IF NOT EXISTS expires bigint;
        CREATE INDEX IF NOT EXISTS signing_keys_by_end ON signing_keys (expires) WHERE expires IS NOT NULL;
        CREATE TABLE IF NOT EXISTS settings_changes (pool bigint NOT NULL, id bytea NOT NULL, at bigint NOT NULL, PRIMARY KEY (pool, id));
        CREATE INDEX IF NOT EXISTS settings_changes_by_time ON settings_changes (at);
        """;

    // What a user has several of.
    private const string Third = """
        CREATE TABLE IF NOT EXISTS user_parts (
            pool bigint NOT NULL, sub bytea NOT NULL, kind bigint NOT NULL, name text COLLATE "C" NOT NULL,
            created bigint NOT NULL, modified bigint NOT NULL, expires bigint, version bigint NOT NULL, secret bytea NOT NULL, data bytea NOT NULL,
            PRIMARY KEY (pool, sub, kind, name));
        CREATE INDEX IF NOT EXISTS user_parts_by_end ON user_parts (expires) WHERE expires IS NOT NULL;
        """;

    private static string[] Split(string script) => script.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
