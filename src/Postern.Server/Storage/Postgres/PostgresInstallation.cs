namespace Postern.Storage.Postgres;

internal sealed class PostgresInstallation(ReadLanes readers, WriteLanes writers, Transactions transactions, UserCounts counts) : IInstallationStore
{
    private const string GetSql = "SELECT value FROM installation WHERE name = $1";

    public ValueTask<byte[]?> Get(string name, CancellationToken stop) => readers.Run(Command.Of(GetSql).With(name), ReadValue, stop);

    public async ValueTask Set(string name, ReadOnlyMemory<byte> value, CancellationToken stop) => await writers.Run(
        Command.Of("INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .With(name).With(value),
        stop);

    public async ValueTask<byte[]> GetOrSet(string name, ReadOnlyMemory<byte> value, CancellationToken stop) => await transactions.Run(
        async transaction =>
        {
            await transaction.Run(Command.Of("INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING").With(name).With(value));
            return (await transaction.Read(Command.Of(GetSql).With(name), ReadValue))!;
        },
        stop);

    public async ValueTask Reset(CancellationToken stop) => await counts.Around(() => transactions.Run(Snapshots.Reset, stop), stop);

    public async ValueTask SaveSnapshot(string name, CancellationToken stop)
    {
        var schema = Snapshots.SchemaOf(name);
        await counts.Write(stop);
        await transactions.Run(transaction => Snapshots.Save(transaction, schema), stop);
    }

    public ValueTask<bool> RestoreSnapshot(string name, CancellationToken stop)
    {
        var schema = Snapshots.SchemaOf(name);
        return counts.Around(() => transactions.Run(transaction => Snapshots.Restore(transaction, schema), stop), stop);
    }

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken stop) => new Purge(readers, writers).Run(now, limit, stop);

    public async ValueTask<bool> TryLease(string name, Guid holder, DateTimeOffset now, TimeSpan length, CancellationToken stop) =>
        await writers.Run(Leases.Take(name, holder, now, length), stop) == 1;

    private static async ValueTask<byte[]?> ReadValue(Row row) => await row.Step() ? row.Bytes(0) : null;
}
