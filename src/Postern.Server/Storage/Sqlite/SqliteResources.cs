namespace Postern.Storage.Sqlite;

internal sealed class SqliteResources(Readers readers) : IResourceStore
{
    private const string Columns = "pool, kind, name, settings, secret, created, modified, version";

    public ValueTask<StoredResource?> Find(long pool, ResourceKind kind, string name, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use($"SELECT {Columns} FROM resources WHERE pool = ? AND kind = ? AND name = ?").With(pool).With((int)kind).With(name);
        return new(row.Step() ? Read(row) : null);
    }

    public ValueTask<Page<StoredResource>> List(long pool, ResourceKind kind, string? after, int limit, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var rows = (after is null
            ? reader.Use($"SELECT {Columns} FROM resources WHERE pool = ? AND kind = ? ORDER BY name LIMIT ?").With(pool).With((int)kind)
            : reader.Use($"SELECT {Columns} FROM resources WHERE pool = ? AND kind = ? AND name > ? ORDER BY name LIMIT ?")
                .With(pool).With((int)kind).With(after)).With(limit + 1L);
        return new(Pages.Read(rows, limit, Read));
    }

    public ValueTask<bool> HasAtLeast(long pool, ResourceKind kind, int count, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT 1 FROM resources WHERE pool = ? AND kind = ? ORDER BY name LIMIT 1 OFFSET ?")
            .With(pool).With((int)kind).With(count - 1L);
        return new(row.Step());
    }

    public ValueTask<long?> FindPool(DirectoryKind kind, string name, CancellationToken stop)
    {
        using var reader = readers.Take();
        using var row = reader.Use("SELECT pool FROM directory WHERE kind = ? AND name = ?").With((int)kind).With(name);
        return new(row.Step() ? row.Long(0) : null);
    }

    public static SaveOutcome Put(Connection connection, StoredResource resource)
    {
        if (resource.Version == 0)
        {
            return connection.Use("""
                INSERT INTO resources (pool, kind, name, settings, secret, created, modified, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
                ON CONFLICT DO NOTHING
                """)
                .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Settings).With(resource.Secret)
                .With(resource.Created).With(resource.Modified).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.NameTaken;
        }
        return connection.Use("""
            UPDATE resources SET settings = ?, secret = ?, created = ?, modified = ?, version = version + 1
            WHERE pool = ? AND kind = ? AND name = ? AND version = ?
            """)
            .With(resource.Settings).With(resource.Secret).With(resource.Created).With(resource.Modified)
            .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Version).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.VersionLost;
    }

    public static SaveOutcome Delete(Connection connection, StoredResource resource) =>
        connection.Use("DELETE FROM resources WHERE pool = ? AND kind = ? AND name = ? AND version = ?")
            .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Version).Run() == 1
            ? SaveOutcome.Saved : SaveOutcome.VersionLost;

    public static SaveOutcome Claim(Connection connection, ClaimName claim) =>
        connection.Use("INSERT INTO directory (kind, name, pool) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .With((int)claim.Kind).With(claim.Name).With(claim.Pool).Run() == 1 ? SaveOutcome.Saved : SaveOutcome.NameTaken;

    public static SaveOutcome Release(Connection connection, ReleaseName release)
    {
        connection.Use("DELETE FROM directory WHERE kind = ? AND name = ? AND pool = ?")
            .With((int)release.Kind).With(release.Name).With(release.Pool).Run();
        return SaveOutcome.Saved;
    }

    private static StoredResource Read(Statement row) => new(
        row.Long(0), (ResourceKind)row.Int(1), row.Text(2), row.Blob(3), row.Blob(4), row.Time(5), row.Time(6), row.Long(7));
}
