namespace Postern.Storage.Postgres;

internal sealed class PostgresResources(ReadLanes readers) : IResourceStore
{
    private const string Columns = "pool, kind, name, settings, secret, created, modified, version";

    public ValueTask<StoredResource?> Find(long pool, ResourceKind kind, string name, CancellationToken stop) => readers.Run(
        Command.Of($"SELECT {Columns} FROM resources WHERE pool = $1 AND kind = $2 AND name = $3").With(pool).With((int)kind).With(name),
        static async row => await row.Step() ? Read(row) : null, stop);

    public ValueTask<Page<StoredResource>> List(long pool, ResourceKind kind, string? after, int limit, CancellationToken stop) => readers.Run(
        (after is null
            ? Command.Of($"SELECT {Columns} FROM resources WHERE pool = $1 AND kind = $2 ORDER BY name LIMIT $3").With(pool).With((int)kind)
            : Command.Of($"SELECT {Columns} FROM resources WHERE pool = $1 AND kind = $2 AND name > $3 ORDER BY name LIMIT $4")
                .With(pool).With((int)kind).With(after)).With(limit + 1L),
        rows => rows.Page(limit, Read), stop);

    public ValueTask<bool> HasAtLeast(long pool, ResourceKind kind, int count, CancellationToken stop) => readers.Run(
        Command.Of("SELECT 1 FROM resources WHERE pool = $1 AND kind = $2 ORDER BY name LIMIT 1 OFFSET $3").With(pool).With((int)kind).With(count - 1L),
        static async row => await row.Step(), stop);

    public ValueTask<long?> FindPool(DirectoryKind kind, string name, CancellationToken stop) => readers.Run<long?>(
        Command.Of("SELECT pool FROM directory WHERE kind = $1 AND name = $2").With((int)kind).With(name),
        static async row => await row.Step() ? row.Long(0) : null, stop);

    public static void Put(Steps steps, PutResource put)
    {
        var resource = put.Resource;
        if (resource.Version == 0)
        {
            steps.Add(
                put,
                "INSERT INTO resources (pool, kind, name, settings, secret, created, modified, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
                SaveOutcome.NameTaken)
                .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Settings).With(resource.Secret)
                .With(resource.Created).With(resource.Modified);
            return;
        }
        steps.Add(
            put,
            $"""
            {Steps.GuardBefore}UPDATE resources SET settings = $1, secret = $2, created = $3, modified = $4, version = version + 1
            WHERE pool = $5 AND kind = $6 AND name = $7 AND version = $8{Steps.GuardAfter}
            """,
            SaveOutcome.VersionLost)
            .With(resource.Settings).With(resource.Secret).With(resource.Created).With(resource.Modified)
            .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Version);
    }

    public static void Delete(Steps steps, DeleteResource delete)
    {
        var resource = delete.Resource;
        steps.Add(
            delete,
            $"{Steps.GuardBefore}DELETE FROM resources WHERE pool = $1 AND kind = $2 AND name = $3 AND version = $4{Steps.GuardAfter}",
            SaveOutcome.VersionLost)
            .With(resource.Pool).With((int)resource.Kind).With(resource.Name).With(resource.Version);
    }

    public static void Claim(Steps steps, ClaimName claim) =>
        steps.Add(claim, "INSERT INTO directory (kind, name, pool) VALUES ($1, $2, $3)", SaveOutcome.NameTaken)
            .With((int)claim.Kind).With(claim.Name).With(claim.Pool);

    public static void Release(Steps steps, ReleaseName release) =>
        steps.Add(release, "DELETE FROM directory WHERE kind = $1 AND name = $2 AND pool = $3")
            .With((int)release.Kind).With(release.Name).With(release.Pool);

    private static StoredResource Read(Row row) => new(
        row.Long(0), (ResourceKind)row.Int(1), row.Text(2), row.Blob(3), row.Blob(4), row.Time(5), row.Time(6), row.Long(7));
}
