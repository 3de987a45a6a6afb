using Npgsql;
using Postern.Tests.Storage.Postgres;

namespace Postern.Tests.CommandLine;

public sealed class PostgresKeyCommands : KeyCommandTests
{
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await (await Cluster.Current()).Drop(Database!);
    }

    protected override async ValueTask<string?> MakeDatabase() => await (await Cluster.Current()).NewDatabase(isMigrated: false);

    protected override IEnumerable<object[]> AllRows()
    {
        using var connection = new NpgsqlConnection(Database);
        connection.Open();
        return [.. Read(connection, "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()")];
    }

    protected override async Task Record(byte[] value)
    {
        await using var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("INSERT INTO installation (name, value) VALUES ('master-key-check', $1)", connection) { Parameters = { new() { Value = value } } };
        await command.ExecuteNonQueryAsync(Stop);
    }
}
